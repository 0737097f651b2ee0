"""What a brief costs: building its words, and the whole hook with retrieval beside the hook that records alone.

``python -m benchmarks brief [--runs N] [--lessons N] [--home HOME]``

A store with invented lessons (or a copy of HOME) and an installed hook folder. Four calls take turns, so that a busy
machine is the same to each (the limit of one second is lifted): Python alone, a prompt of a session that had its brief
(recording only), the first prompt of a session about which something is known, and one about which nothing is. CPU
seconds are those of the child.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from twiceshy.advice.brief_words import write_brief
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.hook_files import folder_of
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scrubbed
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.findings import Severity
from twiceshy.records.lessons import FilePast, Lesson, LessonKind, LessonState, NearLesson, Trigger

WORDS = (
    "session",
    "token",
    "cache",
    "index",
    "parser",
    "buffer",
    "socket",
    "thread",
    "handler",
    "request",
    "response",
    "timeout",
    "retry",
    "header",
    "cookie",
    "route",
    "schema",
    "column",
    "table",
    "migration",
    "query",
    "cursor",
    "lock",
    "queue",
    "worker",
    "event",
    "signal",
    "stream",
    "chunk",
    "codec",
)
FAULTS = ("was never awaited", "is not closed", "is used before it is set", "returns None", "is not checked")


def lessons(count: int) -> list[Lesson]:
    """Invented lessons, no two alike."""
    rng = Random(7)
    now = datetime.now(UTC)
    return [
        Lesson(
            id=f"l-{number:016x}",
            slug=f"python_x_{number}",
            kind=LessonKind.MISTAKE,
            subject="python",
            category="x",
            severity=Severity.MAJOR,
            trigger=Trigger(),
            state=LessonState.PROMOTED,
            scope="user",
            first_seen=now,
            last_seen=now,
            observations=rng.randint(3, 60),
            sessions=rng.randint(2, 9),
            description=Scrubbed(f"the {' '.join(rng.sample(WORDS, 3))} {rng.choice(FAULTS)} in case {number}"),
            root_cause=Scrubbed(f"the {rng.choice(WORDS)} comes from another {rng.choice(WORDS)}"),
            bad=Scrubbed("value = get()\nuse(value)"),
            good=Scrubbed("value = await get()\nuse(value)"),
        )
        for number in range(count)
    ]


def made(home: Path, count: int) -> Config:
    """A data folder with so many lessons."""
    config = load({"home": str(home)}, os.environ, home.parent)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        for lesson in lessons(count):
            writing.add(connection, lesson, imported=True)
            writing.review(connection, writing.id_of(lesson), datetime.now(UTC), state=LessonState.PROMOTED)
    return config


def built(config: Config, runs: int) -> list[float]:
    """CPU milliseconds of building the words of a full brief."""
    near = [NearLesson(lesson=one, similarity=0.8, score=0.8) for one in list_lessons(config, datetime.now(UTC))[:10]]
    past = FilePast(path="src/api/auth.py", edits=40, bad=10, sessions=9, unread=9, unread_bad=7)
    files = ["Such tasks touched: src/api/auth.py (0.71), src/api/tokens.py (0.52)."]
    found = []
    for _ in range(runs):
        started = time.process_time()
        write_brief(near, files=files, pasts=[past])
        found.append(1000 * (time.process_time() - started))
    return found


def timed(words: list[str], given: str) -> tuple[float, float, str]:
    """CPU and wall milliseconds of a child, and what it printed."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1000 * cpu, 1000 * wall, done.stdout


def calls(config: Config, folder: Path) -> dict[str, Callable[[int], tuple[list[str], str]]]:
    """The four calls by name, for a number of a run."""

    def prompt(session: str, words: str) -> str:
        return json.dumps({"session_id": session, "cwd": str(folder), "prompt": words})

    hook = hook_folder.command_of(config, "claude-code", "UserPromptSubmit")
    task = lessons(10)[3].description
    return {
        "Python alone": lambda _: ([hook[0], "-I", "-S", "-c", "pass"], ""),
        "recording alone": lambda _: (hook, prompt("told", task)),
        "with a brief": lambda number: (hook, prompt(f"new-{number}", task)),
        "with nothing to say": lambda number: (hook, prompt(f"mute-{number}", "zzz qqq")),
    }


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--lessons", type=int, default=500)
    parser.add_argument("--home", type=Path)
    args = parser.parse_args(argv)
    os.environ["TWICESHY_ADVICE_HELD_BACK_PERCENT"] = "0"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "data"
        if args.home:
            shutil.copytree(args.home, home)
        config = made(home, args.lessons)
        hook_folder.write(config)
        script = folder_of(config).path / "brief.py"
        text = script.read_text(encoding="utf-8")  # the limit is lifted, else a busy machine hides what a brief takes
        script.write_text(text.replace("time() * 1000", "(time() + 60) * 1000"), encoding="utf-8")
        words = built(config, 200)
        print(f"building the words: median {statistics.median(words):.2f} ms, most {max(words):.2f} ms CPU")
        some = calls(config, Path(folder))
        timed(*some["recording alone"](0))  # the session that had its brief, where it comes in time
        (config.cache / "brief").mkdir(parents=True, exist_ok=True)
        (config.cache / "brief" / "told.UserPromptSubmit").write_text("........")
        cpu: dict[str, list[float]] = defaultdict(list)
        wall: dict[str, list[float]] = defaultdict(list)
        said: dict[str, int] = defaultdict(int)
        for number in range(args.runs):
            for name, call in some.items():
                took, waited, output = timed(*call(number))
                cpu[name].append(took)
                wall[name].append(waited)
                said[name] += bool(output)
        print(f"{args.lessons} lessons, {args.runs} runs, load {os.getloadavg()[0]:.1f}, {sys.version.split()[0]}")
        print(
            "| call | CPU median | CPU p95 | wall median | wall p95 | over 1 s | said |\n|---|---|---|---|---|---|---|"
        )
        for name in some:
            marks = [statistics.median(cpu[name]), p95(cpu[name]), statistics.median(wall[name]), p95(wall[name])]
            late = sum(waited > 1000 for waited in wall[name])
            print(
                f"| {name} | {' | '.join(f'{mark:.0f} ms' for mark in marks)} | {late} | {said[name]} of {args.runs} |"
            )


def p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]
