"""Replace what an older version of a reader gave by what the present one gives; each event keeps its row id.

A row says which version gave it. One of an older version is written over where the present one gives something else;
what is new is inserted as ever. Once every file that told of a session was read again, its rows that are still of an
older version go: the present reader does not give them. Where one of these files is gone, they stay.
"""

import sqlite3
from collections.abc import Callable, Iterable

from twiceshy.archive.rows import COLUMNS, TABLES, Row, SessionColumns
from twiceshy.records.ingest import SourceState

WORDS_DUE = "words after rereading"
"""Note of the store: rows were written over, and the full text, which can forget no single row, is to be made anew."""
_FindProject = Callable[[sqlite3.Connection, str, str], int]


def renew_sessions(
    connection: sqlite3.Connection, rows: Iterable[SessionColumns], source: SourceState, find_project: _FindProject
) -> None:
    """Forget what older versions said of sessions, so that gaps fill again; not where one of their logs is gone."""
    for row in rows:
        known = connection.execute("SELECT reader FROM session WHERE uid = ?", (row.uid,)).fetchone()
        if known is not None and known[0] < source.reader and source.complete:
            project = find_project(connection, row.project, row.project_name)
            connection.execute(
                """UPDATE session SET project_id = ?, native_id = ?, cwd = NULL, branch = NULL, version = NULL,
                  entrypoint = NULL, title = NULL, first_at = NULL, last_at = NULL, real = 1, reader = ?
                WHERE uid = ?""",
                (project, row.native_id, source.reader, row.uid),
            )


def replace_rows(
    connection: sqlite3.Connection, table: str, rows: list[Row], ids: dict[int, int], source: SourceState
) -> None:
    """Write over stored rows of older versions; rows that are not stored are inserted afterwards, as ever."""
    columns = ("session_id", *COLUMNS[table])
    find = f"SELECT id, reader, {', '.join(columns)} FROM {table} WHERE uid = ?"  # noqa: S608  # literals of this room
    settle = f"UPDATE {table} SET reader = ? WHERE id = ?"  # noqa: S608  # as above
    write = f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)}, reader = ? WHERE id = ?"  # noqa: S608  # as above
    changed = set()
    for row in rows:
        session = ids[row[0]]  # type: ignore[index]  # a place
        stored = connection.execute(find, (row[1],)).fetchone()
        if stored is None:
            changed.add(session)
            continue
        id_, reader, owner, *values = stored
        if reader >= source.reader if owner == session else not _begins_earlier(connection, owner, source):
            continue
        if (owner, *values) == (session, *row[2:]):
            connection.execute(settle, (source.reader, id_))
            continue
        connection.execute(write, (session, *row[2:], source.reader, id_))
        changed |= {owner, session}
    _note_changes(connection, changed)


def _begins_earlier(connection: sqlite3.Connection, owner: int, source: SourceState) -> bool:
    """Tell whether this file comes before all those of the session that owns a row: the earlier file owns an event."""
    ((first,),) = connection.execute(
        """SELECT min(o.mtime_ns) FROM session_source ss JOIN source o ON o.id = ss.source_id
        WHERE ss.session_id = ?""",
        (owner,),
    )
    return first is None or source.mtime_ns < first


def sweep_older_rows(connection: sqlite3.Connection, source_id: int, reader: int) -> None:
    """Delete rows of older versions from the sessions of which every file was read again by now."""
    ready = connection.execute(
        """SELECT session_id FROM session_source mine WHERE source_id = ?1 AND NOT EXISTS (
          SELECT 1 FROM session_source other JOIN source o ON o.id = other.source_id
          WHERE other.session_id = mine.session_id AND o.id <> ?1 AND (o.reader < ?2 OR o.rereading = 1))""",
        (source_id, reader),
    ).fetchall()
    changed = set()
    for (session,) in ready:
        gone = sum(
            connection.execute(f"DELETE FROM {table} WHERE session_id = ? AND reader < ?", (session, reader)).rowcount  # noqa: S608  # literals of this room
            for table in TABLES
        )
        if gone:
            changed.add(session)
    _note_changes(connection, changed)
    for (session,) in ready:
        _delete_if_empty(connection, session, reader)


def _delete_if_empty(connection: sqlite3.Connection, session: int, reader: int) -> None:
    """Delete a session of which nothing is left and that the present reader does not know."""
    left = any(
        connection.execute(f"SELECT 1 FROM {table} WHERE session_id = ? LIMIT 1", (session,)).fetchone()  # noqa: S608  # as above
        for table in TABLES
    )
    if not left:
        connection.execute("DELETE FROM session WHERE id = ? AND reader < ?", (session, reader))


def _note_changes(connection: sqlite3.Connection, sessions: Iterable[int]) -> None:
    """Have all that was derived from these sessions derived again."""
    some = [(session,) for session in sorted(sessions)]
    connection.executemany("DELETE FROM derived WHERE key = (SELECT uid FROM session WHERE id = ?)", some)
    if some:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, 'due')", (WORDS_DUE,))
