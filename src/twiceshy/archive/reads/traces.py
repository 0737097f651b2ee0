"""What sessions left that a repository can show: their edits' line hashes, and the calls that may have made commits."""

import sqlite3
from collections.abc import Iterable, Iterator

from twiceshy.archive.db import Store
from twiceshy.archive.reads.commits import OF_PROJECT
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scrubbed
from twiceshy.records.commits import GitRun, Touch, Trace

_LONGEST = 20_000
"""Characters kept of what a call printed; its beginning and end, where git says what it made. Guess of 2026-11-21."""
_SECONDS = "(julianday(at) - 2440587.5) * 86400"


def read_traces(store: Store, sessions: Iterable[bytes]) -> Iterator[Trace]:
    """Yield the trace of each session that is stored, in the order asked for."""
    for uid in sessions:
        row = store.connection.execute(
            "SELECT id, agent, native_id, first_at, last_at, branch FROM session WHERE uid = ?", (uid,)
        ).fetchone()
        if row is None:
            continue
        key, agent, native_id, first_at, last_at, branch = row
        yield Trace(
            session=uid,
            agent=agent,
            native_id=Scrubbed(native_id),
            first_at=_to_seconds(first_at),
            last_at=_to_seconds(last_at),
            branch=Scrubbed(branch) if branch else None,
            touches=tuple(_read_touches(store.connection, key)),
            git_runs=tuple(_read_git_runs(store, key)),
        )


def find_sessions(connection: sqlite3.Connection, identity: str) -> list[bytes]:
    """Return uids of the sessions of the project with that identity or alias, in the order of their ids."""
    select = f"SELECT uid FROM session WHERE {OF_PROJECT} ORDER BY uid"  # noqa: S608  # a constant
    return [row[0] for row in connection.execute(select, (identity,))]


def read_input_states(connection: sqlite3.Connection, identity: str) -> dict[bytes, bytes]:
    """Return for each session of the project a text that changes when its edits, commands or results do."""
    select = f"""SELECT s.uid, coalesce(s.last_at, '') || '.' ||
        (SELECT count(*) || '.' || coalesce(max(id), 0) FROM edit WHERE session_id = s.id) || '.' ||
        (SELECT count(*) || '.' || coalesce(max(id), 0) FROM result WHERE session_id = s.id)
      FROM session s WHERE {OF_PROJECT} ORDER BY s.uid"""  # noqa: S608  # a constant
    return {uid: state.encode() for uid, state in connection.execute(select, (identity,))}


def find_projects_with_commits(connection: sqlite3.Connection) -> list[Scrubbed]:
    """Return identities of the projects that have commits and sessions, by identity."""
    return [
        Scrubbed(row[0])
        for row in connection.execute(
            """SELECT identity FROM project p WHERE EXISTS (SELECT 1 FROM commit_ WHERE project_id = p.id)
            AND EXISTS (SELECT 1 FROM session WHERE project_id = p.id) ORDER BY identity"""
        )
    ]


def read_commits_state(connection: sqlite3.Connection, identity: str) -> bytes:
    """Return a text that changes when commits of the project are added or removed."""
    select = f"SELECT count(*) || '.' || coalesce(max(id), 0) FROM commit_ WHERE {OF_PROJECT}"  # noqa: S608  # a constant
    return str(connection.execute(select, (identity,)).fetchone()[0]).encode()


def _read_touches(connection: sqlite3.Connection, key: int) -> Iterator[Touch]:
    select = f"SELECT {_SECONDS}, call, path, added_hashes FROM edit WHERE session_id = ? ORDER BY rank, id"  # noqa: S608  # a constant
    for at, call, path, added in connection.execute(select, (key,)):
        yield Touch(at, call, Scrubbed(path), added)


def _read_git_runs(store: Store, key: int) -> Iterator[GitRun]:
    for at, until, call, command, printed, body, stated in store.connection.execute(
        """SELECT (julianday(c.at) - 2440587.5) * 86400, (julianday(r.at) - 2440587.5) * 86400, c.uid, c.command,
          r.text, r.body, r.commit_hash
        FROM call c JOIN result r ON r.uid = c.uid
        WHERE c.session_id = ? AND c.action = 'run' AND c.command LIKE '%commit%' ORDER BY c.rank""",
        (key,),
    ):
        text = printed if body is None else store.body(body)
        if len(text) > _LONGEST:
            text = text[: _LONGEST // 2] + "\n" + text[-_LONGEST // 2 :]
        yield GitRun(at, until, call, Scrubbed(command or ""), Scrubbed(text), stated or "")


def _to_seconds(text: str | None) -> float | None:
    found = parse_time(text)
    return found.timestamp() if found else None
