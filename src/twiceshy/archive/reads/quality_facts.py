"""Outlines of sessions, commits and edits, for what asks how good a history is to learn from."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from twiceshy.archive import session_links
from twiceshy.archive.db import Store
from twiceshy.archive.reads.columns import IN_SCOPE, OF_PROJECT, scope_values
from twiceshy.archive.session_values import read_copies
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records.exports import SplitMember
from twiceshy.records.quality import (
    CheckedCommit,
    EditCounts,
    LineCounts,
    OutlinedCall,
    OutlinedMark,
    OutlinedPrompt,
    OutlinedReply,
    OutlinedText,
    SessionOutline,
)

_AT_ONCE: Final = 500
"""Texts a statement (guess, 2026-11-23)."""
_PROMPTS = (
    "SELECT uid, rank, at, agent_run IS NULL, kind, human, text, body FROM prompt WHERE session_id = ? ORDER BY rank"
)
_REPLIES = """SELECT rank, agent_run IS NULL, thinking, model,
  CASE WHEN agent_run IS NULL AND NOT thinking THEN text ELSE '' END,
  CASE WHEN agent_run IS NULL AND NOT thinking THEN body END
FROM reply WHERE session_id = ? ORDER BY rank"""
"""Of what nobody is answered with, that it is there."""
_CALLS = """SELECT c.rank, c.tool, r.uid IS NOT NULL FROM call c LEFT JOIN result r ON r.uid = c.uid
WHERE c.session_id = ? ORDER BY c.rank"""
_MARKS = "SELECT rank, kind FROM mark WHERE session_id = ? ORDER BY rank"
_NO_TEXT: Final = OutlinedText(Scrubbed(""), None, 0)
_IN_TIME = "(:since IS NULL OR m.committed_at >= :since) AND (:until IS NULL OR m.committed_at < :until)"


def read_outlines(store: Store, scope: Scope) -> Iterator[SessionOutline]:
    """Yield the sessions in scope that an agent wrote, the oldest first."""
    rows = store.connection.execute(
        f"""SELECT s.id, s.uid, p.identity, s.agent, s.first_at, s.last_at
        FROM session s JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND {IN_SCOPE}
        ORDER BY coalesce(s.first_at, s.last_at), s.uid""",  # noqa: S608  # a constant
        scope_values(scope),
    ).fetchall()
    for key, uid, project, agent, first_at, last_at in rows:
        prompts = store.connection.execute(_PROMPTS, (key,)).fetchall()
        replies = store.connection.execute(_REPLIES, (key,)).fetchall()
        sizes = _measure_bodies(store, (row[-1] for row in (*prompts, *replies) if row[-1] is not None))
        yield SessionOutline(
            uid=uid,
            project=project,
            agent=agent,
            first_at=parse_time(first_at),
            last_at=parse_time(last_at),
            prompts=[
                OutlinedPrompt(one, rank, at, bool(main), kind, bool(human), _outline(text, body, sizes))
                for one, rank, at, main, kind, human, text, body in prompts
            ],
            replies=[
                OutlinedReply(rank, bool(main), bool(thinking), model, _outline(text, body, sizes))
                for rank, main, thinking, model, text, body in replies
            ],
            calls=list(map(OutlinedCall._make, store.connection.execute(_CALLS, (key,)))),
            marks=list(map(OutlinedMark._make, store.connection.execute(_MARKS, (key,)))),
        )


def _measure_bodies(store: Store, hashes: Iterable[bytes]) -> dict[bytes, int]:
    """Return the bytes of each long text that is stored."""
    wanted, found = sorted(set(hashes)), dict[bytes, int]()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        found.update(
            store.bodies.connection.execute(f"SELECT hash, size FROM body WHERE hash IN ({marks})", some)  # noqa: S608  # marks
        )
    return found


def _outline(text: str, body: bytes | None, sizes: dict[bytes, int]) -> OutlinedText:
    if not text:
        return _NO_TEXT
    if body is not None:
        return OutlinedText(Scrubbed(text), body, sizes.get(body))
    return OutlinedText(Scrubbed(text), None, len(text) if text.isascii() else len(text.encode()))


class WorkPlace(NamedTuple):
    """Where a session was."""

    uid: bytes
    project: str
    """The project's identity."""
    name: str
    folder: str
    """Empty where no log says."""


def read_places(connection: sqlite3.Connection, scope: Scope) -> list[WorkPlace]:
    """Return where each session in scope was."""
    rows = connection.execute(
        f"""SELECT s.uid, p.identity, p.name, coalesce(s.cwd, '') FROM session s JOIN project p ON p.id = s.project_id
        WHERE s.real = 1 AND {IN_SCOPE}""",  # noqa: S608  # a constant
        scope_values(scope),
    )
    return [WorkPlace(*row) for row in rows]


def read_checked_commits(connection: sqlite3.Connection, scope: Scope) -> list[CheckedCommit]:
    """Return the commits in scope, the oldest first; each once, though several clones may have it."""
    rows = connection.execute(
        f"""SELECT m.hash, m.committed_at, m.subject || coalesce(char(10) || char(10) || m.body, ''),
          (SELECT count(*) FROM commit_file f WHERE f.commit_id = m.id), instr(m.parents, ' ') > 0,
          EXISTS (SELECT 1 FROM ci_result r WHERE r.project_id = m.project_id AND r.commit_hash = m.hash
            AND r.result IN ('pass', 'fail', 'error'))
        FROM commit_ m JOIN project p ON p.id = m.project_id WHERE {OF_PROJECT} AND {_IN_TIME}
        ORDER BY m.committed_at, m.hash""",  # noqa: S608  # constants
        scope_values(scope),
    )
    found: dict[str, CheckedCommit] = {}
    for name, at, message, files, merge, checked in rows:
        known = name in found and found[name].checked
        found[name] = CheckedCommit(name, at, message, files, bool(merge), bool(checked) or known)
    return list(found.values())


def read_linked_commits(connection: sqlite3.Connection, scope: Scope) -> dict[bytes, set[str]]:
    """Return the commits that came from each session in scope; sessions without any are left out."""
    rows = connection.execute(
        f"""SELECT s.uid, d.value FROM session s JOIN project p ON p.id = s.project_id
        JOIN derived d ON d.kind = :kind AND d.key = s.uid WHERE s.real = 1 AND {IN_SCOPE}""",  # noqa: S608  # a constant
        {**scope_values(scope), "kind": session_links.KIND},
    )
    found = {uid: {one.commit_hash for one in session_links.decode_links(value)} for uid, value in rows}
    return {uid: some for uid, some in found.items() if some}


def read_edit_counts(connection: sqlite3.Connection, scope: Scope) -> EditCounts:
    """Return how many edits in scope are known whole, and how many each file has."""
    rows = connection.execute(
        f"""SELECT e.path_key, count(*), total(e.partial) FROM edit e JOIN session s ON s.id = e.session_id
        JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND {IN_SCOPE} GROUP BY e.path_key""",  # noqa: S608  # a constant
        scope_values(scope),
    ).fetchall()
    fragments = int(sum(row[2] for row in rows))
    return EditCounts(sum(row[1] for row in rows) - fragments, fragments, {key: count for key, count, _ in rows})


def read_edited_files(connection: sqlite3.Connection, scope: Scope) -> dict[bytes, set[bytes]]:
    """Return the keys of the files that each session in scope edited."""
    rows = connection.execute(
        f"""SELECT DISTINCT s.uid, e.path_key FROM edit e JOIN session s ON s.id = e.session_id
        JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND {IN_SCOPE}""",  # noqa: S608  # a constant
        scope_values(scope),
    )
    found: dict[bytes, set[bytes]] = {}
    for uid, key in rows:
        found.setdefault(uid, set()).add(key)
    return found


def count_named_files(connection: sqlite3.Connection, scope: Scope) -> int:
    """Return how many different files calls in scope name: read, written or edited."""
    (found,) = connection.execute(
        f"""SELECT count(DISTINCT c.path_key) FROM call c JOIN session s ON s.id = c.session_id
        JOIN project p ON p.id = s.project_id
        WHERE c.action IN ('read', 'edit', 'write') AND s.real = 1 AND {IN_SCOPE}""",  # noqa: S608  # a constant
        scope_values(scope),
    ).fetchone()
    return int(found)


def count_log_lines(connection: sqlite3.Connection) -> LineCounts:
    """Return what became of the lines of all logs."""
    (lines,) = connection.execute("SELECT coalesce(sum(lines), 0) FROM source").fetchone()
    (unread,) = connection.execute("SELECT count(*) FROM skipped").fetchone()
    (unknown,) = connection.execute(
        "SELECT coalesce(sum(count), 0) FROM source_tally WHERE class = 'unknown'"
    ).fetchone()
    return LineCounts(lines, unread, unknown)


# What is parted when rows are split: sessions and commits, when they began, and which belong together.

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
