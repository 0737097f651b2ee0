"""What a person asked of the session that changed certain files last."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from twiceshy.archive.times import format_time
from twiceshy.base.values import Scrubbed

_SESSIONS: Final = 5
"""Newest sessions of a project that are looked at (guess, 2026-11-24: who works in more at once is rare)."""
_PROMPTS: Final = 5
"""Newest prompts of a session that are taken: older ones were about other work (guess, 2026-11-24)."""
_LONGEST: Final = 4000
"""Characters of a prompt that are taken (guess, 2026-11-24: what is longer was pasted)."""


def find_asked_words(
    connection: sqlite3.Connection, identity: str, paths: Sequence[str], since: datetime
) -> list[Scrubbed]:
    """Return the newest human prompts of the project's newest session that changed one of the files; newest last.

    ``paths`` are relative to the top of the repository. Sessions that ended before ``since`` are not looked at.
    """
    rows = connection.execute(
        """SELECT s.id FROM session s WHERE s.real = 1 AND coalesce(s.last_at, s.first_at) >= :since
          AND s.project_id = coalesce((SELECT project_id FROM project_alias WHERE identity = :identity),
            (SELECT id FROM project WHERE identity = :identity))
        ORDER BY coalesce(s.last_at, s.first_at) DESC, s.id DESC LIMIT :limit""",
        {"since": format_time(since), "identity": identity, "limit": _SESSIONS},
    )
    for (session,) in rows.fetchall():
        changed = connection.execute("SELECT DISTINCT path FROM edit WHERE session_id = ?", (session,))
        if any(_is_same(stored, path) for (stored,) in changed for path in paths):
            return _list_prompts(connection, session)
    return []


def _list_prompts(connection: sqlite3.Connection, session: int) -> list[Scrubbed]:
    rows = connection.execute(
        "SELECT substr(text, 1, ?2) FROM prompt WHERE session_id = ?1 AND human = 1 ORDER BY rank DESC LIMIT ?3",
        (session, _LONGEST, _PROMPTS),
    )
    return [Scrubbed(text) for (text,) in reversed(rows.fetchall())]


def _is_same(stored: str, path: str) -> bool:
    """Tell whether a path of a log, mostly absolute, names a file of the repository."""
    return stored == path or stored.replace("\\", "/").endswith(f"/{path}")
