"""Split the work on a repository with very many commits: workers measure the code of some thousands each.

What a change brings into its files is measured from its contents alone, and takes by far the most time of a history
(``docs/reference/fleet-skew.md``). All that depends on the order of history (authors' experience, files' pasts, which
change a fix mends) is computed once, over the small rows, by the shard's own work.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.host import used_cpu
from twiceshy.logs.change_history import count_changes, list_change_names
from twiceshy.logs.repository_place import is_ancestor, locate_repository
from twiceshy.records.fleet import FleetInput, PieceReceipt, PieceWork, ShardWork
from twiceshy.wings.fleet.lake.piece_files import read_measured, write_rows
from twiceshy.wings.fleet.lake.places import find_local_path, hold_local
from twiceshy.wings.fleet.shards.shard_history import RANGE, make_code_rows
from twiceshy.wings.fleet.shards.shard_work import ShardDesk, set_up_home
from twiceshy.wings.git.risk_recipes.measure_code import measure_all

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
