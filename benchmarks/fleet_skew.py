"""One log, or one repository, that is too large for one worker: what does splitting it cost and save?

``python -m benchmarks fleet_skew log --mb 60 [--real FOLDER]`` makes one log of one session: written files
over and over, or the lines of all Claude Code logs below a folder, joined under one session's name. It works on it
alone, as one shard: unsplit, then split over 1 and 2 workers, and compares every table's bytes. Beside it the speed of
a reader's pass that throws everything away, and of reading with scrubbing and packing.

``python -m benchmarks fleet_skew steps --real FOLDER --mb 30`` works in one process on the first logs below a folder,
as they are, and prints the CPU seconds of each step and the memory behind it.

``python -m benchmarks fleet_skew history --commits 2000`` makes a repository with `git fast-import` and does the same.
Times are wall seconds and CPU seconds of all processes; peaks are of the largest process, in 10**6 bytes.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from twiceshy.archive.rows import pack_events
from twiceshy.base.config import load
from twiceshy.base.host import used_cpu
from twiceshy.base.private_files import write_new
from twiceshy.base.spread import spread
from twiceshy.logs.readers import READERS
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber, scrub_events_telling
from twiceshy.records.fleet import FleetInput, PieceWork, ShardReceipt, ShardWork
from twiceshy.records.ingest import Cursor
from twiceshy_fleet.shards import shard_work
from twiceshy_fleet.shards.large_shards import make_piece, plan_measuring, plan_reading, plan_scanning
from twiceshy_fleet.shards.shard_work import ShardDesk, prepare_desk, work_on_shard

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SALT = os.urandom(32)
STEPS = (
    *("read_pieces", "derive_messages", "fold_logs", "link_stored", "score_stored", "judge", "learn_lessons"),
    *("write_tables", "write_change_features", "write_shard"),
)
AT_ONCE = 2_000_000  # bytes a read, as ingest has it


class Ways(NamedTuple):
    """How a large shard is split here."""

    first: Callable[[ShardWork], list[PieceWork]]
    second: Callable[[ShardWork], list[PieceWork]]


def make_log(path: Path, size: int) -> None:
    """Write one session that edits sixty files over and over."""
    draw, session = random.Random(7), "00000000-0000-4000-8000-000000000001"  # the same each time
    texts = {
        f"/home/dev/src/web/mod_{number}.py": ["import os", "", "def start(a):", "    return a"] for number in range(60)
    }
    with path.open("w", encoding="utf-8") as file:
        written = number = 0
        while written < size:
            for row in make_turn(draw, texts, session, number):
                written += file.write(json.dumps(row) + "\n")
            number += 1


def make_turn(draw: random.Random, texts: dict[str, list[str]], session: str, number: int) -> Iterator[dict[str, Any]]:
    """Yield the records of one edit, and of every sixth a prompt before it."""
    about = {"sessionId": session, "cwd": "/home/dev/src/web", "version": "2.1.0", "isSidechain": False}
    day = f"2026-{1 + number // 40000 % 12:02}-{1 + number // 1440 % 28:02}"
    at = f"{day}T{number // 60 % 24:02}:{number % 60:02}:00.000Z"
    name = draw.choice(list(texts))
    lines = texts[name]
    before = "\n".join(lines)
    value = draw.randrange(10**6)
    lines[draw.randrange(2, len(lines)) :] = [
        f"def step_{value}(a):",
        f"    for one in a or [{value}]:",
        f"        os.system('make ' + one + '{value}')",
        "    return a",
        *(f"value_{draw.randrange(10**6)} = start({draw.randrange(99)})" for _ in range(draw.randrange(1, 60))),
    ]
    after, key = "\n".join(lines), f"toolu_{number:024}"
    if number % 6 == 0:
        yield {
            **about,
            "type": "user",
            "uuid": f"p{number}",
            "timestamp": at,
            "message": {"role": "user", "content": f"Do step {number}."},
        }
    call = {"type": "tool_use", "id": key, "name": "Write", "input": {"file_path": name, "content": after}}
    reply = {
        "id": f"msg_{number}",
        "role": "assistant",
        "model": "m",
        "content": [call],
        "usage": {"input_tokens": 9, "output_tokens": 9},
    }
    yield {
        **about,
        "type": "assistant",
        "uuid": f"a{number}",
        "requestId": f"r{number}",
        "timestamp": at,
        "message": reply,
    }
    answer = {"type": "tool_result", "tool_use_id": key, "content": f"The file {name} has been updated."}
    result = {"type": "update", "filePath": name, "content": after, "originalFile": before, "structuredPatch": []}
    yield {
        **about,
        "type": "user",
        "uuid": f"t{number}",
        "timestamp": at,
        "message": {"role": "user", "content": [answer]},
        "toolUseResult": result,
    }


def join_logs(folder: Path, path: Path, size: int) -> None:
    """Write the lines of real logs as one session, until they are large enough."""
    written = 0
    with path.open("wb") as file:
        for one in sorted(folder.rglob("*.jsonl")):
            for line in one.read_bytes().splitlines():
                try:
                    row = json.loads(line)
                except ValueError:
                    continue
                if isinstance(row, dict) and "sessionId" in row and written < size:
                    row["sessionId"] = "00000000-0000-4000-8000-000000000001"
                    written += file.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def make_repository(path: Path, commits: int) -> None:
    """Import a history of so many commits of one to three of two hundred files."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True)
    draw, texts, at = random.Random(5), dict[str, list[str]](), 1_500_000_000  # the same each time
    with subprocess.Popen(["git", "-C", str(path), "fast-import", "--quiet"], stdin=subprocess.PIPE) as git:
        for number in range(commits):
            at += draw.randrange(60, 5000)
            subject = f"{draw.choice(['Add', 'Fix', 'Change'])} step {number}".encode()
            git.stdin.write(b"commit refs/heads/main\ncommitter Ann <ann@example.com> %d +0000\n" % at)  # type: ignore[union-attr]  # a pipe
            git.stdin.write(b"data %d\n%s\n" % (len(subject), subject))  # type: ignore[union-attr]
            for name in draw.sample(range(200), draw.randrange(1, 4)):
                lines = texts.setdefault(f"src/mod_{name}.py", ["def start(a):", "    return a"])
                at_line = draw.randrange(len(lines) + 1)
                lines[at_line:at_line] = [
                    f"value_{draw.randrange(10**6)} = {number}" for _ in range(draw.randrange(1, 8))
                ]
                del lines[60:]
                content = "\n".join([*lines, ""]).encode()
                git.stdin.write(b"M 100644 inline src/mod_%d.py\ndata %d\n%s\n" % (name, len(content), content))  # type: ignore[union-attr]


def measure_reading(path: Path) -> None:
    """Print how fast a light pass is, and reading with all that ingest does before storing."""
    scrubber, spent, cursor, size = Scrubber(load_rules(), SALT, RedactionLevel.STANDARD), [0.0, 0.0, 0.0], Cursor(), 0
    while True:
        marks = [time.process_time()]
        batch = READERS["claude-code"].read(path, cursor, salt=SALT, limit_bytes=AT_ONCE)
        marks.append(time.process_time())
        clean, _ = scrub_events_telling(batch.events, scrubber)
        marks.append(time.process_time())
        pack_events(clean)
        marks.append(time.process_time())
        spent = [one + later - sooner for one, sooner, later in zip(spent, marks, marks[1:], strict=False)]
        cursor, size = batch.cursor, batch.cursor.offset
        if batch.done:
            break
    names = ("light pass", "scrubbing", "packing")
    print(", ".join(f"{name} {size / 1e6 / one:.1f}" for name, one in zip(names, spent, strict=True)), end=" MB/s; ")
    print(f"all three {size / 1e6 / sum(spent):.1f} MB/s of CPU")


def work(setup: Callable[[], ShardDesk], asked: ShardWork, ways: Ways | None, workers: int) -> ShardReceipt:
    """Work on a shard in processes of their own, with its pieces ahead of it; print what that took."""
    clock, started = time.perf_counter(), used_cpu()
    parts = []
    for stage in filter(None, (ways.first(asked), ways.second(asked)) if ways else ()):
        began = time.perf_counter()
        done = list(spread(make_piece, stage, setup=setup, processes=max(2, workers) if workers > 1 else 1))
        parts.append(f"{len(done)} pieces {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    (receipt,) = spread(work_on_shard, [asked], setup=setup, processes=2)
    if not isinstance(receipt, ShardReceipt):
        raise SystemExit(str(receipt))
    parts.append(f"shard {time.perf_counter() - began:.1f} s")
    wall, cpu = time.perf_counter() - clock, used_cpu() - started
    print(
        f"{'split' if ways else 'whole'}, {workers} worker(s): {wall:.1f} s, {cpu:.1f} s of CPU; {', '.join(parts)}; ",
        end="",
    )
    print(f"peak of the shard {receipt.peak_mb:.0f} MB")
    return receipt


def compare(asked: Sequence[ShardWork]) -> None:
    """Print whether all outputs have the same tables."""
    tables = [
        {path.parts[-3]: path.read_bytes() for path in Path(one.output).rglob("tables/*/*/*.parquet")} for one in asked
    ]
    same = all(one == tables[0] for one in tables)
    print(f"{len(tables[0])} tables, {'all bytes the same' if same else 'NOT THE SAME'} in {len(tables)} outputs")


def run(folder: Path, given: FleetInput, ways: Ways) -> None:
    """Work unsplit and split, with one worker and two."""
    (folder / "scratch").mkdir()
    write_new(folder / "secret", SALT)
    config = load({}, {"TWICESHY_HOME": str(folder / "home")}, folder)
    setup = partial(prepare_desk, config, str(folder / "secret"), str(folder / "scratch"))
    asked = []
    for name, chosen, workers in (("whole", None, 1), ("split1", ways, 1), ("split2", ways, 2)):
        one = ShardWork(
            shard="a1", output=str(folder / name), inputs=(given,), changed=(given.place,), now=NOW, given="g"
        )
        receipt = work(setup, one, chosen, workers)
        asked.append(one)
    compare(asked)
    print(json.dumps({name: rows for name, rows in receipt.rows.items() if rows}))
    print(f"largest process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000:.0f} MB")


def time_steps(folder: Path, logs: Sequence[FleetInput]) -> None:
    """Work on a shard in this process, and print what each of its steps took."""
    write_new(folder / "secret", SALT)
    spent: dict[str, float] = {}
    for name in STEPS:
        setattr(shard_work, name, time_step(name, getattr(shard_work, name), spent))
    config = load({}, {"TWICESHY_HOME": str(folder / "home")}, folder)
    desk = prepare_desk(config, str(folder / "secret"), str(folder))
    places = tuple(one.place for one in logs)
    asked = ShardWork(shard="a1", output=str(folder / "out"), inputs=tuple(logs), changed=places, now=NOW, given="g")
    began = time.process_time()
    work_on_shard(desk, asked)
    size = sum(one.size for one in logs) / 1e6
    print(f"{len(logs)} logs, {size:.1f} MB, {time.process_time() - began:.1f} s of CPU in all")


def time_step(name: str, step: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    """Return the step, which then prints what it took."""

    def run_timed(*given: Any, **named: Any) -> Any:
        began = time.process_time()
        answer = step(*given, **named)
        spent[name] = spent.get(name, 0.0) + time.process_time() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(f"{name}: {spent[name]:.1f} s, peak so far {peak:.0f} MB", flush=True)
        return answer

    return run_timed


def list_logs(folder: Path, size: int) -> list[FleetInput]:
    """Return the first logs of Claude Code below a folder, of about so many bytes."""
    found: list[FleetInput] = []
    for path in sorted(folder.rglob("*.jsonl")):
        if sum(one.size for one in found) < size:
            known = path.stat().st_size
            found.append(FleetInput(kind="log", place=str(path), size=known, stamp="1", agent="claude-code", group="g"))
    return found


def main(arguments: list[str]) -> None:
    """Measure one of the three."""
    parser = argparse.ArgumentParser(prog="fleet_skew")
    parser.add_argument("what", choices=("log", "history", "steps"))
    parser.add_argument("--mb", type=int, default=30)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--pieces", type=int, default=4)
    parser.add_argument("--commits", type=int, default=2000)
    chosen = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="fleet-skew-"))
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    try:
        if chosen.what == "steps":
            time_steps(folder, list_logs(chosen.real, chosen.mb * 1_000_000))
            return
        if chosen.what == "log":
            path = folder / "long.jsonl"
            if chosen.real:
                join_logs(chosen.real, path, chosen.mb * 1_000_000)
            else:
                make_log(path, chosen.mb * 1_000_000)
            size = path.stat().st_size
            print(f"one log of {size / 1e6:.1f} MB")
            measure_reading(path)
            given = FleetInput(kind="log", place=str(path), size=size, stamp="1", agent="claude-code", group="g")
            ways = Ways(
                lambda one: plan_reading([one], 0), lambda one: plan_scanning([one], 0, -(-size // chosen.pieces))
            )
        else:
            make_repository(folder / "web", chosen.commits)
            given = FleetInput(kind="repository", place=str(folder / "web"), size=1 << 40, stamp="1", group="g")
            ways = Ways(lambda one: plan_measuring([one], -(-chosen.commits // chosen.pieces)), lambda _: [])
        run(folder, given, ways)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
