"""One file: what agents did to it."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from twiceshy.archive import scored_edits
from twiceshy.archive.db import Store
from twiceshy.archive.reads.columns import EDIT_COLUMNS, IN_SCOPE, make_edit_line, scope_values
from twiceshy.archive.reads.commits import OF_PROJECT
from twiceshy.archive.times import format_time
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records import ids
from twiceshy.records.predictions import PathUse, PromptMatch
from twiceshy.records.stories import FileEvent
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


# What agents did to a project's files, and which of it was corrected or rolled back later; without texts.

_SECONDS = "(julianday({}.at) - 2440587.5) * 86400"
_EVENTS = f"""SELECT {_SECONDS.format("e")}, e.path, 'edited', s.uid FROM edit e JOIN session s ON s.id = e.session_id
WHERE e.at IS NOT NULL AND s.real = 1 AND s.{OF_PROJECT}
UNION ALL
SELECT {_SECONDS.format("r")}, c.path, 'failed', s.uid FROM call c JOIN result r ON r.uid = c.uid
JOIN session s ON s.id = c.session_id
WHERE r.at IS NOT NULL AND r.failure = 'error' AND c.action IN ('edit', 'write') AND c.path IS NOT NULL AND s.real = 1
  AND s.{OF_PROJECT}"""  # noqa: S608  # constants
_SCORED = f"""SELECT s.uid, d.value FROM session s JOIN derived d ON d.kind = ?2 AND d.key = s.uid
WHERE s.real = 1 AND s.{OF_PROJECT}"""  # noqa: S608  # a constant


def read_file_events(store: Store, identity: str) -> list[FileEvent]:
    """Return the events of the project with that identity or alias, in no order."""
    found = [FileEvent(*row) for row in store.connection.execute(_EVENTS, (identity,))]
    for session, value in store.connection.execute(_SCORED, (identity, scored_edits.KIND)):
        edits = scored_edits.decode_edits(value)
        found += [FileEvent(one.known_at, one.path, "bad", session) for one in edits if one.bad]
    return found


# Which files sessions read, searched and changed after a prompt with certain words.

_MOST_PROMPTS = 60
"""Prompts that fit best and are looked at. Guess of 2026-11-21."""
_MOST_PATHS = 400
"""Paths that are taken from one session. Guess of 2026-11-21."""


def find_prompts(
    connection: sqlite3.Connection, words: Sequence[str], identity: str, before: datetime
) -> list[PromptMatch]:
    """Return the best human prompts of the project's sessions that began before; none for no words."""
    if not words:
        return []
    query = " OR ".join('"' + word.replace('"', "") + '"' for word in words)
    rows = connection.execute(
        """SELECT e.session_id, e.text FROM words w JOIN prompt e ON e.id = w.rowid / 4
        JOIN session s ON s.id = e.session_id
        WHERE words MATCH :query AND w.rowid % 4 = 0 AND e.human AND s.first_at < :before
          AND s.project_id = coalesce((SELECT project_id FROM project_alias WHERE identity = :identity),
            (SELECT id FROM project WHERE identity = :identity))
        ORDER BY w.rank LIMIT :limit""",
        {"query": query, "before": format_time(before), "identity": identity, "limit": _MOST_PROMPTS},
    )
    return [PromptMatch(session, Scrubbed(text)) for session, text in rows]


def read_path_uses(connection: sqlite3.Connection, session: int) -> list[PathUse]:
    """Return paths that the session read, searched in or changed, each once; changed ones first."""
    rows = connection.execute(
        """SELECT path, max(changed) FROM (
          SELECT path, 1 AS changed FROM edit WHERE session_id = :session
          UNION ALL SELECT path, action IN ('edit', 'write') FROM call
          WHERE session_id = :session AND path IS NOT NULL AND action IN ('read', 'search', 'edit', 'write'))
        GROUP BY path ORDER BY 2 DESC, 1 LIMIT :limit""",
        {"session": session, "limit": _MOST_PATHS},
    )
    return [PathUse(session, Scrubbed(path), bool(changed)) for path, changed in rows]
