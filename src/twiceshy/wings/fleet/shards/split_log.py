"""Split the work on a shard with too many bytes of logs: they are read once, then many workers scan what was edited.

What is split, and what is not, follows from what each step costs (``docs/reference/fleet-skew.md``): of a real log,
reading takes a tenth of the CPU, and to scan the texts of its edits takes more than half. To cut a log costs a pass of
its reader, which is a third of reading it, and saves less; what rules recognise in one stretch must be taken out of
the others before any of them is written. So one worker reads, and its store, with scrubbed text only, is what the
others scan. The order-dependent rest is the shard's own work.

A piece that fails costs time and nothing else: what its shard does not find, it computes.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from twiceshy.base.host import used_cpu
from twiceshy.records.fleet import PieceReceipt, PieceWork, ShardWork
from twiceshy.wings.fleet.lake.piece_files import take_read_store, write_read_store, write_rows
from twiceshy.wings.fleet.shards.scan_share import ScanShare, scan_share
from twiceshy.wings.fleet.shards.shard_work import ShardDesk, read_shard, set_up_home

LARGE_BYTES: Final = 512_000_000
"""New bytes of a shard's logs from which on it is split: two ordinary shards (guess, 2026-11-23)."""
PIECE_BYTES: Final = 128_000_000
"""Bytes of logs for whose edits one worker answers: at 4 MB/s half a minute, against some seconds to unpack the store
(guess, 2026-11-23)."""


def plan_reading(works: Iterable[ShardWork], large: int = LARGE_BYTES) -> list[PieceWork]:
    """Return the pieces that read the logs of each shard that is too large."""
    return [PieceWork(work=one, kind="store") for one in works if _count_new_bytes(one) > large]


def plan_scanning(works: Iterable[ShardWork], large: int = LARGE_BYTES, piece: int = PIECE_BYTES) -> list[PieceWork]:
    """Return the pieces that scan the edits of these shards; their logs must have been read by then."""
    found: list[PieceWork] = []
    for one in works:
        if (size := _count_new_bytes(one)) > large:
            count = -(-size // piece)
            found += [PieceWork(work=one, kind="scans", number=number, of=count) for number in range(count)]
    return found


def _count_new_bytes(work: ShardWork) -> int:
    return sum(one.size for one in work.inputs if one.kind == "log" and one.place in work.changed)


def read_logs(desk: ShardDesk, piece: PieceWork) -> PieceReceipt:
    """Read what is new of a shard's logs and repositories into a store, and write that as a piece.

    Raises:
        TwiceshyError: the output or this machine's disk cannot be used.
    """
    started = used_cpu()
    with _open_folder(desk, piece) as name:
        write_read_store(piece.work, read_shard(desk, piece.work, Path(name)), Path(name))
    return _make_receipt(piece, 0, started)


def scan_edits(desk: ShardDesk, piece: PieceWork) -> PieceReceipt:
    """Scan a part of the edits of a shard whose logs are read; nothing where they are not.

    Raises:
        TwiceshyError: the output or this machine's disk cannot be used.
    """
    started = used_cpu()
    with _open_folder(desk, piece) as name:
        config = set_up_home(desk, Path(name) / "home")
        if not take_read_store(piece.work, config.home):
            return _make_receipt(piece, 0, started)
        rows = write_rows(piece, scan_share(config, ScanShare(piece.number, piece.of)))
    return _make_receipt(piece, rows, started)


def _open_folder(desk: ShardDesk, piece: PieceWork) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix=f"piece-{piece.work.shard}-", dir=desk.scratch)


def _make_receipt(piece: PieceWork, rows: int, started: float) -> PieceReceipt:
    return PieceReceipt(piece.work.shard, piece.kind, piece.number, rows, round(used_cpu() - started, 2))
