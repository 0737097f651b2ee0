"""When was the evidence there? Events by their uids, commits by their hashes."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import inf
from typing import NamedTuple

from twiceshy.archive.times import parse_time
from twiceshy.records.stories import FetchedOutput, ModelTokens

EVENT_DIGITS = 32
"""Hex digits of an event's uid, by definition in the schema."""


def read_event_times(connection: sqlite3.Connection, names: Iterable[str]) -> dict[str, datetime]:
    """Return the times of events and commits by their names in hexadecimal digits; unknown ones are left out.

    A call counts from when its result came back.
    """
    found: dict[str, datetime] = {}
    for name in dict.fromkeys(names):
        at = _read_event(connection, bytes.fromhex(name)) if len(name) == EVENT_DIGITS else None
        at = at or _read_commit(connection, name)
        if at is not None:
            found[name] = at
    return found


def _read_event(connection: sqlite3.Connection, uid: bytes) -> datetime | None:
    row = connection.execute(
        """SELECT coalesce((SELECT at FROM result WHERE uid = ?1), (SELECT at FROM call WHERE uid = ?1),
          (SELECT at FROM prompt WHERE uid = ?1), (SELECT at FROM mark WHERE uid = ?1))""",
        (uid,),
    ).fetchone()
    return parse_time(row[0])


def _read_commit(connection: sqlite3.Connection, name: str) -> datetime | None:
    """Return when a commit was made whose hash begins so."""
    row = connection.execute(
        "SELECT min(committed_at) FROM commit_ WHERE hash >= ?1 AND hash < ?1 || 'g'", (name,)
    ).fetchone()
    return parse_time(row[0])


# When was something of a session there to be known: later output of its commands, and tokens with their model?


def read_fetched_outputs(connection: sqlite3.Connection, session: bytes) -> list[FetchedOutput]:
    """Return which calls of a session fetched output of which commands, in order."""
    rows = connection.execute(
        """SELECT w.run, c.uid, r.at FROM wait w JOIN call c ON c.id = w.call_id JOIN result r ON r.uid = c.uid
        JOIN session s ON s.id = c.session_id WHERE s.uid = ? AND w.run IS NOT NULL ORDER BY c.rank""",
        (session,),
    )
    return [FetchedOutput(run, by, _to_seconds(at)) for run, by, at in rows]


def read_model_tokens(connection: sqlite3.Connection, session: bytes) -> list[ModelTokens]:
    """Return the tokens of a session by message, in the order of time; those without a time last."""
    rows = connection.execute(
        """SELECT u.at, u.model, u.input + u.cache_write + u.cache_read, u.output FROM usage u
        JOIN session s ON s.id = u.session_id WHERE s.uid = ? ORDER BY u.at IS NULL, u.at, u.id""",
        (session,),
    )
    return [ModelTokens(_to_seconds(at), model, read, output) for at, model, read, output in rows]


def read_added_lines(connection: sqlite3.Connection, commits: Iterable[str]) -> dict[str, bytes]:
    """Return the salted hashes of the lines that each stored commit adds, one after the other."""
    return {
        name: b"".join(
            added
            for (added,) in connection.execute(
                """SELECT f.added_hashes FROM commit_file f
                JOIN (SELECT id FROM commit_ WHERE hash = ? ORDER BY id LIMIT 1) c ON c.id = f.commit_id""",
                (name,),
            )
        )
        for name in commits
    }


def read_authored_times(connection: sqlite3.Connection, commits: Iterable[str]) -> list[tuple[float, str]]:
    """Return when the stored ones of some commits were written, by their authors' clocks; the newest first."""
    rows = connection.execute(
        "SELECT DISTINCT authored_at, hash FROM commit_ WHERE hash IN (SELECT value FROM json_each(?))",
        (json.dumps(list(commits)),),
    )
    return sorted(((_to_seconds(at), name) for at, name in rows), reverse=True)


def _to_seconds(text: str | None) -> float:
    found = parse_time(text)
    return found.timestamp() if found else inf


# When commits, sessions and chats happened, of one project or of all.

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
