"""What figures that may be given away are counted from: each question is one statement over one project and some weeks.

Only what has a time is counted: without one nobody can say on which day it was, nor whether it was counted before.
Rows come from a cursor, so that a million calls need no memory.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.archive import derived_values
from twiceshy.archive.session_links import KIND as LINKS
from twiceshy.archive.session_links import decode_links


class SharedSpan(NamedTuple):
    """Days of one project."""

    project: int
    """Of its row."""
    since: str
    """First day."""
    until: str
    """First day that is not in it any more."""


class SpanSession(NamedTuple):
    """A session of a project."""

    id: int
    folder: str


class SharedCall(NamedTuple):
    """A call whose result is known."""

    session: int
    day: str
    tool: str
    head: str | None
    hidden: bool
    """Its exit status does not say how the command ended: a pipe hides it, or it went on in the background."""
    failure: str | None
    exit_code: int | None
    path: str | None


class SharedRun(NamedTuple):
    """A command that ended by itself."""

    session: int
    day: str
    head: str
    seconds: float


class SharedEdit(NamedTuple):
    """A file that a session changed."""

    session: int
    day: str
    path: str


class SharedCommit(NamedTuple):
    """A commit that has work of a session."""

    session: int
    day: str
    subject: str
    paths: tuple[str, ...]


class SharedMistake(NamedTuple):
    """A mistake that a session made."""

    session: int
    day: str
    kind: str
    subject: str
    category: str
    rule: str | None
    """What shows it: a linter's rule, or words of a message."""


def read_sessions(connection: sqlite3.Connection, project: int) -> list[SpanSession]:
    """Return a project's sessions that the agent itself wrote."""
    rows = connection.execute(
        "SELECT id, coalesce(cwd, '') FROM session WHERE project_id = ? AND real = 1 ORDER BY id", (project,)
    )
    return [SpanSession(*row) for row in rows]


def read_copies(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """Return sessions in pairs that hold the same events: who counts both counts one person's act twice."""
    rows = connection.execute(
        """SELECT a.id, b.id FROM session_copy c JOIN session a ON a.uid = c.session JOIN session b ON b.uid = c.other
        ORDER BY a.id, b.id"""
    )
    return rows.fetchall()


def read_calls(connection: sqlite3.Connection, span: SharedSpan) -> Iterator[SharedCall]:
    """Yield the calls of the span whose result is known."""
    rows = connection.execute(
        """SELECT c.session_id, substr(c.at, 1, 10), c.tool, c.head, c.masked OR c.background, r.failure, r.exit_code,
          c.path
        FROM call c JOIN session s ON s.id = c.session_id JOIN result r ON r.uid = c.uid
        WHERE s.project_id = ? AND s.real = 1 AND c.at >= ? AND c.at < ?""",
        span,
    )
    for session, day, tool, head, hidden, failure, exit_code, path in rows:
        yield SharedCall(session, day, tool, head, bool(hidden), failure, exit_code, path)


def read_run_times(connection: sqlite3.Connection, span: SharedSpan) -> Iterator[SharedRun]:
    """Yield the commands of the span that ended by themselves, as the agents' logs time them."""
    rows = connection.execute(
        """SELECT c.session_id, substr(c.at, 1, 10), c.head, h.runtime_s
        FROM call c JOIN session s ON s.id = c.session_id JOIN run_history h ON h.uid = c.uid
        WHERE s.project_id = ? AND s.real = 1 AND c.at >= ? AND c.at < ? AND c.head IS NOT NULL AND NOT c.background
          AND NOT h.runtime_cut AND h.origin = 'log'""",
        span,
    )
    yield from map(SharedRun._make, rows)


def read_edits(connection: sqlite3.Connection, span: SharedSpan) -> Iterator[SharedEdit]:
    """Yield the files that were changed in the span, each once a session and day."""
    rows = connection.execute(
        """SELECT DISTINCT e.session_id, substr(e.at, 1, 10), e.path FROM edit e JOIN session s ON s.id = e.session_id
        WHERE s.project_id = ? AND s.real = 1 AND e.at >= ? AND e.at < ?""",
        span,
    )
    yield from map(SharedEdit._make, rows)


def read_linked_commits(connection: sqlite3.Connection, span: SharedSpan) -> Iterator[SharedCommit]:
    """Yield the commits of the span that sessions made; one that several made comes for each."""
    sessions = connection.execute(
        "SELECT id, uid FROM session WHERE project_id = ? AND real = 1 ORDER BY id", (span.project,)
    )
    for session, uid in sessions.fetchall():
        found = derived_values.get(connection, LINKS, uid)
        for link in decode_links(found.value) if found else ():
            row = connection.execute(
                """SELECT id, substr(authored_at, 1, 10), subject FROM commit_
                WHERE project_id = ? AND hash = ? AND authored_at >= ? AND authored_at < ?""",
                (span.project, link.commit_hash, span.since, span.until),
            ).fetchone()
            if row is not None:
                paths = connection.execute("SELECT path FROM commit_file WHERE commit_id = ? ORDER BY path", row[:1])
                yield SharedCommit(session, row[1], row[2], tuple(path for (path,) in paths))


def read_mistakes(connection: sqlite3.Connection, span: SharedSpan) -> Iterator[SharedMistake]:
    """Yield the mistakes of the span that lessons know; not those of a lesson that a person deleted."""
    rows = connection.execute(
        """SELECT s.id, substr(o.timestamp, 1, 10), l.kind, l.subject, l.category,
          CASE WHEN l.kind = 'mistake' THEN json_extract(l.trigger, '$.error_regex') END
        FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id JOIN lesson l ON l.id = p.vector_db_id
          JOIN session s ON s.uid = o.session LEFT JOIN lesson_review r ON r.lesson = l.id
        WHERE s.project_id = ? AND s.real = 1 AND o.timestamp >= ? AND o.timestamp < ?
          AND coalesce(r.state, '') != 'deleted'""",
        span,
    )
    yield from map(SharedMistake._make, rows)
