"""What a cloned repository can do outside itself: sixty attempts, each against every verb that reads projects.

``python -m benchmarks hostile_clone [--part N] [--show]``: each attempt gets a scene of its own: a data folder with a
history, another project, a secret, a program. Each verb runs in a process of its own with a limit of memory. An effect
is a verb that runs longer than its limit, needs more memory than its limit, ends by a signal or says "a bug of ours"; a
secret that is shown; a file outside that changed or appeared; and a hook that no longer says in the other project what
it said before. ``--part N`` takes one attempt in N, from a seed.
"""

import argparse
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.fuzz_verbs import warm_up
from benchmarks.hostile_attempts import ATTEMPTS, LOG, REPORT, Attempt, Scene
from twiceshy.recipes.demo.sample_history import write_sample
from twiceshy.recipes.demo.sample_project import HOME as SAMPLE_HOME

SEED = 309
"""Of the part that is drawn: three attempts then hold both forms that once broke most."""
LIMIT_S = 60.0
"""Seconds for a verb: twice what git may be silent."""
HOOK_LIMIT_S = 3.0
"""Seconds for a hook: its own limit of one, and a slow machine."""
LIMIT_BYTES = 700 << 20
"""Memory of a verb; without an attempt the largest takes 300 MB."""
SECRET = "planted-outside-4711"
WORDS = "a rule of the other project"
SOURCE = "import subprocess\n\ndef go(name):\n    return subprocess.run('ls ' + name, shell=True)\n"
LINE = {"type": "user", "uuid": "u1", "sessionId": "s1", "timestamp": "2026-11-01T10:00:00Z"}
BUG = re.compile(rb"bug of ours|Traceback")


class Effect(NamedTuple):
    """Something that reached beyond the clone."""

    verb: str
    what: str


class Ended(NamedTuple):
    """How a verb ended."""

    seconds: float
    largest_bytes: int
    status: int | None
    """None where it was ended for its time."""
    said: bytes


VERBS: dict[str, list[str]] = {
    "report": ["report"],
    "brief": ["brief", "mend the limit of the checkout"],
    "predict": ["predict", "mend the limit of the checkout"],
    "suggest": ["suggest", "--all"],
    "run": ["run", "--", "true"],
    "workflow check": ["workflow", "check"],
    "workflow suggest": ["workflow", "suggest"],
    "workflow init": ["workflow", "init"],
    "lessons import": ["lessons", "import"],
    "lessons export": ["lessons", "export"],
    "score a file": ["score", "src/app.py"],
    "score --staged": ["score", "--staged"],
    "risk": ["risk"],
    "suggest-message": ["suggest-message", "HEAD"],
    "risk --staged": ["risk", "--staged"],
    "handoff": ["handoff"],
    "blame": ["blame", "src/app.py"],
    "backfill": ["backfill", "--all"],
    "ci": ["ci", "set", "--result", "pass"],
    "revert": ["revert"],
    "ingest a report": ["ingest", REPORT],
    "ingest a log": ["ingest", LOG],
    "ingest the folder": ["ingest", "."],
    "learn": ["learn"],
    "chunks verify": ["chunks", "verify"],
    "memory status": ["memory", "status"],
    "memory push": ["memory", "push", "--dry-run"],
    "memory pull": ["memory", "pull"],
    "contribute enable": ["contribute", "enable", "--yes"],
    "memory read": ["memory", "read", "entire", "--everyone"],
    "init --project": ["init", "--project", "--yes", "--agent", "claude-code"],
    "doctor --repair": ["doctor", "--repair"],
    "doctor": ["doctor"],
}
QUICK = ("run", "workflow check", "score a file", "ingest the folder", "learn")
"""The verbs that the tests try."""
TOOLS: dict[str, dict[str, object]] = {
    "check_call": {"tool": "Bash", "input": {"command": "npm test"}},
    "brief_for_task": {"task": "mend the limit of the checkout"},
    "score_diff": {
        "diff": "--- a/src/app.py\n+++ b/src/app.py\n@@ -1 +1,2 @@\n import subprocess\n+x = eval(input())\n"
    },
    "file_history": {"path": "src/app.py"},
}


def main(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="hostile_clone")
    parser.add_argument("--part", type=int, default=1, help="try one attempt in N [1]")
    parser.add_argument("--quick", action="store_true", help="five verbs and the hook, a short history: for the tests")
    parser.add_argument("--show", action="store_true", help="print each attempt")
    args = parser.parse_args(list(words))
    chosen = random.Random(SEED).sample(ATTEMPTS, len(ATTEMPTS) // args.part)
    with tempfile.TemporaryDirectory(prefix="hostile", ignore_cleanup_errors=True) as folder:
        trial = Trial(Path(folder).resolve(), quick=args.quick)
        quiet = trial.run(Attempt("none", "nothing", lambda _: None))
        print(f"without an attempt: {len(quiet)} effects; longest {trial.longest:.1f} s, {trial.largest >> 20} MB")
        broken = 0
        for attempt in chosen:
            found = trial.run(attempt)
            broken += bool(found)
            if args.show or found:
                print(
                    f"{'EFFECT' if found else 'none  '} {attempt.kind}: {attempt.name}",
                    *found,
                    sep="\n    ",
                    flush=True,
                )
    print(
        f"{broken} of {len(chosen)} attempts had an effect outside; {trial.calls} calls, {len(quiet)} effects without"
    )
    print(
        f"longest call {trial.longest:.1f} s, longest hook {trial.longest_hook:.1f} s, largest {trial.largest >> 20} MB"
    )


class Trial:
    """One scene after the other, at the same paths."""

    def __init__(self, folder: Path, *, quick: bool = False) -> None:
        self.verbs = {name: words for name, words in VERBS.items() if not quick or name in QUICK}
        self.tools = {} if quick else TOOLS
        self.most_logs = 4 if quick else 1_000
        self.folder, self.base, self.live = folder, folder / "base", folder / "live"
        self.longest = self.longest_hook = 0.0
        self.largest = self.calls = 0
        self.live.mkdir()
        warm_up(".mcp", ".web")  # they take a second of their own
        self._build()
        self.live.rename(self.base)

    def environment(self) -> dict[str, str]:
        """Return the environment of every call."""
        home = self.live / "home"
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return kept | {
            "HOME": str(home),
            "TWICESHY_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "CLAUDE_CONFIG_DIR": str(home / "claude"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "TWICESHY_HOOK_LEARNS": "0",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }

    def scene(self) -> Scene:
        """Return the scene's folders."""
        return Scene(self.live / "clone", self.live / "good", self.live / "outside", threading.Event())

    def _build(self) -> None:
        """Make the folders, a history of both projects in the store, and one rule of the other project."""
        scene = self.scene()
        for project in (scene.project, scene.good):
            (project / "src").mkdir(parents=True)
            (project / "src" / "app.py").write_text(SOURCE)
            (project / "CLAUDE.md").write_text("Read files before editing (MANDATORY)\n")
            (project / REPORT).write_text('{"version": "2.1.0", "$schema": "sarif-2.1.0", "runs": []}')
            (project / LOG).write_text(json.dumps(LINE | {"message": {"role": "user", "content": "x"}}) + "\n")
            git = ["git", "-C", str(project), "-c", "user.name=a", "-c", "user.email=a@b.invalid"]
            for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
                subprocess.run([*git, *words], check=True)
        scene.outside.mkdir()
        (scene.outside / "secret.toml").write_text(f'# {SECRET}\n[report]\nsince = "{SECRET}"\n')
        (scene.outside / "program").write_text(f'#!/bin/sh\ntouch "{scene.outside}/ran"\ncat\n')
        for name in ("program", "post-checkout", "pre-commit", "reference-transaction", "fsmonitor-watchman"):
            shutil.copyfile(scene.outside / "program", scene.outside / name) if name != "program" else None
            (scene.outside / name).chmod(0o755)
        write_sample(self.live / "sample", seed=1, today=datetime.now(UTC).date())
        logs = self.live / "home" / "claude" / "projects"
        whole = sorted((self.live / "sample").rglob("*.jsonl"))
        whole.sort(key=lambda path: f"{SAMPLE_HOME}/web-shop" not in path.read_text(encoding="utf-8"))  # its own first
        for number, path in enumerate(whole[: self.most_logs]):
            place = logs / f"-x-{number}" / path.name
            place.parent.mkdir(parents=True)
            said = path.read_text(encoding="utf-8").replace(f"{SAMPLE_HOME}/web-shop", str(scene.project))
            place.write_text(said.replace(f"{SAMPLE_HOME}/infra", str(scene.good)), encoding="utf-8")
        late = [logs / f"-x-{number}" for number in range(3)]
        for folder in late:  # what `learn` finds new in each trial
            folder.rename(self.live / folder.name)
        for words in (["init", "--yes", "--agent", "claude-code"], ["ingest"], ["learn"]):
            self.call(words, scene.good)
        for folder in late:
            (self.live / folder.name).rename(folder)
        self._add_rule(scene)

    def _add_rule(self, scene: Scene) -> None:
        """Add the rule that the hook must go on saying in the other project."""
        done = subprocess.run(
            [sys.executable, "-c", _RULE, str(self.live / "home" / "data"), str(scene.good), WORDS],
            env=self.environment(),
            check=False,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr

    def run(self, attempt: Attempt) -> list[Effect]:
        """Try it against every verb, and return its effects."""
        scene = self.renew()
        before = dict(self._list_outside(scene))
        attempt.make(scene)
        try:
            found = [*self._try_verbs(scene), *self._try_hooks(scene)]
        finally:
            scene.stop.set()
        time.sleep(0.01)
        after = dict(self._list_outside(scene))
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        found += [Effect("", f"{name} outside changed") for name in changed]
        self._add_rule(scene)
        if WORDS.encode() not in self.hook(scene.good, "PreToolUse").said:
            found.append(Effect("hook", "says nothing in the other project"))
        shutil.rmtree(self.live, ignore_errors=True)
        return found

    def renew(self) -> Scene:
        """Put everything back as it was built; a recorder of `run` may still write there."""
        while True:
            shutil.rmtree(self.live, ignore_errors=True)
            try:
                shutil.copytree(self.base, self.live, symlinks=True)
            except (FileExistsError, shutil.Error):
                time.sleep(0.1)
                continue
            return self.scene()

    def _list_outside(self, scene: Scene) -> Iterator[tuple[str, bytes]]:
        """Yield what must not change: the other project, the folder that is nobody's, and the home but for our data."""
        for top in (scene.outside, scene.good / "src", scene.good / ".git" / "config", scene.good / ".git" / "refs"):
            for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
                yield str(path.relative_to(self.live)), path.read_bytes() if path.is_file() else b""
        yield "home", b"\0".join(sorted(os.fsencode(path.name) for path in (self.live / "home").iterdir()))
        settings = self.live / "home" / "claude" / "settings.json"
        yield "settings", settings.read_bytes() if settings.is_file() else b""

    def _try_verbs(self, scene: Scene) -> Iterator[Effect]:
        for name, words in self.verbs.items():
            yield from self._judge(name, self.call(words, scene.project), LIMIT_S)
        for name, given in self.tools.items():
            ended = self._fork(lambda name=name, given=given: _call_tool(name, given), scene.project)  # type: ignore[misc]
            yield from self._judge(f"mcp {name}", ended, LIMIT_S)

    def _try_hooks(self, scene: Scene) -> Iterator[Effect]:
        for event in ("SessionStart", "UserPromptSubmit", "PreToolUse", "PreToolUse", "PreToolUse", "Stop"):
            ended = self.hook(scene.project, event)
            self.longest_hook = max(self.longest_hook, ended.seconds)
            yield from self._judge(f"hook {event}", ended, HOOK_LIMIT_S)
        if (self.live / "home" / "data" / "hooks" / "disabled").exists():
            yield Effect("hook", "switched itself off")

    def _judge(self, name: str, ended: Ended, limit_s: float) -> Iterator[Effect]:
        self.calls += 1
        self.longest, self.largest = max(self.longest, ended.seconds), max(self.largest, ended.largest_bytes)
        if ended.status is None or ended.seconds > limit_s:
            yield Effect(name, f"ran for {ended.seconds:.1f} s")
        elif ended.status < 0 or ended.status == 3 or BUG.search(ended.said):
            yield Effect(name, f"status {ended.status}: {ended.said[-300:]!r}")
        if ended.largest_bytes > LIMIT_BYTES:
            yield Effect(name, f"took {ended.largest_bytes >> 20} MB")
        if SECRET.encode() in ended.said:
            yield Effect(name, "showed the secret")

    def call(self, words: Sequence[str], cwd: Path) -> Ended:
        """Run a verb."""
        return self._fork(lambda: _call_verb(words), cwd)

    def hook(self, cwd: Path, event: str) -> Ended:
        """Run the installed hook as the agent does."""
        settings = json.loads((self.live / "home" / "claude" / "settings.json").read_text())
        command = settings["hooks"][event][0]["hooks"][0]
        given = {
            "session_id": f"s-{time.monotonic_ns()}",
            "cwd": str(cwd),
            "hook_event_name": event,
            "prompt": "mend the limit of the checkout",
            "source": "startup",
            "tool_name": "Edit",
            "tool_use_id": "t1",
            "tool_input": {"file_path": f"{cwd}/src/app.py", "old_string": "a", "new_string": "b"},
        }
        started = time.monotonic()
        process = subprocess.Popen(
            [command["command"], *command["args"]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment(),
            cwd=cwd,
        )
        try:
            said, status = process.communicate(json.dumps(given).encode(), timeout=HOOK_LIMIT_S)[0], process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            said, status = process.communicate()[0], None
        return Ended(time.monotonic() - started, 0, status, said)

    def _fork(self, work: Callable[[], int], cwd: Path) -> Ended:
        """Do the work in a process of its own, which has everything imported."""
        with tempfile.TemporaryFile() as said:
            started = time.monotonic()
            child = os.fork()
            if not child:
                _become(work, cwd, self.environment(), said.fileno())
            status, usage = _wait(child, started)
            said.seek(0)
            return Ended(time.monotonic() - started, usage, status, said.read(1 << 20))


def _become(work: Callable[[], int], cwd: Path, environment: dict[str, str], said: int) -> None:
    """Do the work and end, in the child."""
    status = 3
    try:
        os.setsid()
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(cwd)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number, file in enumerate((nothing, said, said)):
            os.dup2(file, number)
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        status = work()
        sys.stdout.flush()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001  # told by the parent
        import traceback  # noqa: PLC0415

        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(status)


def _wait(child: int, started: float) -> tuple[int | None, int]:
    """Return the child's status and largest memory; end it when its time is over."""
    while True:
        found, status, usage = os.wait4(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status), usage.ru_maxrss << 10
        if time.monotonic() - started > LIMIT_S:
            os.killpg(child, signal.SIGKILL)
            return None, os.wait4(child, 0)[2].ru_maxrss << 10
        time.sleep(0.01)


def _call_verb(words: Sequence[str]) -> int:
    from twiceshy.doors.cli import start  # noqa: PLC0415

    sys.argv = ["twiceshy", "--no-color", *words]
    return start.main()


def _call_tool(name: str, given: dict[str, object]) -> int:
    from twiceshy.base.config import load  # noqa: PLC0415
    from twiceshy.base.errors import TwiceshyError  # noqa: PLC0415
    from twiceshy.doors.mcp import tools  # noqa: PLC0415

    try:
        print(getattr(tools, name)(load({}, os.environ, Path.cwd()), given))
    except TwiceshyError as error:
        print(error)
        return error.exit_code
    return 0


_RULE = """
import sys
from pathlib import Path
from twiceshy.commands.keys import gate_keys
from twiceshy.archive import rules_file
from twiceshy.archive.rules_file import GateRule
home, good, words = sys.argv[1:]
salt = (Path(home) / "salt").read_bytes()
key = gate_keys.key_of_edit(gate_keys.path_key(f"{good}/src/app.py", salt))
rules_file.write(Path(home), [GateRule(key, "00000000000000aa", "block", 1.0, "", "", words)], "held=0")
"""
