"""Write and read what steps left out for a fault of ours."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from twiceshy.archive.times import format_time, parse_time
from twiceshy.records.upkeep import Fault


def put_faults(connection: sqlite3.Connection, found: Iterable[Fault]) -> None:
    """Store faults, in place of older ones of the same things. The caller holds the transaction."""
    connection.executemany(
        """INSERT OR REPLACE INTO fault (step, key, name, offset, place, stand, at) VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [(one.step, one.key, one.name, one.offset, one.place, one.stand, format_time(one.at)) for one in found],
    )


def delete_faults(connection: sqlite3.Connection, step: str, keys: Iterable[bytes] | None = None) -> None:
    """Delete the faults of a step, or of some things in it. The caller holds the transaction."""
    if keys is None:
        connection.execute("DELETE FROM fault WHERE step = ?", (step,))
    else:
        connection.executemany("DELETE FROM fault WHERE step = ? AND key = ?", [(step, key) for key in keys])


def read_stands(connection: sqlite3.Connection, step: str) -> dict[bytes, str]:
    """Return what a step failed at, and what each was like then."""
    return dict(connection.execute("SELECT key, stand FROM fault WHERE step = ?", (step,)).fetchall())


def read_faults(connection: sqlite3.Connection) -> list[Fault]:
    """Return all faults, by step and name."""
    rows = connection.execute("SELECT step, key, name, place, stand, at, offset FROM fault ORDER BY step, name, key")
    return [
        Fault(
            step=step,
            key=key,
            name=name,
            place=place,
            stand=stand,
            at=parse_time(at) or datetime.fromtimestamp(0, UTC),
            offset=offset,
        )
        for step, key, name, place, stand, at, offset in rows
    ]
