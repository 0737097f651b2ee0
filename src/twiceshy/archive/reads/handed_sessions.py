"""Which session is the last of a folder or a project, where did it work, and which commits came of it?"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from twiceshy.archive import session_results
from twiceshy.archive.db import Store
from twiceshy.archive.session_links import links_of_session
from twiceshy.base.values import Scrubbed
from twiceshy.records.chats import HandedCommit

_WORKED = "EXISTS (SELECT 1 FROM call WHERE session_id = s.id)"
_RECENT = f"""SELECT s.uid, coalesce(s.cwd, ''), p.identity FROM session s JOIN project p ON p.id = s.project_id
WHERE s.real = 1 AND coalesce(s.last_at, '') >= ? AND {_WORKED}
ORDER BY coalesce(s.last_at, s.first_at) DESC, s.uid"""  # noqa: S608  # a constant


SURE_LINK = 0.8
"""Confidence from which a commit is handed on as a session's: below it one in five is another's (by definition of the
links' confidence, 2026-11-24)."""


class WorkedSession(NamedTuple):
    """A session that did anything, and where."""

    uid: bytes
    cwd: Scrubbed
    """Empty where the log does not say."""
    project: Scrubbed
    """Its project's identity."""


class SessionWhereabouts(NamedTuple):
    """A session's own id and place."""

    native_id: Scrubbed
    cwd: Scrubbed | None
    branch: Scrubbed | None


def list_worked(connection: sqlite3.Connection, since: str = "") -> Iterator[WorkedSession]:
    """Yield the sessions that did anything and were at work since then, the newest first."""
    for uid, cwd, project in connection.execute(_RECENT, (since,)):
        yield WorkedSession(uid, Scrubbed(cwd), Scrubbed(project))


def read_whereabouts(connection: sqlite3.Connection, session: bytes) -> SessionWhereabouts:
    """Return a stored session's own id and place."""
    native, cwd, branch = connection.execute(
        "SELECT native_id, cwd, branch FROM session WHERE uid = ?", (session,)
    ).fetchone()
    return SessionWhereabouts(Scrubbed(native), Scrubbed(cwd) if cwd else None, Scrubbed(branch) if branch else None)


def read_last_correction(connection: sqlite3.Connection, session: bytes) -> bytes | None:
    """Return the prompt that was last judged to correct the work; None where none was, or nothing is judged."""
    row = connection.execute(
        "SELECT value FROM derived WHERE kind = ? AND key = ?", (session_results.KIND, session)
    ).fetchone()
    found = session_results.decode_result(session, row[0]).corrections if row else ()
    return found[-1].prompt if found else None


def read_handed_commits(store: Store, session: bytes, stated: Iterable[str]) -> tuple[HandedCommit, ...]:
    """Return the commits that are surely linked to a session, then those that only its own calls state."""
    links = links_of_session(store, session)
    linked = [link.commit_hash for link in links if link.confidence >= SURE_LINK]
    subjects = dict(
        store.connection.execute(
            "SELECT hash, subject FROM commit_ WHERE hash IN (SELECT value FROM json_each(?))", (json.dumps(linked),)
        ).fetchall()
    )
    names = [link.commit_hash for link in links]
    only = [one for one in dict.fromkeys(stated) if not any(name.startswith(one) for name in names)]
    return tuple(HandedCommit(one, subjects.get(one, "")) for one in [*linked, *only])
