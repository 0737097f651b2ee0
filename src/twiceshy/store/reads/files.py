"""One file: what agents did to it."""

import sqlite3

from twiceshy.records import ids
from twiceshy.records.look import FileHistory, Scope
from twiceshy.records.text import Scrubbed
from twiceshy.store.reads.columns import EDIT, IN_SCOPE, edit_line, scope_values


def files_named(
    connection: sqlite3.Connection, path: str, scope: Scope, limit: int
) -> list[tuple[Scrubbed, int, str, int]]:
    """Files with that path or that end of a path: path, project's key and name, number of edits; most edited first."""
    rows = connection.execute(
        f"""SELECT e.path, p.id, p.name, count(*) FROM edit e
        JOIN session s ON s.id = e.session_id JOIN project p ON p.id = s.project_id
        WHERE (e.path = :path OR substr(e.path, -length(:path) - 1) = '/' || :path) AND {IN_SCOPE}
        GROUP BY e.path, p.id ORDER BY count(*) DESC, e.path LIMIT :limit""",  # noqa: S608  # a constant of this module
        {**scope_values(scope), "path": path, "limit": limit},
    )
    return [(Scrubbed(found), project, name, count) for found, project, name, count in rows]


def file_history(connection: sqlite3.Connection, path: Scrubbed, project: tuple[int, str], limit: int) -> FileHistory:
    """What agents did to one file of one project (its key and name); the newest edits."""
    key, name = project
    rows = connection.execute(
        f"""SELECT uid, {EDIT} FROM (
          SELECT s.uid, e.at, e.rank, e.path, added, removed, partial, created, deleted, user_modified
          FROM edit e JOIN session s ON s.id = e.session_id WHERE e.path = ? AND s.project_id = ?)
        ORDER BY at DESC, rank DESC LIMIT ?""",  # noqa: S608  # a constant of this module
        (path, key, limit),
    ).fetchall()
    reads, failed, total = connection.execute(
        """SELECT coalesce(sum(c.action = 'read'), 0),
          coalesce(sum(c.action IN ('edit', 'write') AND r.failure IS NOT NULL), 0),
          (SELECT count(*) FROM edit e JOIN session s ON s.id = e.session_id
            WHERE e.path = :path AND s.project_id = :key)
        FROM call c JOIN session s ON s.id = c.session_id LEFT JOIN result r ON r.uid = c.uid
        WHERE c.path = :path AND s.project_id = :key""",
        {"path": path, "key": key},
    ).fetchone()
    return FileHistory(
        path=path,
        project=name,
        reads=reads,
        failed_edits=failed,
        edits=[edit_line(row, ids.short(ids.SESSION, uid)) for uid, *row in rows],
        total=total,
    )
