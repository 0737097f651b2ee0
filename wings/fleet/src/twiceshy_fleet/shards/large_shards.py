"""What is done of large shards ahead of them: in two stages, each of which may run anywhere and in any order."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.host import used_cpu
from twiceshy.logs.change_history import count_changes, list_change_names
from twiceshy.logs.repository_place import is_ancestor, locate_repository
from twiceshy.records.fleet import FleetInput, PieceKind, PieceReceipt, PieceWork, ShardWork
from twiceshy_fleet.lake.places import find_local_path, hold_local
from twiceshy_fleet.lake.shard_files import read_measured, take_read_store, write_read_store, write_rows
from twiceshy_fleet.shards.scan_share import ScanShare, scan_share
from twiceshy_fleet.shards.shard_history import RANGE, make_code_rows
from twiceshy_fleet.shards.shard_work import ShardDesk, read_shard, set_up_home
from twiceshy_git.risk_recipes.measure_code import measure_all

# Split the work on a repository with very many commits: workers measure the code of some thousands each.
#
# What a change brings into its files is measured from its contents alone, and takes by far the most time of a history
# (``docs/reference/fleet-skew.md``). All that depends on the order of history (authors' experience, files' pasts, which
# change a fix mends) is computed once, over the small rows, by the shard's own work.

_LEAST_BYTES: Final = 200
"""Of a commit in a repository, packed: a smaller repository's commits are not counted (guess, 2026-11-23)."""


def plan_measuring(works: Iterable[ShardWork], commits: int = RANGE) -> list[PieceWork]:
    """Return the pieces that measure long histories, of so many commits each.

    Those of an object store are left whole: the driver would have to fetch them to count.
    """
    found: list[PieceWork] = []
    for work in works:
        for one in work.inputs:
            if one.kind == "repository" and one.place in work.changed and one.size > 2 * commits * _LEAST_BYTES:
                found += _divide(work, one, commits)
    return found


def _divide(work: ShardWork, one: FleetInput, commits: int) -> Iterator[PieceWork]:
    """Yield the pieces of a repository; none where few commits are new."""
    repo = find_local_path(one.place)
    if repo is None:
        return
    with suppress(SourceError, ToolMissing):
        head, since = locate_repository(repo).head, read_measured(work, one.place)
        if head is None:
            return
        since = since if since and is_ancestor(repo, since, head) else ""
        count = -(-count_changes(repo, since) // commits)
        if count > 1:
            piece = PieceWork(work=work, kind="code", of=count, place=one.place, since=since)
            yield from (replace(piece, number=number) for number in range(count))


def measure_commits(desk: ShardDesk, piece: PieceWork) -> PieceReceipt:
    """Measure the code of a range of a repository's commits.

    Raises:
        TwiceshyError: the repository, the output or this machine's disk cannot be used.
    """
    started = used_cpu()
    with (
        tempfile.TemporaryDirectory(prefix=f"piece-{piece.work.shard}-", dir=desk.scratch) as name,
        hold_local(piece.place) as repo,
    ):
        config = set_up_home(desk, Path(name) / "home")
        names = list_change_names(repo, piece.since)
        size = -(-len(names) // piece.of)
        some = names[piece.number * size : (piece.number + 1) * size]
        rows = write_rows(piece, make_code_rows(measure_all(config, repo, some)))
    return PieceReceipt(piece.work.shard, piece.kind, piece.number, rows, round(used_cpu() - started, 2))


# Split the work on a shard with too many bytes of logs: they are read once, then many workers scan what was edited.
#
# What is split, and what is not, follows from what each step costs (``docs/reference/fleet-skew.md``): of a real log,
# reading takes a tenth of the CPU, and to scan the texts of its edits takes more than half. To cut a log costs a pass
# of its reader, which is a third of reading it, and saves less; what rules recognise in one stretch must be taken out
# of the others before any of them is written. So one worker reads, and its store, with scrubbed text only, is what the
# others scan. The order-dependent rest is the shard's own work.
#
# A piece that fails costs time and nothing else: what its shard does not find, it computes.

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


_MAKERS: Final[Mapping[PieceKind, Callable[[ShardDesk, PieceWork], PieceReceipt]]] = {
    "store": read_logs,
    "scans": scan_edits,
    "code": measure_commits,
}


def plan_stages(works: Sequence[ShardWork]) -> list[list[PieceWork]]:
    """Return what is done ahead of these shards, stage by stage; nothing where none is large."""
    return [stage for stage in ([*plan_reading(works), *plan_measuring(works)], plan_scanning(works)) if stage]


def make_piece(desk: ShardDesk, piece: PieceWork) -> PieceReceipt:
    """Do a piece, and write what comes of it.

    Raises:
        TwiceshyError: an input, the output or this machine's disk cannot be used; the shard does without.
    """
    return _MAKERS[piece.kind](desk, piece)
