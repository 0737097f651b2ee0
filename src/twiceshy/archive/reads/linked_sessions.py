"""Which of some sessions are stored, and which of these are linked to commits."""

from collections.abc import Iterable
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.session_links import links_of_session


class LinkedCount(NamedTuple):
    """How many of some sessions are stored, and how many have a commit."""

    stored: int
    linked: int


def count_linked(store: Store, native_ids: Iterable[str]) -> LinkedCount:
    """Count the sessions with these agents' own ids."""
    stored = linked = 0
    for native_id in native_ids:
        rows = store.connection.execute("SELECT uid FROM session WHERE native_id = ?", (native_id,)).fetchall()
        stored += bool(rows)
        linked += any(links_of_session(store, uid) for (uid,) in rows)
    return LinkedCount(stored, linked)
