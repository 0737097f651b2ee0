"""Verbs under every fault that data, the environment, the disk and the installation can have: none may be our bug.

``python -m benchmarks fuzz_verbs [--runs N] [--seed N] [--only FAULT] [--from N]
[--seconds N] [--show]``. Each run copies a small
store with its logs and a repository, forks, applies one fault (now and then two) in the child and calls one verb with
drawn options. Counted as broken: exit code 3, an exception that escapes, an answer that blames a bug of ours, an output
that is lost without a word (exit code 120), a signal, and a run that takes longer than ``PATIENCE_S``. A run can be
repeated by its number.
"""

import argparse
import contextlib
import ctypes
import gc
import importlib
import os
import pkgutil
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple, NoReturn

import twiceshy
import twiceshy_data
import twiceshy_fleet
import twiceshy_git
import twiceshy_team
from benchmarks.fuzz_faults import FAULTS, NUMBERS, TEXTS, Fault, Scene, open_streams
from twiceshy.recipes.demo import lesson_story, sample_history

PATIENCE_S = 30.0
"""Seconds that a run may take (guess of 2026-11-22: the slowest whole run takes 2 s)."""
_BLAME = (b"bug of ours", b"bug of twiceshy", b"Exception ignored")
_TRACEBACK = b"Traceback (most recent call last)"
_EXPLAINED = frozenset({2, 12, 14, 40, 50})  # with TWICESHY_DEBUG the sentence has its traceback
ESCAPED, LOST = 70, 120
WARM = ("hyperscan", "re2", "orjson", "zstandard", "tomlkit", "ruamel.yaml", "anyio", "sqlite3", "tree_sitter", "numpy")
SUBREAPER = 36  # as Linux names it

CALLS = (
    "report",
    "report --since 30d --all",
    "report --json",
    "report --since TEXT",
    "report --explain TEXT",
    "report --project TEXT",
    "sessions",
    "sessions --json --limit NUMBER",
    "show SESSION",
    "show SESSION --full --all",
    "show TEXT",
    "show src/app.py",
    "search error",
    "search TEXT",
    "search --raw TEXT",
    "search --kind error failed --limit NUMBER",
    "history src/app.py",
    "history blind-edit --json",
    "effects",
    "effects workflow",
    "sql SELECT+count(*)+FROM+call --limit NUMBER",
    "sql SELECT+*+FROM+session",
    "sql TEXT",
    "init --yes --no-backfill",
    "init --dry-run",
    "remove --yes",
    "remove --purge --yes",
    "doctor",
    "doctor",
    "doctor --json",
    "doctor --repair",
    "config",
    "config get home",
    "config set report.since 30d",
    "config set TEXT TEXT",
    "tools",
    "tools add ruff TEXT",
    "ingest",
    "ingest",
    "ingest LOGS --processes 1",
    "ingest --processes NUMBER",
    "ingest TEXT",
    "learn",
    "learn",
    "judge",
    "judge --processes NUMBER",
    "run --wait-telemetry true",
    "run --wait-telemetry --timeout NUMBER true",
    "run --wait-telemetry --match x --idle-timeout 5 -- echo words",
    "run TEXT",
    "runs",
    "runs --limit NUMBER",
    "runs analyze anomalies",
    "runs suggest make+test",
    "runs clear --older-than 30d --yes",
    "feedback r-1234 --rating NUMBER",
    "feedback RUN --false-positive",
    "feedback RUN --stdin",
    "replay",
    "score",
    "score --staged",
    "score --diff TEXT",
    "score SESSION --limit NUMBER",
    "score app.py",
    "lessons",
    "lessons list --state all --limit NUMBER",
    "lessons list --like TEXT",
    "lessons show LESSON",
    "lessons review",
    "lessons export",
    "mute w-12345678",
    "mute LESSON",
    "workflow check SESSION",
    "workflow show",
    "workflow worth",
    "predict rotate tokens",
    "predict TEXT --top NUMBER",
    "brief rotate+tokens",
    "brief TEXT --file TEXT",
    "evaluate files",
    "evaluate files --split NUMBER",
    "models",
    "models show TEXT",
    "redact app.py",
    "redact --explain",
    "redact TEXT",
    "audit",
    "forget --session SESSION --yes",
    "forget --since TEXT --yes",
    "forget --project TEXT --dry-run",
    "cleanup",
    "mcp",
    "--help",
    "--version",
    "TEXT",
)
"""A verb and its words; those in capitals are drawn, and a plus stands for a space."""


class Run(NamedTuple):
    """What became of one run."""

    number: int
    words: list[str]
    faults: str
    kinds: tuple[str, ...]
    code: int
    """As a shell would say it; -1 for a run that took too long."""
    said: bytes

    @property
    def is_broken(self) -> bool:
        """Whether this is a fault of ours."""
        if self.code not in _EXPLAINED and _TRACEBACK in self.said:
            return True
        return self.code in {3, -1, ESCAPED, LOST} or self.code > 192 or any(word in self.said for word in _BLAME)


class Stage:
    """The store that runs begin with, and the folder in which they run, always the same."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template"
        self.stage = folder / "stage"
        self.ids: dict[str, list[str]] = {}

    def scene(self) -> Scene:
        """Return the folders in which a run takes place."""
        home = self.stage / "home"
        return Scene(home, home / ".twiceshy", self.stage / "work")

    def environment(self) -> dict[str, str]:
        """Return the variables that a run begins with."""
        home = self.scene().home
        names = {"XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": ".local/share", "XDG_STATE_HOME": ".local/state"}
        return {
            "HOME": str(home),
            "TWICESHY_HOME": str(self.scene().data),
            "TWICESHY_INGEST_PROCESSES": "1",
            "TWICESHY_DEBUG": "1",
            "TWICESHY_HOOK_LEARNS": "0",
            "CLAUDE_CONFIG_DIR": str(home / ".claude"),
            "CODEX_HOME": str(home / ".codex"),
            "GEMINI_CLI_HOME": str(home),
            "PATH": os.defpath,
            "TMPDIR": str(self.stage),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
            **{name: str(home / place) for name, place in names.items()},
        }

    def prepare(self) -> None:
        """Make the template: logs, a repository, and a store that has read and learned from them."""
        scene = self.scene()
        scene.work.mkdir(parents=True)
        logs = scene.home / ".claude" / "projects" / "-home-ann-work-cluster"
        logs.mkdir(parents=True)
        now = datetime.now(UTC)
        for number in range(3):
            lesson_story.write_session(logs, number, now - timedelta(days=8 - 2 * number))
        sample_history.write_sample(self.stage / "sample", seed=1, today=now.date())
        for place in sorted((self.stage / "sample" / "projects").iterdir())[:1]:
            target = logs.parent / place.name
            target.mkdir()
            for log in sorted(place.glob("*.jsonl"))[:3]:
                shutil.copy(log, target)
        self._commit(scene.work)
        for words in (
            "ingest",
            "run --wait-telemetry true",
            "run --wait-telemetry false",
            "learn",
            "init --yes --no-backfill",
            "runs --json",
        ):
            code, said = self._call(words.split(), (), Random(0))
            if code not in {0, 1}:
                raise SystemExit(f"the template cannot be made: {words} ended with {code}: {said!r}")
        self._read_ids(scene)
        shutil.copytree(self.stage, self.template, symlinks=True)

    def _commit(self, work: Path) -> None:
        author = {
            f"GIT_{who}_{what}": "a@example.test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        commands = [["init", "-q"]]
        for number in range(6):
            (work / "app.py").write_text("".join(f"def f{i}():\n    return {i}\n" for i in range(number + 2)))
            (work / f"tokens{number % 3}.py").write_text(f"X = {number}\n")
            commands = [*commands, ["add", "-A"], ["commit", "-qm", f"rotate tokens {number}"]]
            for words in commands:
                subprocess.run(["git", *words], cwd=work, check=True, env={**self.environment(), **author})
            commands = []

    def _read_ids(self, scene: Scene) -> None:
        connection = sqlite3.connect(scene.data / "twiceshy.db")
        self.ids = {
            "SESSION": [f"s-{uid.hex()[:8]}" for (uid,) in connection.execute("SELECT uid FROM session ORDER BY uid")],
            "LESSON": [f"l-{uid.hex()[:8]}" for (uid,) in connection.execute("SELECT id FROM lesson ORDER BY id")],
            "RUN": [
                f"r-{uid.hex()[:8]}" for (uid,) in connection.execute("SELECT execution_id FROM executions ORDER BY 1")
            ],
            "LOGS": [str(scene.home / ".claude" / "projects")],
            "TEXT": list(TEXTS),
            "NUMBER": list(NUMBERS),
        }
        connection.close()

    def run(self, number: int, seed: int, only: str | None) -> Run:
        """Do one run."""
        rng = Random(f"{seed}:{number}")
        words = [self._draw(rng, word) for word in rng.choice(CALLS).split()]
        faults = [rng.choice(FAULTS) for _ in range(rng.choice((1, 1, 1, 2)))]
        if only:
            faults = [fault for fault in FAULTS if fault.name == only]
        shutil.rmtree(self.stage, ignore_errors=True)
        shutil.copytree(self.template, self.stage, symlinks=True)
        code, said = self._call(words, faults, rng)
        head, _, said = said.partition(b"\x00\n")
        return Run(number, words, head.decode(errors="replace"), tuple(fault.name for fault in faults), code, said)

    def run_clean(self, words: Sequence[str]) -> tuple[int, bytes]:
        """Run a verb to its end without a fault; return its status and what it printed."""
        return self._call(words, (), Random(0))

    def start(self, words: Sequence[str]) -> int:
        """Begin a verb without a fault, its output unseen; return its process."""
        child = os.fork()
        if not child:
            _be_child(self, words, ((), Random(0)), os.open(os.devnull, os.O_WRONLY))
        return child

    def _draw(self, rng: Random, word: str) -> str:
        """Return the word, or one drawn in its place."""
        return rng.choice(self.ids[word]) if word in self.ids else word.replace("+", " ")

    def _call(self, words: Sequence[str], faults: Sequence[Fault], rng: Random) -> tuple[int, bytes]:
        """Run the words in a child; return its status and what it printed, after the faults in words."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        child = os.fork()
        if not child:
            os.close(reading)
            _be_child(self, words, (faults, rng), writing)
        os.close(writing)
        said, status, until = bytearray(), None, time.monotonic() + PATIENCE_S
        while status is None and time.monotonic() < until:
            said += _drain(reading)
            done, ending = os.waitpid(child, os.WNOHANG)
            status = ending if done else None
            time.sleep(0 if done else 0.001)
        if status is None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        said += _drain(reading)
        os.close(reading)
        end_orphans()
        if status is None:
            return -1, bytes(said)
        code = os.waitstatus_to_exitcode(status)
        return 192 - code if code < 0 else code, bytes(said)


def _drain(reading: int) -> bytes:
    """Return what lies in the pipe now."""
    found = bytearray()
    with contextlib.suppress(BlockingIOError):
        while part := os.read(reading, 1 << 16):
            found += part
    return bytes(found)


def adopt_orphans() -> None:
    """Let processes whose parent ended become our children, so that none of one run meets the next."""
    _KEPT.update(_list_children())
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def end_orphans() -> None:
    """Kill and reap whatever a run left behind; not the browser or database of other tests in this process."""
    while left := _list_children() - _KEPT:
        for one in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(one, 0)


_KEPT: set[int] = set()
"""Children that were there before any run."""


def _list_children() -> set[int]:
    return {int(one) for one in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def _be_child(stage: Stage, words: Sequence[str], drawn: tuple[Sequence[Fault], Random], output: int) -> NoReturn:
    """Become a process like a freshly started one, apply the faults and call the verb."""
    gc.freeze()  # whoever forked may hold millions of objects: they need not be looked at again
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    report = os.dup(output)
    for source, target in ((null, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(null)
    os.close(output)
    os.environ.clear()
    os.environ.update(stage.environment())
    os.chdir(stage.scene().work)
    open_streams("utf-8")
    sys.argv = ["twiceshy", *words]
    said = []
    faults, rng = drawn
    for fault in faults:
        try:
            said.append(f"{fault.name}: {fault.apply(rng, stage.scene())}")
        except Exception as error:  # noqa: BLE001  # this is a fork: nothing may reach the parent's clean-up
            said.append(f"{fault.name} could not be applied: {error}")
    _write_all(report, " + ".join(said).encode(errors="backslashreplace") + b"\x00\n")
    os._exit(_call_entry(report))


def _call_entry(report: int) -> int:
    """Run the console's entry and end as the interpreter would, its last flush included."""
    try:
        from twiceshy.doors.cli.start import main  # noqa: PLC0415  # again, where a library is missing

        code = main()
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    except BaseException:  # noqa: BLE001  # what would be a traceback
        _write_all(report, traceback.format_exc().encode(errors="backslashreplace"))
        return ESCAPED
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError) as error:
        _write_all(report, f"Exception ignored: {error}".encode())
        return LOST
    return code


def _write_all(output: int, content: bytes) -> None:
    with contextlib.suppress(OSError):
        _REAL_WRITE(output, content)


_REAL_WRITE = os.write


def warm_up(*cold: str) -> None:
    """Import all of the package and what it uses, so that a fork does not; but those whose name has a part of these."""
    for package in (twiceshy, twiceshy_data, twiceshy_fleet, twiceshy_git, twiceshy_team):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not any(part in found.name for part in ("__main__", ".gate", *cold)):
                with contextlib.suppress(ImportError):
                    importlib.import_module(found.name)
    for name in WARM:
        importlib.import_module(name)


def find_place(run: Run) -> str:
    """Return where a broken run broke: the innermost line of ours in its traceback, and the error."""
    lines = run.said.decode(errors="replace").splitlines()
    ours = [line.strip() for line in lines if line.strip().startswith("File ") and "/twiceshy" in line]
    errors = [line for line in lines if line and not line.startswith(" ") and ":" in line and "twiceshy:" not in line]
    place = re.split(r"/twiceshy(?:_\w+)?/", ours[-1])[-1].replace('", line ', ":") if ours else "?"
    return f"{place} | {errors[-1][:100] if errors else run.said[-100:]!r} | exit {run.code}"


@contextlib.contextmanager
def open_stage() -> Iterator[Stage]:
    """Give a stage in a folder of its own, in memory where the system has such a place."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as name:  # noqa: PTH112
        Path(name).chmod(0o755)
        adopt_orphans()
        stage = Stage(Path(name))
        stage.prepare()
        warm_up()
        yield stage


def main(argv: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[fault.name for fault in FAULTS])
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no run after so long")
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args(argv)
    began = time.monotonic()
    runs = []
    with open_stage() as stage:
        for number in range(args.first, args.first + args.runs):
            if time.monotonic() - began > args.seconds:
                break
            runs.append(run := stage.run(number, args.seed, args.only))
            if run.is_broken:
                print(f"{run.number}: {find_place(run)}", flush=True)
    broken = [run for run in runs if run.is_broken]
    if args.show:
        for run in runs:
            print(
                f"{run.number} {run.code} {' '.join(run.words)[:60]!r} [{run.faults[:150]}]",
                run.said[-300:] if run.is_broken or args.runs < 30 else "",
            )
    places = Counter(find_place(run) for run in broken)
    example = {find_place(run): run for run in reversed(broken)}
    for place, count in places.most_common():
        one = example[place]
        print(f"{count:5} {place}\n      e.g. {one.number}: {' '.join(one.words)[:60]!r} [{one.faults[:150]}]")
    print(f"{len(runs):,} runs, {len(broken)} broken, {time.monotonic() - began:.0f} s")
    for code, count in sorted(Counter(run.code for run in runs).items()):
        print(f"  exit {code}: {count}")


if __name__ == "__main__":
    main(sys.argv[1:])
