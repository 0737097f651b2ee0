"""What a memory takes on the disk: one ``learn`` a session, then packed, then in git, then packed there.

``python -m benchmarks memory_size STORE [--words light|bodies] [--sessions N]``. The records are those that a memory
gets of the store's real sessions: ``light`` has summaries and agents, as by default; ``bodies`` has prompts, replies
and calls too (``share.bodies``). Each session's records are added in a call of their own, the oldest session first, all
into one memory. The size is what ``du`` counts for the whole folder, nothing pruned; the divisor is one zstandard frame
of all distinct records, without their ids, in the same order (level 10, and 19 where the text is small).
"""

import argparse
import os
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import zstandard

from twiceshy.archive.db import Store
from twiceshy.records.memory import MemoryRecord
from twiceshy_git.chunks.chunk_store import MemoryRepository
from twiceshy_git.chunks.memory_files import MemoryFiles
from twiceshy_git.chunks.rewrite_months import compact
from twiceshy_git.memory import envelope
from twiceshy_git.memory_recipes.memory_entries import SharedWords, list_session_records

WORDS = {"light": SharedWords(), "bodies": SharedWords(prompts=True, bodies=True)}
LEVELS = (10, 19)
LARGEST_AT_19 = 20_000_000
"""Bytes for which level 19 is not waited for."""


def main(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="memory_size")
    parser.add_argument("store", type=Path, help="a data folder")
    parser.add_argument("--words", choices=tuple(WORDS), default="light", help="what of each session [light]")
    parser.add_argument("--sessions", type=int, default=1000, help="at most so many, the newest [1000]")
    args = parser.parse_args(list(words))
    sessions = list_sessions(args.store, WORDS[args.words])[-args.sessions :]
    lines = list(dict.fromkeys(envelope.encode_bare(record) for session in sessions for record in session))
    raw = b"".join(line + b"\n" for line in lines)
    divisors = {level: len(pack(raw, level)) for level in LEVELS if level == 10 or len(raw) < LARGEST_AT_19}
    print(f"{len(sessions)} sessions, {len(lines)} distinct records of {len(raw)} bytes ({args.words})")
    print("one frame of zstandard: " + ", ".join(f"{size} bytes at level {level}" for level, size in divisors.items()))
    with tempfile.TemporaryDirectory(prefix="size") as folder:
        memory = MemoryRepository(MemoryFiles(Path(folder), "ab" * 8))
        before = os.times()
        for session in sessions:
            memory.add(session)
        show("one learn a session", memory, divisors)
        after = os.times()
        print(f"{1000 * (sum(after[:4]) - sum(before[:4])) / max(1, len(sessions)):.0f} ms CPU a session")
        late = datetime.now(UTC) + timedelta(days=60)
        if not memory.files.bare.exists:
            compact(memory.files, late)
            show("packed, as one file", memory, divisors)
        memory.flush()
        show("all in git, as for a push", memory, divisors)
        compact(memory.files, late)
        show("packed in git", memory, divisors)


def list_sessions(home: Path, words: SharedWords) -> list[list[MemoryRecord]]:
    """Return the records of each session of a store, the oldest session first."""
    with Store.open(home, readonly=True) as store:
        names = [str(row[0]) for row in store.connection.execute("SELECT DISTINCT name FROM project ORDER BY name")]
        found = [record for name in names for record in list_session_records(store, name, words)]
    grouped: dict[str, list[MemoryRecord]] = {}
    for record in found:
        grouped.setdefault(str(record.fields.get("session_id")), []).append(record)
    return sorted(grouped.values(), key=lambda group: max(record.at for record in group))


def pack(raw: bytes, level: int) -> bytes:
    """Return one frame."""
    return zstandard.ZstdCompressor(level=level).compress(raw)


def show(name: str, memory: MemoryRepository, divisors: dict[int, int]) -> None:
    """Print what the folder takes now."""
    done = subprocess.run(["du", "-s", "-B1", memory.files.folder], capture_output=True, check=True)
    size = int(done.stdout.split()[0])
    shares = ", ".join(f"{size / divisor:.2f}x (level {level})" for level, divisor in divisors.items())
    print(f"{name:26} {size:>10} bytes: {shares}", flush=True)
