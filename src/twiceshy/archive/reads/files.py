"""One file: what agents did to it."""

import json
import sqlite3
from collections.abc import Sequence

from twiceshy.archive.reads.columns import EDIT_COLUMNS, IN_SCOPE, make_edit_line, scope_values
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records import ids
from twiceshy.records.views import FileHistory

_MOST_NAMED = 10
"""Files that a message names when a path could mean several. Guess of 2026-11-21."""
_MOST_EDITS = 30
"""Newest edits that a file's history lists. Guess of 2026-11-21."""


def find_file_history(connection: sqlite3.Connection, name: str, scope: Scope) -> FileHistory:
    """Return what agents did to the file with this path or end of a path.

    Raises:
        NotFound: no file, or more than one, has that name.
    """
    path = name.replace("\\", "/").removeprefix("./")
    found = find_files(connection, path, scope, _MOST_NAMED + 1)
    exact = [row for row in found if row[0] == path]
    if len(found) != 1 and len(exact) == 1:
        found = exact
    if not found:
        raise NotFound(
            f"no edit of a file {name!r} is stored. Ids begin with s- (sessions), e- (errors), c- (chats) or "
            "r- (runs); commits are named by their hash, once `twiceshy backfill` has read them."
        )
    if len(found) > 1:
        lines = [f"  {project}: {file}, edits: {count}" for file, _, project, count in found[:_MOST_NAMED]]
        raise NotFound("\n".join([f"{name!r} could be one of these; say more of the path, or --project:", *lines]))
    file, keys, project, _ = found[0]
    return read_file_history(connection, file, (keys, project), _MOST_EDITS)


def find_files(
    connection: sqlite3.Connection, path: str, scope: Scope, limit: int
) -> list[tuple[Scrubbed, list[int], str, int]]:
    """Return files with that path or end of a path, most edited first: path, projects' keys and name, edits.

    The same path in projects of one name is one file: worktrees and clones in other folders are projects of their own
    where nothing ties them together.
    """
    rows = connection.execute(
        f"""SELECT e.path, json_group_array(DISTINCT p.id), p.name, count(*) FROM edit e
        JOIN session s ON s.id = e.session_id JOIN project p ON p.id = s.project_id
        WHERE (e.path = :path OR substr(e.path, -length(:path) - 1) = '/' || :path) AND {IN_SCOPE}
        GROUP BY e.path, p.name ORDER BY count(*) DESC, e.path LIMIT :limit""",  # noqa: S608  # a constant of this module
        {**scope_values(scope), "path": path, "limit": limit},
    )
    return [(Scrubbed(found), json.loads(keys), name, count) for found, keys, name, count in rows]


def read_file_history(
    connection: sqlite3.Connection, path: Scrubbed, project: tuple[Sequence[int], str], limit: int
) -> FileHistory:
    """Return what agents did to one file of a project (its keys and name), with the newest edits."""
    keys, name = json.dumps(list(project[0])), project[1]
    rows = connection.execute(
        f"""SELECT uid, {EDIT_COLUMNS} FROM (
          SELECT s.uid, e.at, e.rank, e.path, added, removed, partial, created, deleted, user_modified
          FROM edit e JOIN session s ON s.id = e.session_id
          WHERE e.path = ? AND s.project_id IN (SELECT value FROM json_each(?)))
        ORDER BY at DESC, rank DESC LIMIT ?""",  # noqa: S608  # a constant of this module
        (path, keys, limit),
    ).fetchall()
    reads, failed, total = connection.execute(
        """SELECT coalesce(sum(c.action = 'read'), 0),
          coalesce(sum(c.action IN ('edit', 'write') AND r.failure IS NOT NULL), 0),
          (SELECT count(*) FROM edit e JOIN session s ON s.id = e.session_id
            WHERE e.path = :path AND s.project_id IN (SELECT value FROM json_each(:keys)))
        FROM call c JOIN session s ON s.id = c.session_id LEFT JOIN result r ON r.uid = c.uid
        WHERE c.path = :path AND s.project_id IN (SELECT value FROM json_each(:keys))""",
        {"path": path, "keys": keys},
    ).fetchone()
    return FileHistory(
        path=path,
        project=name,
        reads=reads,
        failed_edits=failed,
        edits=[make_edit_line(row, ids.shorten(ids.SESSION, uid)) for uid, *row in rows],
        total=total,
    )
