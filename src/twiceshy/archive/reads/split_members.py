"""What is parted when rows are split: sessions and commits, when they began, and which belong together."""

import sqlite3
from collections.abc import Iterator

from twiceshy.archive import session_links
from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.session_values import read_copies
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope
from twiceshy.records.splits import SplitMember

_LEAST_LINK = 0.5
"""Confidence from which on a commit and a session belong together (guess, 2026-11-23: more likely than not)."""
_CONTINUED = """
SELECT s.uid, (SELECT b.uid FROM session b WHERE b.project_id = s.project_id AND b.agent = s.agent AND b.id <> s.id
    AND coalesce(b.first_at, b.last_at) < coalesce(s.first_at, s.last_at)
    ORDER BY coalesce(b.first_at, b.last_at) DESC LIMIT 1)
FROM session s WHERE (SELECT kind FROM prompt WHERE session_id = s.id AND agent_run IS NULL ORDER BY rank LIMIT 1)
  = 'summary'
"""
"""A session that begins with the recap of a compaction goes on with the one before it."""


def read_session_members(connection: sqlite3.Connection, scope: Scope) -> list[SplitMember]:
    """Return the real sessions in scope."""
    rows = connection.execute(
        f"""SELECT s.uid, coalesce(s.first_at, s.last_at), p.identity, s.agent FROM session s
        JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND {IN_SCOPE} ORDER BY s.uid""",  # noqa: S608  # a constant
        scope_values(scope),
    )
    return [SplitMember(uid, parse_time(at), identity, agent) for uid, at, identity, agent in rows]


def read_commit_members(connection: sqlite3.Connection) -> list[SplitMember]:
    """Return every commit once, though several clones may have it."""
    rows = connection.execute(
        """SELECT c.hash, c.committed_at, min(p.identity) FROM commit_ c JOIN project p ON p.id = c.project_id
        GROUP BY c.hash ORDER BY c.hash"""
    )
    return [SplitMember(bytes.fromhex(name), parse_time(at), identity) for name, at, identity in rows]


def read_joins(connection: sqlite3.Connection) -> Iterator[tuple[bytes, bytes]]:
    """Yield pairs that belong together, of sessions' uids and commits' hashes.

    A session and its commits, copies of a session, a session and the one that it goes on with, and commits with the
    same patch: one was rebased or picked from the other.
    """
    yield from read_copies(connection)
    yield from ((uid, before) for uid, before in connection.execute(_CONTINUED) if before is not None)
    for uid, value in connection.execute("SELECT key, value FROM derived WHERE kind = ?", (session_links.KIND,)):
        for link in session_links.decode_links(value):
            if link.confidence >= _LEAST_LINK:
                yield uid, bytes.fromhex(link.commit_hash)
    same = connection.execute(
        """SELECT hash, min(hash) OVER (PARTITION BY patch_id) AS first FROM commit_ WHERE patch_id IS NOT NULL
        AND patch_id IN (SELECT patch_id FROM commit_ GROUP BY patch_id HAVING count(DISTINCT hash) > 1)"""
    )
    yield from ((bytes.fromhex(one), bytes.fromhex(first)) for one, first in same if one != first)
