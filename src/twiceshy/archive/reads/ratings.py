"""What somebody said of sessions, chats, warnings and lessons."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.times import parse_moment, parse_time
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records.codec import read_value
from twiceshy.records.outcomes import RatedBy, Rating, Ratings

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


class WorkPrompt(NamedTuple):
    """A prompt that may begin work."""

    uid: bytes
    session: bytes
    at: datetime | None
    human: bool
    project: str
    """Its name."""


def list_work_prompts(connection: sqlite3.Connection, scope: Scope, kinds: Collection[str]) -> Iterator[WorkPrompt]:
    """Yield the prompts of main dialogues in scope that a person wrote or that are of these kinds, by session."""
    given = scope_values(scope) | {"kinds": json.dumps(sorted(kinds))}
    rows = connection.execute(
        f"""SELECT m.uid, s.uid, m.at, m.human, p.name FROM session s JOIN project p ON p.id = s.project_id
        JOIN prompt m ON m.session_id = s.id
        WHERE s.real = 1 AND m.agent_run IS NULL AND (m.human OR m.kind IN (SELECT value FROM json_each(:kinds)))
          AND {IN_SCOPE} ORDER BY s.id, m.rank""",  # noqa: S608  # a constant
        given,
    )
    for uid, session, at, human, project in rows:
        yield WorkPrompt(uid, session, parse_time(at), bool(human), project)
