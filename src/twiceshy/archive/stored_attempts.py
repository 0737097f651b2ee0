"""Attempts of sessions as short JSON, one value a session."""

import sqlite3
from collections.abc import Iterator

from twiceshy.archive.db import Store
from twiceshy.archive.reads.figures import read_derived_values
from twiceshy.base.values import Scope
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.codec import Codec

KIND = "attempts"
ATTEMPTS = Codec(SessionAttempts, digits=1)


def read_attempts(connection: sqlite3.Connection, scope: Scope) -> Iterator[SessionAttempts]:
    """Yield the attempts of each judged session in scope, in the order of their ids."""
    return (ATTEMPTS.decode(value) for value in read_derived_values(connection, scope, KIND))


def read_session_attempts(store: Store, session: bytes) -> SessionAttempts | None:
    """Return the attempts of one session; None where it was not judged."""
    value = store.get_derived(KIND, session)
    return None if value is None else ATTEMPTS.decode(value.value)
