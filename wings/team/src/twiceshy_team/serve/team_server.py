"""What every recipe of the server works with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from twiceshy.base.config import count_cores
from twiceshy.privacy.row_scan import RowScan
from twiceshy.privacy.wire.row_kinds import Level
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.opening import is_postgresql, open_team_store

_MOST_PROCESSES = 4
"""Processes that are chosen (guess, 2026-11-23: two of them keep two cores and PostgreSQL busy, measured by
``benchmarks.team_server``; each has connections of its own to the database)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamServer:
    """An open server; its recipes may run in several threads at once."""

    store: TeamStore
    scan: RowScan
    level: Level
    """The most that is kept of any row, whatever was sent."""


def choose_processes(address: str) -> int:
    """Return in how many processes to serve: one for each core, at most four; an SQLite file has one writer, so one."""
    return min(_MOST_PROCESSES, count_cores()) if is_postgresql(address) else 1


@contextmanager
def open_server(address: str, level: Level, cache: Path | None = None) -> Iterator[TeamServer]:
    """Open what requests are answered from, and close it at the end of the block.

    Args:
        address: of the database, or the path of an SQLite file.
        level: the most that is kept of any row.
        cache: where compiled redaction rules are kept; None compiles them.

    Raises:
        StoreError: the database cannot be served from; the message says why.
    """
    store = open_team_store(address)
    try:
        yield TeamServer(store=store, scan=RowScan(cache=cache), level=level)
    finally:
        store.close()
