"""When the sessions in scope were, and how many there are of each project."""

import sqlite3
from datetime import datetime

from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.times import format_time, parse_time
from twiceshy.base.values import Scope
from twiceshy.records.figures import SessionCount

_SESSIONS = f"session s JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND {IN_SCOPE}"


def read_last_times(connection: sqlite3.Connection, scope: Scope) -> list[datetime]:
    """Return the time of the last event of each session in scope that has one."""
    rows = connection.execute(f"SELECT coalesce(s.last_at, s.first_at) FROM {_SESSIONS}", scope_values(scope))  # noqa: S608  # constants
    return [at for (text,) in rows if (at := parse_time(text)) is not None]


def read_span(connection: sqlite3.Connection, scope: Scope) -> tuple[int, datetime | None, datetime | None]:
    """Return how many sessions are in scope, and the times of their first and last event."""
    count, first_at, last_at = connection.execute(
        f"SELECT count(*), min(s.first_at), max(s.last_at) FROM {_SESSIONS}",  # noqa: S608  # constants
        scope_values(scope),
    ).fetchone()
    return count, parse_time(first_at), parse_time(last_at)


def count_imitations(connection: sqlite3.Connection, scope: Scope) -> int:
    """Return how many sessions in scope another writer made."""
    (count,) = connection.execute(
        f"SELECT count(*) FROM session s JOIN project p ON p.id = s.project_id WHERE s.real = 0 AND {IN_SCOPE}",  # noqa: S608  # constants
        scope_values(scope),
    ).fetchone()
    return int(count)


def count_by_project(connection: sqlite3.Connection, scope: Scope) -> list[SessionCount]:
    """Return each project's name with its sessions in scope, most first."""
    rows = connection.execute(
        f"SELECT p.name, count(*) FROM {_SESSIONS} GROUP BY p.id ORDER BY 2 DESC, 1",  # noqa: S608  # constants
        scope_values(scope),
    )
    return [SessionCount(*row) for row in rows]


def read_lively_sessions(connection: sqlite3.Connection, since: datetime) -> frozenset[bytes]:
    """Return the uids of the sessions in which something happened since then."""
    rows = connection.execute("SELECT uid FROM session WHERE last_at > ?", (format_time(since),))
    return frozenset(uid for (uid,) in rows)


def list_by_begin(connection: sqlite3.Connection) -> list[bytes]:
    """Return the uids of all sessions, the first begun first; those without a time before the others, by their uid.

    The order is the same in every store that has them, whatever was stored first.
    """
    return [uid for (uid,) in connection.execute("SELECT uid FROM session ORDER BY coalesce(first_at, ''), uid")]
