"""A memory of 100,000 records: the CPU seconds of ``chunks stats``, ``verify`` and ``reconstruct``, children included.

``python -m benchmarks memory_speed [--records N]``. Records are made up: commits, chats and sessions of 200 to 1,500
bytes over three years, of invented words, put in by batches of 5,000 as a first ``learn`` does.
"""

import argparse
import io
import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from twiceshy.records.memory import Code, MemoryRecord
from twiceshy_git.chunks.check_memory import WrittenRecord, measure, reconstruct, verify
from twiceshy_git.chunks.chunk_store import MemoryRepository
from twiceshy_git.chunks.memory_files import MemoryFiles
from twiceshy_git.chunks.rewrite_months import compact

START = datetime(2023, 1, 1, tzinfo=UTC)
BATCH = 5000
SEED = 11


def main(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="memory_speed")
    parser.add_argument("--records", type=int, default=100_000, help="records [100000]")
    args = parser.parse_args(list(words))
    random = Random(SEED)
    said = [random.randbytes(3).hex() for _ in range(4000)]
    with tempfile.TemporaryDirectory(prefix="speed") as folder:
        memory = MemoryRepository(MemoryFiles(Path(folder), "ab" * 8))
        records = [make_record(number, random, said) for number in range(args.records)]
        batches = [records[at : at + BATCH] for at in range(0, len(records), BATCH)]
        show("add", lambda: [memory.add(batch) for batch in batches])
        show("flush", memory.flush)
        show_reads(memory)
        show("compact", lambda: compact(memory.files, START + timedelta(days=2000)))
        print("packed:")
        show_reads(memory)
        figures = measure(memory.files)
        print(f"{figures.records} records, {figures.raw_bytes >> 20} MB, {figures.stored_bytes >> 20} MB stored")


def show_reads(memory: MemoryRepository) -> None:
    """Print the CPU of each look."""
    out = io.BytesIO()
    show("stats", lambda: measure(memory.files))
    show(
        "reconstruct",
        lambda: [out.write(one.line) for one in reconstruct(memory.files) if isinstance(one, WrittenRecord)],
    )
    show("verify", lambda: verify(memory.files))


def show(name: str, work: Callable[[], object]) -> None:
    """Print the CPU seconds that something takes."""
    before = os.times()
    work()
    after = os.times()
    print(f"{name:12} {sum(after[:4]) - sum(before[:4]):6.2f} s CPU", flush=True)


def make_record(number: int, random: Random, said: Sequence[str]) -> MemoryRecord:
    """Return one record of many."""
    text = " ".join(random.choices(said, k=random.randint(20, 200)))
    kind = ("commit", "chat", "session")[number % 3]
    at = START + timedelta(minutes=number * 1_500_000 / 100_000)
    files = [Code(f"src/{random.choice(said)}/{random.choice(said)}.py") for _ in range(number % 7)]
    return MemoryRecord(type=kind, at=at, fields={"number": number, "text": Code(text), "files": files})
