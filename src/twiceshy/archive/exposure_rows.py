"""Write what hooks noted: each note once, and none that the user asked to forget."""

import json
import sqlite3
from collections.abc import Iterable, Iterator

from twiceshy.archive.db import Store
from twiceshy.archive.forget_rules import ForgetRules
from twiceshy.archive.table import ColumnForm, Table
from twiceshy.records.upkeep import Exposure

_EXPOSURE = Table(
    "exposure", Exposure, forms={"path_keys": ColumnForm(lambda keys: keys or None, lambda keys: keys or b"")}
)


def put(store: Store, found: Iterable[Exposure]) -> int:
    """Store hook notes for good; return how many were new."""
    with store.begin_writing() as connection:
        rules = ForgetRules(connection)
        before = connection.total_changes
        connection.executemany(
            _EXPOSURE.insert("OR IGNORE"),
            [_EXPOSURE.pack(one) for one in found if not rules.cover_note(one.session, one.at)],
        )
        return connection.total_changes - before


def read_owned(connection: sqlite3.Connection, owners: Iterable[str]) -> Iterator[Exposure]:
    """Yield all notes of the sessions whose agent was one of these processes, oldest first."""
    rows = connection.execute(
        f"""SELECT {_EXPOSURE.select()} FROM exposure WHERE session IN
          (SELECT session FROM exposure WHERE owner IN (SELECT value FROM json_each(?))) ORDER BY at""",  # noqa: S608  # literals of this room
        (json.dumps(sorted(set(owners))),),
    )
    return (_EXPOSURE.unpack(row) for row in rows)


def count_exposures(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return how many notes there are, and how many of them belong to a stored session."""
    (notes,) = connection.execute("SELECT count(*) FROM exposure").fetchone()
    (joined,) = connection.execute("SELECT count(*) FROM exposure e JOIN session s ON s.uid = e.session").fetchone()
    return notes, joined
