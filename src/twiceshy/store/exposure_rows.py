"""Write what hooks noted: each note once, and none that the user asked to forget."""

import sqlite3
from collections.abc import Iterable

from twiceshy.records.upkeep import Exposure
from twiceshy.store.db import Store
from twiceshy.store.forget_rules import ForgetRules
from twiceshy.store.table import ColumnForm, Table

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


def count_exposures(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return how many notes there are, and how many of them belong to a stored session."""
    (notes,) = connection.execute("SELECT count(*) FROM exposure").fetchone()
    (joined,) = connection.execute("SELECT count(*) FROM exposure e JOIN session s ON s.uid = e.session").fetchone()
    return notes, joined
