"""Manage the hook folder in the data folder: the script, its few settings, and its notes about itself.

The interpreter in agents' settings is the one below the environment that twiceshy runs in
(``sys._base_executable``): it survives when the environment is moved, upgraded or removed, and with ``-I -S`` it
needs nothing of any environment. Links in its path are kept: ``/opt/homebrew/bin/python3.11`` survives an upgrade,
what it points to does not. ``learn`` does need the environment's own Python; the script's settings name it, and
`doctor` checks that it exists.
"""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.hook_files import HookFolder, folder_of, read_notes, read_settings, write_atomically
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreUnwritable
from twiceshy.logs.hook_changes import AGENTS, DEFAULT_AGENT, build_arguments
from twiceshy.records.upkeep import Simulation

__all__ = ["folder_of", "simulate"]

_SOURCE = Path(__file__).parents[2]
_PARTS = (_SOURCE / "base/foreign_files.py", _SOURCE / "commands" / "keys" / "gate_keys.py")
SCRIPTS = tuple(
    _SOURCE / name
    for name in (
        "score/gate_patterns.py",
        "score/source/languages.py",
        "score/code_view.py",
        "score/inserted_values.py",
        "score/code_view.py",
        "score/pattern_places.py",
        "score/gate_search.py",
        "score/edit_faults.py",
        "commands/keys/call_keys.py",
        "doors/gate/agents.py",
        "doors/gate/brief.py",
        "doors/gate/conditions.py",
        "doors/gate/decide.py",
        "doors/gate/learn_start.py",
        "doors/gate/overruns.py",
        "doors/gate/owner.py",
        "doors/gate/hook.py",
    )
)
"""The scripts of the folder; what the hook imports stands before it, so that a half-written folder works."""
_OF_THE_SCANNER = re.compile(rb"(?m)^from twiceshy\.score\.(?:source\.)?(\w+) import")
_KEYS_MARK = b'if __name__ != "hook":\n    from twiceshy.base.foreign_files import read_foreign\n'
_STATES = ("disabled", "overruns", "failures", "slow_folders")
_PATIENCE_S = 10
"""Seconds for the hook on an example; it leaves after one by itself (guess of 2026-11-21)."""
EXAMPLES: dict[str, dict[str, object]] = {
    "PreToolUse": {"tool_name": "Bash", "tool_input": {"command": "npm test"}, "tool_use_id": "toolu_example"},
    "PostToolUse": {
        "tool_name": "Edit",
        "tool_input": {"file_path": "/home/ann/shop/src/auth.py", "old_string": "a", "new_string": "b"},
        "tool_response": {"filePath": "/home/ann/shop/src/auth.py"},
        "tool_use_id": "toolu_example",
        "duration_ms": 12,
    },
    "PostToolUseFailure": {
        "tool_name": "Bash",
        "tool_input": {"command": "npm test"},
        "error": "Exit code 1",
        "is_interrupt": False,
        "tool_use_id": "toolu_example",
    },
    "SessionStart": {"source": "startup"},
    "UserPromptSubmit": {"prompt": "make the login retry"},
    "SubagentStop": {"agent_id": "a1", "agent_type": "Explore", "stop_hook_active": False},
    "PreCompact": {"trigger": "auto"},
    "Stop": {"stop_hook_active": False, "last_assistant_message": "Done."},
    "SessionEnd": {"reason": "logout"},
}
"""What an agent sends; invented."""


def interpreter() -> str:
    """Return the Python for agents to start; see above."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    return str(base if Path(base).is_file() else Path(sys.executable).resolve())


def render_settings(config: Config) -> str:
    """Return the script's settings as they should be."""
    values = {
        "python": sys.executable,
        "interpreter": interpreter(),
        "every_s": str(config.learn_every_minutes * 60),
        "user_file": str(config.user_file),
        "failure_events": ",".join(name for name, agent in AGENTS.items() if agent.hears_failures),
    }
    return "".join(f"{key}={value}\n" for key, value in values.items())


def write(config: Config) -> HookFolder:
    """Write the folder with the present script and settings, and switch the hook on again; return the folder.

    Raises:
        StoreError: the data folder cannot be used.
    """
    with Store.open(config.home) as store:
        store.salt  # noqa: B018  # the script cannot make one
    folder = folder_of(config)
    try:
        for path in (folder.path, folder.path / "__pycache__", config.home / "spool"):
            path.mkdir(mode=0o700, exist_ok=True)
        for stale in (folder.path / "__pycache__").glob("*.pyc"):
            stale.unlink()
        for name in _STATES:
            (folder.path / name).unlink(missing_ok=True)
        for source in SCRIPTS:
            write_atomically(folder.path / source.name, adapt_script(source))
        write_atomically(folder.settings, render_settings(config).encode())
        # A file that has a block on the disk takes a note even when the disk is full.
        write_atomically(folder.path / "failures", b"# what the hook could not do: ms since 1970, event, kind of error")
    except OSError as exc:
        raise StoreUnwritable(f"{folder.path} cannot be written: {exc}. Nothing was changed for any agent.") from exc
    return folder


def has_current_scripts(folder: HookFolder) -> bool:
    """Tell whether the scripts are this version's.

    Raises:
        OSError: one is missing.
    """
    return all((folder.path / source.name).read_bytes() == adapt_script(source) for source in SCRIPTS)


def adapt_script(source: Path) -> bytes:
    """Return a script as it is written into the folder, where there is no package around it.

    Two modules become part of the hook: a file of its own would cost each call .15 ms more (measured 2026-11-22).
    """
    text = _OF_THE_SCANNER.sub(rb"from \1 import", source.read_bytes())
    return text.replace(_KEYS_MARK, b"\n\n".join([*(part.read_bytes() for part in _PARTS), _KEYS_MARK]))


def command_of(config: Config, agent: str, event: str) -> list[str]:
    """Return the command that stands in an agent's settings."""
    folder = folder_of(config)
    return [read_settings(folder).get("interpreter") or interpreter(), *build_arguments(folder.path, agent, event)]


def simulate(config: Config, event: str, agent: str = DEFAULT_AGENT) -> Simulation:
    """Run the installed hook on an example of that event; return what it did. Its spool file is removed again.

    Raises:
        NotFound: no example is known for the event, or no hook is installed.
    """
    folder = folder_of(config)
    if event not in EXAMPLES:
        raise NotFound(f"there is no example of {event!r}; there is one of {', '.join(EXAMPLES)}.")
    if not folder.path.exists():
        raise NotFound(f"no hooks are installed in {config.home}. Install them: twiceshy init")
    session = f"example-{os.getpid()}"
    given = {"session_id": session, "cwd": "/home/ann/shop", "hook_event_name": event, **EXAMPLES[event]}
    command = command_of(config, agent, event)
    before = read_notes(folder)
    # The example ends no session: `learn` is not to start because somebody looks.
    environment = {**os.environ, "TWICESHY_HOOK_LEARNS": "0"}
    started = time.perf_counter()
    code: int | None = None
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and script
            command,
            input=json.dumps(given).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PATIENCE_S,
            check=False,
            env=environment,
        )
        code, output = done.returncode, done.stdout.decode("utf-8", "replace")
    except (OSError, subprocess.TimeoutExpired) as exc:
        output = str(exc)
    seconds = time.perf_counter() - started
    spooled = config.home / "spool" / f"{session}.jsonl"
    written = spooled.read_text(encoding="utf-8").strip() if spooled.exists() else ""
    spooled.unlink(missing_ok=True)
    return Simulation(
        event=event,
        command=command,
        exit_code=code,
        output=output,
        seconds=seconds,
        written=written,
        failures=[line for line in read_notes(folder) if line not in before],
    )
