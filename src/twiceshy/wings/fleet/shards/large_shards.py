"""What is done of large shards ahead of them: in two stages, each of which may run anywhere and in any order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from twiceshy.records.fleet import PieceKind, PieceReceipt, PieceWork, ShardWork
from twiceshy.wings.fleet.shards.shard_work import ShardDesk
from twiceshy.wings.fleet.shards.split_history import measure_commits, plan_measuring
from twiceshy.wings.fleet.shards.split_log import plan_reading, plan_scanning, read_logs, scan_edits

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
