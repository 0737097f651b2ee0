"""Which files sessions read, searched and changed after a prompt with certain words."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from twiceshy.archive.times import format_time
from twiceshy.base.values import Scrubbed
from twiceshy.records.predictions import PathUse, PromptMatch

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
