"""Note ids and salted hashes of each event of an agent in the session's spool file, and give advice.

An agent waits for it, so it is one file of the standard library, and of that only what is built in or a small private
module: importing `json` or `os` alone would double its time. It is copied as it is into the data folder, where an
upgraded or removed environment cannot break it, and is called as ``python -I -S -c START <folder> <agent> <event>``:
a script that is missing would end with status 2, which agents take for "forbid this".

It writes no text of a session and always ends with status 0; it prints only advice, which ``decide`` beside it looks
up where there are rules. What it could not do is one short line in ``failures``, which `twiceshy doctor` shows. Keys
and first words come from ``commands.keys.gate_keys``, whose text becomes part of the copy.
"""

import sys
from time import time

TYPE_CHECKING = False  # typing itself would double the time
if TYPE_CHECKING:
    from typing import Any

if __name__ == "hook":  # small private modules lie in the last folder: to ask it early saves a tenth of a millisecond
    sys.path.insert(1, sys.path.pop())
try:
    import posix as system
except ImportError:  # Windows
    import nt as system  # type: ignore[import-not-found,no-redef,unused-ignore]  # the branch of the other platform
try:
    from _blake2 import blake2b
except ImportError:  # a Python built without it
    from hashlib import blake2b

if __name__ != "hook":
    from twiceshy.base.foreign_files import read_foreign
    from twiceshy.commands.keys import gate_keys
else:  # `init` puts those files' texts before this line: importing one would cost a fiftieth of the whole time
    gate_keys = sys.modules[__name__]

Payload = dict[str, object]  # what an agent sends: only strings and objects are ever used
_LIMIT_S = 1.0
"""Seconds that a call may take (guess, 2026-11-21: ten times what the slowest machine that we know needs)."""
_LARGEST_INPUT = 64 << 20  # bytes of an event; a larger one is not read (guess, 2026-11-21)
LARGEST_NOTES = 4_096  # bytes of notes about failures; then they begin anew (guess, 2026-11-21)
_MOST_PATHS = 8
"""Files of one patch that are noted: a line stays well below 4 KB (guess, 2026-11-21)."""
_LARGEST_FILE = 64 << 10  # bytes of a file that is read; such files have a few hundred (guess, 2026-11-21)
_charged = [""]
"""The folder against which the time counts now; empty while it is ours."""
_LONGEST_ID = 64  # characters of an id; a longer one is hashed (guess, 2026-11-21)
_LONGEST_PATH = 4_096  # characters of a path: the limit of POSIX kernels
_OFF_WORDS, _ON_WORDS = {"0", "false", "no", "off"}, {"1", "true", "yes", "on"}
_EVENTS = {
    "PreToolUse",
    "PostToolUse",
    "PostToolUseFailure",
    "Stop",
    "StopFailure",
    "SubagentStart",
    "SubagentStop",
    "SessionStart",
    "SessionEnd",
    "UserPromptSubmit",
    "PreCompact",
    "PostCompact",
    "PermissionRequest",
    "Interrupt",
}
_START_WORDS = {"startup", "resume", "clear", "compact", "fork"}
_KNOWN_WORDS = _START_WORDS | {"manual", "auto", "logout", "prompt_input_exit", "other"}
_ACTIONS = {
    "Read": "read",
    "NotebookRead": "read",
    "ReadMcpResourceTool": "read",
    "Grep": "search",
    "Glob": "search",
    "LS": "search",
    "LSP": "search",
    "ToolSearch": "search",
    "ListMcpResourcesTool": "search",
    "Edit": "edit",
    "MultiEdit": "edit",
    "NotebookEdit": "edit",
    "apply_patch": "edit",
    "Write": "write",
    "Bash": "run",
    "PowerShell": "run",
    "shell": "run",
    "exec_command": "run",
    "WebFetch": "web",
    "WebSearch": "web",
    "Task": "delegate",
    "Agent": "delegate",
    "Workflow": "delegate",
    "SendMessage": "delegate",
    "TodoWrite": "plan",
    "TodoRead": "plan",
    "TaskCreate": "plan",
    "TaskUpdate": "plan",
    "TaskGet": "plan",
    "TaskList": "plan",
    "ExitPlanMode": "plan",
    "EnterPlanMode": "plan",
    "exit_plan_mode": "plan",
    "AskUserQuestion": "ask",
    **dict.fromkeys(("BashOutput", "TaskOutput", "AgentOutputTool", "KillShell", "KillBash", "TaskStop"), "wait"),
    "update_plan": "plan",
    "run_shell_command": "run",
    "write_file": "write",
    "replace": "edit",
    "read_file": "read",
}
VERBS = {
    "read": "read",
    "get": "read",
    "fetch": "read",
    "view": "read",
    "search": "search",
    "find": "search",
    "list": "search",
    "query": "search",
    "resolve": "search",
    "grep": "search",
    "edit": "edit",
    "replace": "edit",
    "write": "write",
    "run": "run",
    "execute": "run",
    "exec": "run",
    "navigate": "web",
    "browser": "web",
}
PATH_KEYS = ("file_path", "notebook_path", "path", "filePath", "file")
_ADVISED_EVENTS = {"PreToolUse", "PostToolUse", "PostToolUseFailure"}
_LEARNING_EVENTS = {"SessionStart", "SessionEnd", "Stop"}
BRIEFED_EVENTS = {"SessionStart", "UserPromptSubmit"}
_ALIASES = {
    "BeforeTool": "PreToolUse",
    "AfterTool": "PostToolUse",
    "BeforeAgent": "UserPromptSubmit",
    "AfterAgent": "Stop",
    "PreCompress": "PreCompact",
}
"""What agents call the same events."""
_MOST_NAMES = 8
"""Names of files in one text that are noted (guess, 2026-11-21)."""
_PATCH_MARKS = ("*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ")


def main(argv: list[str]) -> None:
    """Take the event, and end the process with status 0, whatever happened."""
    try:
        word = read_env("TWICESHY_ENABLED").strip().lower()
        folder, agent, event = argv[1:4]
        if word in _OFF_WORDS:
            _start_timer("")
            _read_stdin()
        else:
            _start_timer(folder)
            try:
                _record_event(folder, agent, event, forced=word in _ON_WORDS)
            except BaseException as error:  # noqa: BLE001  # nothing may reach the agent
                note_failure(folder, event, type(error).__name__)
    finally:
        system._exit(0)  # noqa: SLF001  # `os._exit` without importing os; also past a traceback


def read_env(name: str) -> str:
    """Return an environment variable; empty where it is not set."""
    if system.__name__ == "nt":
        return str(system.environ.get(name, ""))  # type: ignore[call-overload]  # texts there, bytes here
    return system.environ.get(name.encode(), b"").decode("utf-8", "replace")


def _record_event(folder: str, agent: str, event: str, *, forced: bool) -> None:
    """Note the event on stdin in the spool, unless this hook or collecting is switched off."""
    words = _read_stdin()
    if exists(folder + "/disabled"):
        return
    charge(system.getcwd())
    given = parse_payload(words)
    cwd = text_of(given, "cwd")
    charge(cwd)
    if exists(folder + "/slow_folders") and import_beside("overruns").is_slow_folder(folder, cwd):
        return
    settings = _read_settings(folder)
    if not forced and (_is_off_in_file(settings.get("user_file", "")) or _is_off_in_project(cwd)):
        return
    home = folder.replace("\\", "/").rpartition("/")[0]
    salt = read_file(home + "/salt")
    if not salt:
        raise FileNotFoundError
    event = _name_event(event, text_of(given, "hook_event_name"))
    line = line_of(given, agent, event, cwd, salt)
    if event in BRIEFED_EVENTS:
        line = f"{line[:-1]}{import_beside('owner').describe_owner(salt)}}}"
    session = _make_safe(text_of(given, "session_id"), salt)
    append_to_spool(home, line, session)
    went_well = event == "PostToolUse" and agent in settings.get("failure_events", "").split(",")
    if event in _ADVISED_EVENTS and not went_well and exists(home + "/rules.db"):
        decide = import_beside("decide")
        decide.advise(decide.GateEvent(home, (agent, event, cwd), given, parse_payload(line), salt))
    if event in _LEARNING_EVENTS and read_env("TWICESHY_HOOK_LEARNS") not in _OFF_WORDS:
        import_beside("learn_start").start_learning(folder, home, settings, event)
    if event in BRIEFED_EVENTS and "python" in settings and exists(home + "/twiceshy.db"):
        import_beside("brief").start(home, settings["python"], (agent, event, session), given)


def charge(folder: str) -> str:
    """Count the time from now on against that folder, or against the hook; return against what it counted before."""
    before, _charged[0] = _charged[0], folder
    return before


def _read_settings(folder: str) -> dict[str, str]:
    """Return what `init` wrote for this script."""
    return dict(line.split("=", 1) for line in read_text(folder + "/settings").split("\n") if "=" in line)


def _name_event(event: str, named: str) -> str:
    """Return what we call the event; what the agent itself names it counts where we know that."""
    named = _ALIASES.get(named, named)
    return named if named in _EVENTS else _ALIASES.get(event, event)


def import_beside(name: str, room: str = "doors.gate") -> "Any":
    """Import another script of this folder, or of its package where nothing is installed."""
    return __import__(name) if __name__ == "hook" else __import__(f"twiceshy.{room}.{name}", fromlist=[name])


def _read_stdin() -> str:
    """Return what stands on stdin, to its end: an agent must never write into a closed pipe."""
    parts, size = [], 0
    while part := system.read(0, 1 << 20):
        size += len(part)
        if size <= _LARGEST_INPUT:
            parts.append(part)
    if size > _LARGEST_INPUT:
        raise OverflowError
    return b"".join(parts).decode("utf-8", "replace")


class _ScannerContext:
    """The settings that the scanner asks for: a whole number of a million digits, never used, must not stop it."""

    strict = False
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = float
    parse_constant = str


def parse_payload(text: str) -> Payload:
    """Return the object that the text holds.

    Raises:
        ValueError: it holds none.
    """
    text = text.lstrip("\ufeff \t\r\n")
    try:
        from _json import make_scanner  # noqa: PLC0415  # 2 % of what `json` costs
    except ImportError:
        from json import loads  # noqa: PLC0415

        given = loads(text, strict=False)
    else:
        try:
            given = make_scanner(_ScannerContext)(text, 0)[0]  # type: ignore[arg-type]  # the stubs name the class itself
        except StopIteration:
            given = None
    if type(given) is not dict:
        raise ValueError
    return given


def text_of(given: Payload, key: str) -> str:
    """Return the string at that key, else an empty one."""
    value = given.get(key)
    return value if type(value) is str else ""


def line_of(given: Payload, agent: str, event: str, cwd: str, salt: bytes) -> str:
    """Return one line of the spool: a JSON object whose values are our own words, safe ids and hashes."""
    session = _make_safe(text_of(given, "session_id"), salt)
    line = f'{{"t":{int(time() * 1000)},"a":"{_make_safe(agent, salt)}","e":"{_make_safe(event, salt)}","s":"{session}"'
    for short, key in (("c", "tool_use_id"), ("r", "agent_id"), ("q", "prompt_id")):
        if value := text_of(given, key):
            line += f',"{short}":"{_make_safe(value, salt)}"'
    line += _describe_call(given, text_of(given, "tool_name"), cwd, salt)
    if event == "UserPromptSubmit":
        prompt = text_of(given, "prompt")
        line += ',"i":1' if gate_keys.OVERRIDE in prompt else ""
        line += _hash_names(prompt, salt) if "@" in prompt else ""
    for key in ("source", "trigger", "reason"):
        if (word := text_of(given, key)) in _KNOWN_WORDS:
            line += f',"w":"{word}"'
    return line + "}"


def _describe_call(given: Payload, tool: str, cwd: str, salt: bytes) -> str:
    """Return the members that tell which tool was called and what about; none where no tool was."""
    if not tool:
        return ""
    action = action_of(tool)
    line = f',"k":"{action}"'
    line += "" if tool in _ACTIONS else f',"n":"{gate_keys.hash_text(tool.lower(), salt).hex()}"'
    asked = given.get("tool_input")
    return line + _describe_input(asked, action, cwd, salt) if type(asked) is dict else line


def _describe_input(asked: Payload, action: str, cwd: str, salt: bytes) -> str:
    """Return the members that tell what a call is about: hashes of its paths, or of its command."""
    if action == "run":
        command = command_of(asked)
        word = gate_keys.first_word(command)
        line = f',"h":"{gate_keys.hash_text(word, salt).hex()}"' if word else ""
        if name := gate_keys.name_run(command):
            line += f',"u":"{gate_keys.hash_text(name, salt).hex()}"'
        if 0 < len(command) < gate_keys.LONGEST_COMMAND:
            key = gate_keys.key_of_command(command, gate_keys.last_parts(cwd), salt)
            line += f',"m":"{key[1:].hex()}"'
        return line + (_hash_names(command, salt) if "." in command else "")
    paths = [gate_keys.make_absolute(path, cwd) for path in paths_of(asked, action)]
    keys = '","'.join([gate_keys.path_key(path, salt).hex() for path in paths])
    return f',"p":["{keys}"]' if keys else ""


def command_of(asked: Payload) -> str:
    """Return the command line of a shell's call; of a patch its text."""
    return text_of(asked, "command") or text_of(asked, "cmd")


def paths_of(asked: Payload, action: str) -> list[str]:
    """Return the files that a call names, as it names them."""
    paths = [path for key in PATH_KEYS if (path := text_of(asked, key))][:1]
    if not paths and action == "edit":
        patch = command_of(asked) or text_of(asked, "input") or text_of(asked, "patch")
        paths = [row[len(mark) :].strip() for row in patch.split("\n") for mark in _PATCH_MARKS if row.startswith(mark)]
    return paths[:_MOST_PATHS]


def _hash_names(text: str, salt: bytes) -> str:
    """Hash the last parts of what looks like a path in a text: who names a file may have seen it."""
    found = []
    for word in text[:_LONGEST_PATH].split():
        name = word.strip("\"'`,;:()@").replace("\\", "/").rpartition("/")[2]
        if "." in name[1:]:
            found.append(gate_keys.hash_text(name, salt).hex())
    keys = '","'.join(found[:_MOST_NAMES])
    return f',"b":["{keys}"]' if keys else ""


def action_of(tool: str) -> str:
    """Return what a tool does; of another server's tools by the first known word of the name."""
    action = _ACTIONS.get(tool, "other")
    if action == "other" and tool.startswith("mcp__"):
        for word in tool.rpartition("__")[2].lower().replace("-", "_").split("_"):
            if word in VERBS:
                return VERBS[word]
    return action


def _make_safe(text: str, salt: bytes) -> str:
    """Return an id as it is, where it can be nothing but an id; else its salted hash."""
    if 0 < len(text) <= _LONGEST_ID and text.isascii() and text.replace("-", "").replace("_", "").isalnum():
        return text
    return "x" + blake2b(text.encode("utf-8", "replace"), key=salt, digest_size=16).hexdigest()


def append_to_spool(home: str, line: str, session: str) -> None:
    """Append the line to the session's spool file: one write, begun on a line of its own."""
    path = f"{home}/spool/{session}.jsonl"
    place = charge("")
    try:
        file = open_to_write(path, system.O_APPEND)
    except FileNotFoundError:
        system.mkdir(home + "/spool", 0o700)  # and not its parents: a data folder that was removed stays so
        file = open_to_write(path, system.O_APPEND)
    data = b"\n" + line.encode("ascii")
    if system.write(file, data) != len(data):
        raise InterruptedError
    charge(place)


def open_to_write(path: str, flags: int) -> int:
    """Open a file to write to, without waiting; where there was none, make it for its owner only."""
    flags |= system.O_WRONLY | system.O_CREAT
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(system, name, 0)
    return system.open(path, flags, 0o600)


def read_file(path: str, inside: str = "") -> bytes:
    """Return the bytes of a file; empty where it cannot be read, or has more than 64 KB."""
    try:
        return read_foreign(path, _LARGEST_FILE, inside)
    except OSError:
        return b""


def read_text(path: str, inside: str = "") -> str:
    """Return a file as text; empty where it cannot be read, or has more than 64 KB."""
    return read_file(path, inside).decode("utf-8", "replace")


def exists(path: str) -> bool:
    """Tell whether there is such a file."""
    try:
        system.stat(path)
    except (OSError, ValueError):  # ValueError: a zero byte, or half a surrogate pair
        return False
    return True


def _is_off_in_file(path: str) -> bool:
    """Tell whether a settings file switches collecting off."""
    return _says_off(read_text(path)) if path else False


def _says_off(text: str) -> bool:
    """Tell whether settings switch collecting off, as far as their plain first lines tell."""
    for row in text.split("\n"):
        key, _, value = row.partition("=")
        if key.strip().startswith("["):
            return False
        if key.strip().strip("\"'") == "enabled":
            return value.partition("#")[0].strip() == "false"
    return False


def _is_off_in_project(cwd: str) -> bool:
    """Tell whether the nearest project's settings at or above a folder switch collecting off.

    So they do where they cannot be read: nobody knows that they do not.
    """
    while cwd and len(cwd) <= _LONGEST_PATH:
        path = cwd + "/.twiceshy/config.toml"
        if exists(path):
            try:
                return _says_off(read_foreign(path, _LARGEST_FILE, cwd).decode("utf-8", "replace"))
            except OSError:
                return True
        cwd = cwd.replace("\\", "/").rpartition("/")[0]
    return False


def _start_timer(folder: str) -> None:
    """End the process as if all were well when the time is up; that is noted if a folder is given."""
    try:
        import _signal  # type: ignore[import-not-found]  # noqa: PLC0415  # built in; `signal` would import enum

        _signal.signal(_signal.SIGALRM, lambda *_: end_on_overrun(folder))
        _signal.setitimer(_signal.ITIMER_REAL, _LIMIT_S)
    except (ImportError, AttributeError, OSError):  # Windows has no such timer; the agent's own limit holds
        pass


def end_on_overrun(folder: str) -> None:
    """End the process; the overrun counts against the project's folder or, where the time was ours, the hook."""
    try:
        if folder:
            import_beside("overruns").note_overrun(folder, charge(""))
    finally:
        system._exit(0)  # noqa: SLF001  # as above


def note_failure(folder: str, event: str, kind: str) -> None:
    """Note in a short line what failed: our own words and the error's type, never its message."""
    try:
        path = folder + "/failures"
        file = open_to_write(path, system.O_APPEND)
        if system.fstat(file).st_size > LARGEST_NOTES:
            system.ftruncate(file, 0)
        event = event if event in _EVENTS or event in {"learn", "overrun"} else "?"
        system.write(file, b"\n%d %b %b" % (int(time() * 1000), event.encode(), kind[:40].encode("ascii", "replace")))
    except BaseException:  # noqa: BLE001, S110  # no place to say it: `doctor` looks at the folder itself
        pass


if __name__ in {"__main__", "hook"}:
    main(sys.argv)
