"""A step is killed (SIGKILL) at any moment, with all that it started, and done again: nothing is lost or doubled.

``python -m benchmarks kill_rounds [--rounds N] [--seed N] [--only STEP]``. Each round copies a small store, begins the
step in a forked process, kills it at a drawn moment of its usual duration, does the step again to its end, and compares
every table with a clean run, row by row. Columns that differ between two clean runs (times, random ids, row numbers)
are left out, and so is what only says when something was done.

For hooks and wrapped commands, where nobody repeats what was killed, what was acknowledged must be there once, and
what was killed at most once.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.fuzz_verbs import Stage, end_orphans, open_stage
from twiceshy.logs.hook_changes import build_arguments

SAMPLES = Path(__file__).parents[1] / "tests" / "archive" / "samples"
_OLD = "0001-archive.archive.sql"
_EVENTS = 4  # calls of the hook in a round
Row = tuple[object, ...]
Rows = dict[str, Counter[Row]]


class Step(NamedTuple):
    """What is killed: the verbs that lead to its beginning, and its own."""

    name: str
    before: tuple[str, ...]
    words: str
    old: bool = False
    """The store is one of the first version."""
    outdated: bool = False
    """All logs were read by an older reader."""
    settles: bool = False
    """What it does last is read by what it does first: it is compared when it was run once more."""


STEPS = (
    Step("ingest", (), "ingest"),
    Step("learn", ("ingest",), "learn", settles=True),
    Step("judge", ("ingest",), "judge"),
    Step("upgrade", (), "sessions", old=True),
    Step("reread", ("ingest",), "learn", outdated=True, settles=True),
)


class KillResult(NamedTuple):
    """What came of a step's rounds."""

    name: str
    rounds: int
    killed: int
    """Rounds in which it had not ended before."""
    lost: int
    doubled: int
    failed: int
    """Rounds in which the second run did not end well."""


class KillStage:
    """The folder in which rounds take place."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        folder = stage.template.parent
        shutil.rmtree(self.stage.stage, ignore_errors=True)
        shutil.copytree(self.stage.template, self.stage.stage, symlinks=True)
        self.bare = folder / "bare"
        shutil.rmtree(self.bare, ignore_errors=True)
        shutil.copytree(self.stage.template, self.bare, symlinks=True)
        for entry in self._data(self.bare).iterdir():
            if entry.name not in {"hooks", "cache"}:  # compiling rules is most of a first read
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def _data(self, place: Path) -> Path:
        return place / "home" / ".twiceshy"

    @property
    def data(self) -> Path:
        """The data folder of a round."""
        return self._data(self.stage.stage)

    def begin(self, template: Path) -> None:
        """Put the folders back as they were."""
        shutil.rmtree(self.stage.stage)
        shutil.copytree(template, self.stage.stage, symlinks=True)

    def prepare_step(self, step: Step) -> Path:
        """Return the folders as they are before the step."""
        self.begin(self.bare)
        if step.old:
            with closing(sqlite3.connect(self.data / "twiceshy.db")) as connection:
                connection.executescript((SAMPLES / _OLD).read_text())
        for words in step.before:
            self.call(words)
        if step.outdated:
            with closing(sqlite3.connect(self.data / "twiceshy.db", isolation_level=None)) as connection:
                connection.execute("UPDATE source SET reader = 0")
        place = self.stage.stage.with_name(f"before-{step.name}")
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.stage.stage, place, symlinks=True)
        return place

    def call(self, words: str) -> int:
        """Run a verb to its end; return its status."""
        return self.stage.run_clean(words.split())[0]

    def start(self, words: str) -> int:
        """Begin a verb; return its process."""
        return self.stage.start(words.split())

    def read_rows(self, left_out: frozenset[str] = frozenset()) -> Rows:
        """Return the rows of every table; ``left_out`` names columns as ``table.column``."""
        found: Rows = {}
        with closing(sqlite3.connect(self.data / "twiceshy.db")) as connection:
            connection.text_factory = bytes
            tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            for (name,) in tables:
                table = name.decode()
                columns = [row[1].decode() for row in connection.execute(f'PRAGMA table_info("{table}")')]
                kept = [column for column in columns if f"{table}.{column}" not in left_out]
                if not kept or "_config" in table or "_segdir" in table:
                    continue
                listed = ", ".join(f'"{column}"' for column in kept)
                found[table] = Counter(connection.execute(f'SELECT {listed} FROM "{table}"').fetchall())
        return found

    def find_varying(self, one: Path, step: Step) -> tuple[frozenset[str], float]:
        """Return the columns that differ between two clean runs, and how long a run takes."""
        seen: list[dict[str, Counter[object]]] = []
        seconds = 0.0
        for number in range(2):
            time.sleep(1.05 * number)  # some times are told in seconds
            self.begin(one)
            began = time.monotonic()
            self.call(step.words)
            seconds = time.monotonic() - began
            if step.settles:
                self.call(step.words)
            seen.append(self._read_columns())
        return frozenset(name for name in seen[0] if seen[0][name] != seen[1].get(name)), seconds

    def _read_columns(self) -> dict[str, Counter[object]]:
        found: dict[str, Counter[object]] = {}
        with closing(sqlite3.connect(self.data / "twiceshy.db")) as connection:
            connection.text_factory = bytes
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
                table = name.decode()
                for row in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
                    column = row[1].decode()
                    values = connection.execute(f'SELECT "{column}" FROM "{table}"').fetchall()
                    found[f"{table}.{column}"] = Counter(value for (value,) in values)
        return found


def kill_after(child: int, seconds: float) -> bool:
    """Kill the process and all that it started after a while; tell whether it was still at work."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, _ = os.waitpid(child, os.WNOHANG)
        if done:
            return False
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    end_orphans()
    return True


def repeat_step(stage: KillStage, step: Step, rounds: Iterable[int], rng: Random) -> KillResult:
    """Kill a step again and again, and compare with the clean run."""
    before = stage.prepare_step(step)
    varying, seconds = stage.find_varying(before, step)
    clean = stage.read_rows(varying)
    killed = lost = doubled = failed = 0
    done = 0
    for done in rounds:  # noqa: B007  # how many there were
        stage.begin(before)
        child = stage.start(step.words)
        killed += kill_after(child, rng.uniform(0, seconds))
        failed += any(stage.call(step.words) != 0 for _ in range(1 + step.settles))
        there = stage.read_rows(varying)
        missing = sum(sum((rows - there.get(name, Counter())).values()) for name, rows in clean.items())
        more = sum(sum((rows - clean.get(name, Counter())).values()) for name, rows in there.items())
        lost += missing > 0
        doubled += more > 0
        if missing or more:
            print(f"  {step.name}: {_describe_difference(clean, there)}", flush=True)
    return KillResult(step.name, done, killed, lost, doubled, failed)


def _describe_difference(clean: Rows, there: Rows) -> str:
    parts = []
    for name in sorted({*clean, *there}):
        less, more = (
            clean.get(name, Counter()) - there.get(name, Counter()),
            there.get(name, Counter()) - clean.get(name, Counter()),
        )
        if less or more:
            sizes = f"{name} -{sum(less.values())} +{sum(more.values())}"
            parts.append(f"{sizes} {_show_first(list(less), list(more))}"[:600])
    return "; ".join(parts)


def _show_first(less: list[Row], more: list[Row]) -> str:
    """Return the first row that differs, or what differs in it where a row with the same beginning took its place."""
    for one in less:
        for other in more:
            if one[0] == other[0] and len(one) == len(other):
                return str([(a, b) for a, b in zip(one, other, strict=True) if a != b])
    return f"{less[:1]} {more[:1]}"


def repeat_run(stage: KillStage, rounds: Iterable[int], rng: Random) -> KillResult:
    """Kill wrapped commands: those that were acknowledged are recorded once, the others at most once."""
    words = "run --wait-telemetry -- sh -c :"
    stage.begin(stage.stage.template)
    began = time.monotonic()
    stage.call(words)
    seconds = time.monotonic() - began
    before = _count_runs(stage)
    killed = lost = doubled = failed = 0
    done = 0
    for done in rounds:  # noqa: B007  # as above
        was_killed = kill_after(stage.start(words), rng.uniform(0, seconds * 1.1))
        killed += was_killed
        failed += stage.call(words) != 0
        now = _count_runs(stage)
        least = 1 if was_killed else 2
        lost += now - before < least
        doubled += now - before > 2
        before = now
    return KillResult("run", done, killed, lost, doubled, failed)


def _count_runs(stage: KillStage) -> int:
    with closing(sqlite3.connect(stage.data / "twiceshy.db")) as connection:
        ((found,),) = connection.execute("SELECT count(*) FROM executions").fetchall()
    return int(found)


def repeat_hook(stage: KillStage, rounds: Iterable[int], rng: Random) -> KillResult:
    """Kill hooks: every event whose hook ended is noted once and can be read, the killed one at most once."""
    stage.begin(stage.stage.template)
    began = time.monotonic()
    _start_hook(stage, 0, 0).wait()
    seconds = time.monotonic() - began
    killed = lost = doubled = failed = 0
    number = 0
    for number in rounds:
        shutil.rmtree(stage.data / "spool", ignore_errors=True)
        victim, was_killed = rng.randrange(_EVENTS), False
        for at in range(_EVENTS):
            process = _start_hook(stage, number, at)
            if at == victim:
                was_killed = kill_after(process.pid, rng.uniform(0, seconds))
                process.returncode = 0
            else:
                failed += process.wait() != 0
        calls = _read_spool(stage.data / "spool")
        killed += was_killed
        lost += len(calls) < _EVENTS - was_killed
        doubled += len(set(calls)) < len(calls) or len(calls) > _EVENTS
    return KillResult("hook", number, killed, lost, doubled, failed)


def _start_hook(stage: KillStage, number: int, at: int) -> "subprocess.Popen[bytes]":
    event = {
        "session_id": f"session-{number}",
        "cwd": str(stage.stage.scene().work),
        "hook_event_name": "PostToolUse",
        "tool_use_id": f"toolu_{number}_{at}",
        "tool_name": "Bash",
        "tool_input": {"command": "make test"},
        "tool_response": {"stdout": "ok"},
    }
    process = subprocess.Popen(
        [sys.executable, *build_arguments(stage.data / "hooks", "claude-code", "PostToolUse")],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=stage.stage.environment(),
    )
    with contextlib.suppress(BrokenPipeError):
        assert process.stdin is not None
        process.stdin.write(json.dumps(event).encode())
        process.stdin.close()
    return process


def _read_spool(folder: Path) -> list[str]:
    """Return the notes that can be read; their salted ids differ from call to call."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            with contextlib.suppress(ValueError):
                note = json.loads(line)
                note.pop("t", None)
                found.append(json.dumps(note, sort_keys=True))
    return found


def count_rounds(most: int, seconds: float) -> Iterator[int]:
    """Yield 1, 2, 3 ... up to ``most``, and nothing more after so many seconds."""
    until = time.monotonic() + seconds
    for number in range(1, most + 1):
        if time.monotonic() > until:
            return
        yield number


def repeat_all(
    stage: KillStage, rounds: int, seed: int, only: str | None, seconds: float = float("inf")
) -> Iterator[KillResult]:
    """Yield the result of each step."""
    for step in STEPS:
        if only in {None, step.name}:
            yield repeat_step(stage, step, count_rounds(rounds, seconds), Random(f"{seed}:{step.name}"))
    if only in {None, "run"}:
        yield repeat_run(stage, count_rounds(rounds, seconds), Random(f"{seed}:run"))
    if only in {None, "hook"}:
        yield repeat_hook(stage, count_rounds(rounds, seconds), Random(f"{seed}:hook"))


def main(argv: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="of each step, for its rounds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[*(step.name for step in STEPS), "run", "hook"])
    args = parser.parse_args(argv)
    with open_stage() as stage:
        for one in repeat_all(KillStage(stage), args.rounds, args.seed, args.only, args.seconds):
            print(
                f"{one.name:8} {one.rounds} rounds, {one.killed} killed at work: {one.lost} lost, "
                f"{one.doubled} doubled, {one.failed} failed afterwards",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
