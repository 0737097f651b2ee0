"""When commits, sessions and chats happened, of one project or of all."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from twiceshy.archive.times import parse_time

_OWN = """(?1 IS NULL OR project_id = coalesce((SELECT project_id FROM project_alias WHERE identity = ?1),
  (SELECT id FROM project WHERE identity = ?1)))"""
_COMMITS = f"SELECT committed_at FROM commit_ WHERE {_OWN} AND parents NOT LIKE '% %'"  # noqa: S608  # constants
_SESSIONS = f"SELECT coalesce(last_at, first_at) FROM session WHERE real = 1 AND {_OWN}"  # noqa: S608  # as above
_CHATS = f"""WITH start AS (
  SELECT coalesce(m.at, s.first_at) AS at, m.human, m.session_id, m.rank,
    lead(m.rank, 1, 9223372036854775807) OVER (PARTITION BY m.session_id ORDER BY m.rank) AS until
  FROM prompt m JOIN session s ON s.id = m.session_id
  WHERE s.real = 1 AND {_OWN} AND m.agent_run IS NULL
    AND (m.human = 1 OR m.kind IN ('sdk', 'plan', 'bare-command')))
SELECT at FROM start b WHERE human = 1
  OR EXISTS (SELECT 1 FROM call c WHERE c.session_id = b.session_id AND c.rank >= b.rank AND c.rank < b.until)
  OR EXISTS (SELECT 1 FROM reply r WHERE r.session_id = b.session_id AND r.rank >= b.rank AND r.rank < b.until)"""  # noqa: S608  # as above


class DatedCounts(NamedTuple):
    """The time of each; None where no log tells it."""

    commits: Sequence[datetime | None]
    """Merges left out."""
    sessions: Sequence[datetime | None]
    """Of the last event."""
    chats: Sequence[datetime | None]
    """Of the prompt; of the session's first event where the log does not tell."""


def read_activity(connection: sqlite3.Connection, identity: str | None) -> DatedCounts:
    """Return when everything of a project happened; of all projects for None."""
    return DatedCounts(
        *(
            [parse_time(at) for (at,) in connection.execute(query, (identity,))]
            for query in (_COMMITS, _SESSIONS, _CHATS)
        )
    )
