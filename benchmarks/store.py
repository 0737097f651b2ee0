"""The store alone: events per CPU second to pack and to add, and how much of the source it takes.

``python -m benchmarks store [--logs FOLDER] [--mb 200] [--group 16]``: reads Claude Code logs (generated ones without
``--logs``) without redaction, packs and adds them in one process. ``--try`` repeats it with other constants, which is
where those in the code come from.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from benchmarks.measure import folder_bytes
from twiceshy.archive import bodies, connect, rows
from twiceshy.archive.db import Store
from twiceshy.base.values import Scrubbed
from twiceshy.logs.readers import READERS
from twiceshy.records.events import Event
from twiceshy.records.ingest import Cursor, SourceState

if TYPE_CHECKING:
    from twiceshy.archive.rows import RowBatch

READ_BYTES = 8 << 20
Result = TypeVar("Result")
NOW = datetime(2026, 11, 21, tzinfo=UTC)
VARIANTS: tuple[tuple[str, object, str, int], ...] = (
    ("zstd level 1", bodies, "LEVEL", 1),
    ("zstd level 5", bodies, "LEVEL", 5),
    ("packs of 128 KB", bodies, "PACK_BYTES", 1 << 17),
    ("packs of 2 MB", bodies, "PACK_BYTES", 1 << 21),
    ("texts up to 480 inline", rows, "INLINE", 480),
    ("short heads of 240", rows, "SHORT_HEAD", 240),
    ("pages of 8 KB", connect, "PAGE_BYTES", 8192),
    ("checkpoint at 1,000 pages", connect, "CHECKPOINT_PAGES", 1000),
)


class Figures(NamedTuple):
    """What one run took."""

    events: int
    source_bytes: int
    store_bytes: int
    pack_s: float
    add_s: float

    def row(self, name: str) -> str:
        """A line of the table."""
        cpu = self.pack_s + self.add_s
        return (
            f"{name:<28}{self.events:>9,}{self.pack_s:>8.2f}{self.add_s:>8.2f}{self.events / cpu:>10,.0f}"
            f"{self.source_bytes / cpu / 1e6:>8.0f}{self.store_bytes / self.source_bytes:>8.3f}"
        )


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks store", description=__doc__)
    parser.add_argument("--logs", type=Path)
    parser.add_argument("--mb", type=float, default=200)
    parser.add_argument("--group", type=float, default=16, help="MB of logs in one transaction; 0: one for each file")
    parser.add_argument("--try", dest="variants", action="store_true", help="also with other constants")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        logs = args.logs or generated(Path(name) / "generated", args.mb)
        print(f"{'':<28}{'events':>9}{'pack s':>8}{'add s':>8}{'events/s':>10}{'MB/s':>8}{'size':>8}")
        print(measure(logs, args.mb, args.group).row("as it is"))
        if args.group:
            print(measure(logs, args.mb, 0).row("a transaction for each file"))
        for title, module, constant, value in VARIANTS if args.variants else ():
            before = getattr(module, constant)
            setattr(module, constant, value)
            bodies._compressor.cache_clear()  # noqa: SLF001  # it holds the level
            print(measure(logs, args.mb, args.group).row(title), flush=True)
            setattr(module, constant, before)
            bodies._compressor.cache_clear()  # noqa: SLF001


def generated(folder: Path, megabytes: float) -> Path:
    """A synthetic history of our own."""
    from benchmarks.histories import write_history  # noqa: PLC0415  # only this path needs it

    write_history(folder, megabytes=megabytes)
    return folder


def measure(logs: Path, megabytes: float, group: float) -> Figures:
    """One run into a new store."""
    events = source_bytes = 0
    pack_s = add_s = 0.0
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        waiting: list[tuple[RowBatch, SourceState]] = []
        waiting_bytes = 0
        with Store.open(Path(name)) as store:
            for state, found, size in read(logs, megabytes):
                spent, packed = timed(lambda found=found: rows.pack_events(found))  # type: ignore[misc]  # a default binds it
                pack_s += spent
                events += len(found)
                source_bytes += size
                waiting.append((packed, state))
                waiting_bytes += size
                if waiting_bytes >= group * 1e6:
                    add_s += timed(lambda: store.add_all(waiting))[0]
                    waiting.clear()
                    waiting_bytes = 0
            add_s += timed(lambda: store.add_all(waiting))[0]
            add_s += timed(store.close)[0]
        return Figures(events, source_bytes, folder_bytes(Path(name)), pack_s, add_s)


def timed(do: Callable[[], Result]) -> tuple[float, Result]:
    """CPU seconds of this process, and what came of it."""
    start = time.process_time()
    result = do()
    return time.process_time() - start, result


def read(logs: Path, megabytes: float) -> Iterator[tuple[SourceState, list[Event], int]]:
    """Batches of events with their sources, until so much was read. Nothing is redacted: that is measured elsewhere."""
    reader = READERS["claude-code"]
    total = 0
    for source in sorted(reader.find(logs), key=lambda source: (source.mtime_ns, source.path)):
        cursor, done = Cursor(), False
        while not done:
            batch = reader.read(source.path, cursor, salt=b"x" * 32, limit_bytes=READ_BYTES)
            state = SourceState(
                key=blake2b(str(source.path).encode(), digest_size=16).digest(),
                agent=source.agent,
                name=Scrubbed(source.path.name),
                size=source.size,
                mtime_ns=source.mtime_ns,
                cursor=batch.cursor,
                tally=batch.tally,
                skipped=batch.skipped,
                read_at=NOW,
                from_start=cursor == Cursor(),
            )
            size = batch.cursor.offset - cursor.offset
            yield state, cast("list[Event]", batch.events), size
            total += size
            cursor, done = batch.cursor, batch.done
        if total >= megabytes * 1e6:
            return
