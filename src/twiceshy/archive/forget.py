"""What the user wants forgotten leaves every table, the full text and the long texts, and does not come back.

One transaction takes the rows, writes down (as hashes and times) what was forgotten, and makes the full text anew; then
the long texts are swept and both files are written anew. A process that dies in between leaves a note that `doctor`
shows and `cleanup` works off. The agents' own logs are never touched.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from twiceshy.archive import full_text, note_rows, sweep
from twiceshy.archive.db import Store
from twiceshy.archive.outbox import erase_gone
from twiceshy.archive.rows import TABLES, hash_body
from twiceshy.archive.run_rows import LOGS_FOLDED
from twiceshy.archive.times import format_time
from twiceshy.base.errors import NotFound
from twiceshy.records import ids
from twiceshy.records.upkeep import Extent, Removal

_IN_EXTENT = (
    "session_id IN (SELECT id FROM going WHERE whole) OR (session_id IN (SELECT id FROM going) AND at >= ? AND at < ?)"
)
_FIRST, _LAST = "0000", "9999"  # sort before and after every time
_EXPOSURES_IN_EXTENT = """session IN (SELECT uid FROM session WHERE id IN (SELECT id FROM going WHERE whole))
    OR (session IN (SELECT uid FROM session WHERE id IN (SELECT id FROM going)) AND at >= ? AND at < ?)"""
"""Notes of hooks; they know a session by its uid, as it may not be stored."""


class _Bounds(NamedTuple):
    """Times as the store writes them; None where there is no bound."""

    since: str | None
    until: str | None

    @property
    def values(self) -> tuple[str, str]:
        """Two times that every other time lies between where there is no bound."""
        return self.since or _FIRST, self.until or _LAST


def forget(store: Store, extent: Extent, now: datetime, *, dry_run: bool) -> Removal:
    """Remove what is in the extent for good; return what was removed, or with ``dry_run`` what would be.

    Raises:
        NotFound: no session or project fits, or an id fits several.
        StoreError: the store cannot be written.
    """
    bounds = _Bounds(format_time(extent.since), format_time(extent.until))
    before = sweep.measure_store(store.home)
    with store.begin_writing() as connection:
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS going (id INTEGER PRIMARY KEY, whole INTEGER NOT NULL)")
        connection.execute("DELETE FROM going")
        project = _find_project(connection, extent.project) if extent.project else None
        session = _find_session(connection, extent.session) if extent.session else None
        _choose(connection, project, session, bounds)
        removal = _count_removal(connection, project, session, bounds, dry_run=dry_run)
        if not dry_run:
            _write_down(connection, project, session, bounds, now)
            _delete(connection, project, session, bounds)
            removal = replace(removal, team_rows=erase_gone(store, "forgotten", now))
            full_text.rebuild(connection, store.body)
            sweep.mark_due(connection)
        connection.execute("DELETE FROM going")
    if dry_run:
        return removal
    texts = sweep.sweep(store, thorough=True)
    return replace(removal, texts=texts, bytes_freed=max(before - sweep.measure_store(store.home), 0))


def find_concerned_sessions(connection: sqlite3.Connection, extent: Extent) -> list[bytes]:
    """Return the uids of the sessions of which the extent holds anything; of those that it cannot find none.

    Raises:
        NotFound: an id or a name fits several.
    """
    if (
        extent.project
        and connection.execute("SELECT 1 FROM project WHERE name = ?1 OR identity = ?1", (extent.project,)).fetchone()
        is None
    ):
        return []
    project = _find_project(connection, extent.project) if extent.project else None
    session = _find_session(connection, extent.session) if extent.session else None
    since, until = _Bounds(format_time(extent.since), format_time(extent.until)).values
    rows = connection.execute(
        """SELECT uid FROM session WHERE (?1 IS NULL OR project_id = ?1) AND (?2 IS NULL OR id = ?2)
        AND coalesce(first_at, '0000') < ?4 AND coalesce(last_at, '9999') >= ?3""",
        (project, session, since, until),
    )
    return [uid for (uid,) in rows]


def list_identities(connection: sqlite3.Connection, name: str) -> list[str]:
    """Return every identity of the project with that name or identity.

    Raises:
        NotFound: there is none, or several share the name.
    """
    found = connection.execute(
        "SELECT identity FROM project WHERE id = ?1 UNION SELECT identity FROM project_alias WHERE project_id = ?1",
        (_find_project(connection, name),),
    )
    return [identity for (identity,) in found]


def _find_project(connection: sqlite3.Connection, name: str) -> int:
    """Return the row id of the project with that name or identity.

    Raises:
        NotFound: there is none, or several share the name.
    """
    found = (
        connection.execute(
            """SELECT id, identity FROM project WHERE identity = ?1
        UNION SELECT p.id, p.identity FROM project_alias a JOIN project p ON p.id = a.project_id
        WHERE a.identity = ?1""",
            (name,),
        ).fetchall()
        or connection.execute("SELECT id, identity FROM project WHERE name = ? ORDER BY 2", (name,)).fetchall()
    )
    if not found:
        raise NotFound(f"no project is named {name!r}. `twiceshy sessions` shows the names.")
    if len(found) > 1:
        raise NotFound(f"{name!r} could be {' or '.join(identity for _, identity in found)}. Give the whole of one.")
    return int(found[0][0])


def _find_session(connection: sqlite3.Connection, name: str) -> int:
    """Return the row id of the session whose id begins so.

    Raises:
        NotFound: there is none, or several begin so.
    """
    start = ids.parse_prefix(name)
    if start is None or start.kind != ids.SESSION:
        raise NotFound(f"{name!r} is no session's id, such as s-91c04f2a. `twiceshy sessions` shows them.")
    low, high = start.bounds(16)
    found = connection.execute("SELECT id, uid FROM session WHERE uid BETWEEN ? AND ? LIMIT 6", (low, high)).fetchall()
    if not found:
        raise NotFound(f"no session's id begins with {name}. `twiceshy sessions` shows them.")
    if len(found) > 1:
        named = ", ".join(ids.shorten(ids.SESSION, uid) for _, uid in found)
        raise NotFound(f"{name} could be {named}. Give more digits.")
    return int(found[0][0])


def _choose(connection: sqlite3.Connection, project: int | None, session: int | None, bounds: _Bounds) -> None:
    """Fill the table ``going`` with the sessions concerned, and whether the whole of each goes."""
    bounded = bounds != (None, None)
    connection.execute(
        """INSERT INTO going (id, whole)
        SELECT id, NOT ?1 OR (first_at >= ?2 AND last_at < ?3) FROM session
        WHERE (?4 IS NULL OR project_id = ?4) AND (?5 IS NULL OR id = ?5)
          AND (NOT ?1 OR (first_at < ?3 AND last_at >= ?2))""",
        (bounded, *bounds.values, project, session),
    )


def _count_removal(
    connection: sqlite3.Connection, project: int | None, session: int | None, bounds: _Bounds, *, dry_run: bool
) -> Removal:
    events = {}
    for table in TABLES:
        ((events[table],),) = connection.execute(f"SELECT count(*) FROM {table} WHERE {_IN_EXTENT}", bounds.values)  # noqa: S608  # literals of this room
    exposed = _select_exposures(project, session)
    ((events["exposure"],),) = connection.execute(f"SELECT count(*) FROM exposure WHERE {exposed}", bounds.values)  # noqa: S608  # a literal of this room
    events["rating"] = note_rows.count_going(connection, *bounds.values)
    ((whole, parts),) = connection.execute("SELECT coalesce(sum(whole), 0), coalesce(sum(NOT whole), 0) FROM going")
    projects = connection.execute(
        """SELECT DISTINCT p.name FROM going g JOIN session s ON s.id = g.id JOIN project p ON p.id = s.project_id
        ORDER BY 1"""
    )
    logs = connection.execute(
        """SELECT DISTINCT o.name FROM going g JOIN session_source ss ON ss.session_id = g.id
        JOIN source o ON o.id = ss.source_id WHERE o.name <> '' ORDER BY 1"""
    )
    return Removal(
        sessions=whole,
        parts=parts,
        events={table: count for table, count in events.items() if count},
        commits=len(list(_find_commits(connection, project, session, bounds))),
        projects=[name for (name,) in projects],
        logs=[name for (name,) in logs],
        dry_run=dry_run,
    )


def _select_exposures(project: int | None, session: int | None) -> str:
    """Return the condition for hook notes in the extent; of a mere time range also those without stored session."""
    return _EXPOSURES_IN_EXTENT if project is not None or session is not None else "at >= ? AND at < ?"


def _find_commits(
    connection: sqlite3.Connection, project: int | None, session: int | None, bounds: _Bounds
) -> Iterator[tuple[int]]:
    """Yield the commits in the extent: only where a project is named, as git itself keeps them."""
    if project is None or session is not None:
        return iter(())
    return connection.execute(
        "SELECT id FROM commit_ WHERE project_id = ? AND committed_at >= ? AND committed_at < ?",
        (project, *bounds.values),
    )


def _write_down(
    connection: sqlite3.Connection, project: int | None, session: int | None, bounds: _Bounds, now: datetime
) -> None:
    """Record in the archive what must not come back."""
    at = format_time(now)
    if session is None:
        # What happens from now on is a new thing: only one session's id is forgotten for ever.
        bounds = _Bounds(bounds.since, bounds.until or at)
    insert = "INSERT INTO forgotten (session, project, from_at, until_at, forgotten_at) VALUES (?, ?, ?, ?, ?)"
    uid = None
    if session is not None:
        ((uid,),) = connection.execute("SELECT uid FROM session WHERE id = ?", (session,))
    keys: list[bytes | None] = [None]
    if project is not None:
        identities = connection.execute(
            "SELECT identity FROM project WHERE id = ?1 UNION SELECT identity FROM project_alias WHERE project_id = ?1",
            (project,),
        )
        keys = [hash_body(identity.encode()) for (identity,) in identities]
    connection.executemany(insert, [(uid, key, *bounds, at) for key in keys])
    for table in TABLES:
        connection.execute(
            f"INSERT OR IGNORE INTO forgotten_event (uid) SELECT uid FROM {table} WHERE {_IN_EXTENT}",  # noqa: S608  # literals of this room
            bounds.values,
        )


def _delete_runs(connection: sqlite3.Connection, bounds: _Bounds, *, every_place: bool) -> None:
    """Delete recorded commands and everything learned from runs; the latter is learned again.

    Of a project or session: what its logs say, and runs in its folder where the folder was kept at all.
    """
    calls = f"SELECT uid FROM call WHERE {_IN_EXTENT}"  # noqa: S608  # literals of this room
    folders = "SELECT s.cwd FROM session s JOIN going g ON g.id = s.id WHERE g.whole"
    place = f"({int(every_place)} OR working_directory IN ({folders}))"
    runs = f"SELECT execution_id FROM executions WHERE timestamp >= ? AND timestamp < ? AND {place}"  # noqa: S608  # as above
    connection.execute(f"DELETE FROM run_history WHERE uid IN ({calls})", bounds.values)  # noqa: S608  # as above
    connection.execute(f"DELETE FROM run_history WHERE uid IN ({runs})", bounds.values)  # noqa: S608  # as above
    if every_place:
        connection.execute("DELETE FROM run_history WHERE at >= ? AND at < ?", bounds.values)
    connection.execute(f"DELETE FROM executions WHERE execution_id IN ({runs})", bounds.values)  # noqa: S608  # as above
    connection.execute("DELETE FROM pattern_effectiveness WHERE pattern NOT IN (SELECT pattern FROM executions)")
    connection.execute("DELETE FROM learned_limit")
    connection.execute("DELETE FROM meta WHERE key = ?", (LOGS_FOLDED,))
    connection.execute("DELETE FROM learned_pattern")


def _delete_lessons(connection: sqlite3.Connection) -> None:
    """Delete whole lessons that occurred in these sessions, as any text of theirs may come from one of them.

    Other sessions in which they occurred are learned from again. Of what a person decided the words go too.
    """
    touched = """SELECT p.vector_db_id FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        WHERE o.session IN (SELECT uid FROM session WHERE id IN (SELECT id FROM going))"""
    others = f"""SELECT o.session FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        WHERE p.vector_db_id IN ({touched})"""  # noqa: S608  # literals of this room
    connection.execute(f"DELETE FROM derived WHERE kind = 'lessons' AND key IN ({others})")  # noqa: S608  # as above
    connection.execute(
        f"UPDATE lesson_review SET description = NULL, root_cause = NULL WHERE lesson IN ({touched})"  # noqa: S608  # as above
    )
    connection.execute(f"DELETE FROM lesson WHERE id IN ({touched})")  # noqa: S608  # as above


def _delete_commits(connection: sqlite3.Connection, project: int | None, session: int | None, bounds: _Bounds) -> None:
    """Delete the commits in the extent, and what was said of commits then."""
    going = list(_find_commits(connection, project, session, bounds))
    for table in ("ci_result", "told_revert"):
        connection.executemany(
            f"""DELETE FROM {table} WHERE (project_id, commit_hash) =
              (SELECT project_id, hash FROM commit_ WHERE id = ?)""",  # noqa: S608  # literals
            going,
        )
        if project is not None and session is None:
            connection.execute(
                f"DELETE FROM {table} WHERE project_id = ? AND at >= ? AND at < ?",  # noqa: S608  # as above
                (project, *bounds.values),
            )
    connection.executemany("DELETE FROM commit_ WHERE id = ?", going)
    if session is None:
        connection.execute(
            "DELETE FROM git_note WHERE (?1 IS NULL OR project_id = ?1) AND at >= ?2 AND at < ?3",
            (project, *bounds.values),
        )


def _delete(connection: sqlite3.Connection, project: int | None, session: int | None, bounds: _Bounds) -> None:
    """Delete the rows, what was derived from them, and names that only they had."""
    _delete_runs(connection, bounds, every_place=project is None and session is None)
    note_rows.forget_ratings(connection, *bounds.values)
    for table in TABLES:
        connection.execute(f"DELETE FROM {table} WHERE {_IN_EXTENT}", bounds.values)  # noqa: S608  # literals of this room
    connection.execute(f"DELETE FROM exposure WHERE {_select_exposures(project, session)}", bounds.values)  # noqa: S608  # a literal of this room
    connection.execute(f"DELETE FROM advice WHERE {_select_exposures(project, session)}", bounds.values)  # noqa: S608  # as above
    connection.execute("DELETE FROM rule")  # any of their words may come from these sessions; they are compiled anew
    _delete_commits(connection, project, session, bounds)
    _delete_lessons(connection)
    # Whatever is not derived of one kept session may hold words of a forgotten one; it can be computed again.
    connection.execute(
        "DELETE FROM derived WHERE key NOT IN (SELECT uid FROM session WHERE id NOT IN (SELECT id FROM going))"
    )
    connection.execute("DELETE FROM fault")  # it names places; what still fails is named again
    connection.execute("DELETE FROM session_executions WHERE session_id IN (SELECT id FROM going)")
    connection.execute("UPDATE session SET title = NULL WHERE id IN (SELECT id FROM going WHERE NOT whole)")
    concerned = connection.execute(
        "SELECT DISTINCT source_id FROM session_source WHERE session_id IN (SELECT id FROM going WHERE whole)"
    ).fetchall()
    gone = "(SELECT uid FROM session WHERE id IN (SELECT id FROM going WHERE whole))"
    connection.execute(f"DELETE FROM session_value WHERE session IN {gone}")  # noqa: S608  # the line above
    connection.execute(f"DELETE FROM session_copy WHERE session IN {gone} OR other IN {gone}")  # noqa: S608  # as above
    connection.execute("DELETE FROM session WHERE id IN (SELECT id FROM going WHERE whole)")
    for (source,) in concerned:
        if connection.execute("SELECT 1 FROM session_source WHERE source_id = ?", (source,)).fetchone() is None:
            connection.execute("UPDATE source SET name = '' WHERE id = ?", (source,))
            connection.execute("DELETE FROM source_tally WHERE source_id = ?", (source,))
            connection.execute("DELETE FROM skipped WHERE source_id = ?", (source,))
    connection.execute(
        """DELETE FROM project WHERE id NOT IN (SELECT project_id FROM session)
        AND id NOT IN (SELECT project_id FROM commit_) AND id NOT IN (SELECT project_id FROM git_note)"""
    )
    # The lines stay in their files, where their owner wrote them; only we do not know of them any more.
    connection.execute(
        "DELETE FROM applied_remedy WHERE identity <> '' AND identity NOT IN (SELECT identity FROM project)"
    )
