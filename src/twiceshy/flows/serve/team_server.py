"""What every recipe of the server works with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from twiceshy.facts.wire.row_kinds import Level
from twiceshy.privacy.row_scan import RowScan
from twiceshy.store.team.base import TeamStore
from twiceshy.store.team.opening import open_team_store


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamServer:
    """An open server; its recipes may run in several threads at once."""

    store: TeamStore
    scan: RowScan
    level: Level
    """The most that is kept of any row, whatever was sent."""


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
