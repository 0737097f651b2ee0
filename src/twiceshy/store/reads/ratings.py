"""What somebody said of sessions, chats, warnings and lessons."""

import sqlite3
from collections.abc import Iterator
from hashlib import blake2b

from twiceshy.records.codec import read_value
from twiceshy.records.ratings import RatedBy, Rating, Ratings
from twiceshy.records.values import Scrubbed
from twiceshy.store.times import parse_moment

_COLUMNS = "kind, uid, rated_by, session, value, comment, at"


def read_ratings(connection: sqlite3.Connection) -> Ratings:
    """Return all that people said."""
    select = f"SELECT {_COLUMNS} FROM rating WHERE rated_by = ?"  # noqa: S608  # a literal
    return Ratings({(one.kind, one.uid): one for one in _read(connection, select, (RatedBy.USER.value,))})


def find_rating(connection: sqlite3.Connection, kind: str, uid: bytes, rated_by: RatedBy) -> Rating | None:
    """Return what this speaker said of that."""
    select = f"SELECT {_COLUMNS} FROM rating WHERE kind = ? AND uid = ? AND rated_by = ?"  # noqa: S608  # a literal
    return next(_read(connection, select, (kind, uid, rated_by.value)), None)


def read_ratings_of_session(connection: sqlite3.Connection, session: bytes) -> Ratings:
    """Return what people said of a session and of its chats."""
    select = f"SELECT {_COLUMNS} FROM rating WHERE session = ? AND rated_by = ?"  # noqa: S608  # a literal
    return Ratings({(one.kind, one.uid): one for one in _read(connection, select, (session, RatedBy.USER.value))})


def hash_ratings(connection: sqlite3.Connection) -> dict[bytes, bytes]:
    """Return for each session of which something was said a hash of what was: that of a rating and its thing."""
    hashes = dict[bytes, bytes]()
    rows = connection.execute(
        """SELECT session, uid, value FROM rating WHERE session IS NOT NULL AND rated_by = ?
        ORDER BY session, kind, uid""",
        (RatedBy.USER.value,),
    )
    for session, uid, value in rows:
        before = hashes.get(session, b"")
        hashes[session] = blake2b(before + uid + bytes([value]), digest_size=8).digest()
    return hashes


def _read(connection: sqlite3.Connection, select: str, given: tuple[object, ...]) -> Iterator[Rating]:
    for kind, uid, rated_by, session, value, comment, at in connection.execute(select, given):
        with read_value("rating"):
            yield Rating(
                kind=kind,
                uid=uid,
                value=value,
                at=parse_moment(at),
                rated_by=RatedBy(rated_by),
                session=session,
                comment=None if comment is None else Scrubbed(comment),
            )
