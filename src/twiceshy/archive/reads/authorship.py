"""What tells who wrote a line: links by commit, edits of one file with prompt and model, and commands between them."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from twiceshy.archive import session_links
from twiceshy.archive.db import Store
from twiceshy.archive.reads.commits import OF_PROJECT
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scrubbed
from twiceshy.records.authorship import LineWriter, WriterKind
from twiceshy.records.commits import GitRun, Link, Touch, Trace

_SECONDS = "(julianday({}.at) - 2440587.5) * 86400"
_SESSIONS = f"SELECT id FROM session WHERE {OF_PROJECT}"  # noqa: S608  # a constant


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEdit:
    """One edit of a file whose name was asked for."""

    at: float
    """Seconds since 1970."""
    path: Scrubbed
    """As ``records.events.Edit.path``."""
    before: bytes | None
    """Body; none of a new file."""
    after: bytes | None
    partial: bool
    created: bool
    deleted: bool
    writer: LineWriter[Scrubbed]


class CommandRun(NamedTuple):
    """One command that a session ran."""

    session: bytes
    at: float
    until: float
    command: Scrubbed


class ChatWords(NamedTuple):
    """The prompt that led to lines, and its session."""

    chat: bytes
    session: bytes
    text: Scrubbed
    """The beginning of it."""


def read_links_of_commits(connection: sqlite3.Connection, identity: str) -> dict[str, list[Link]]:
    """Return the links of the project's sessions by commit, the surest first."""
    found: defaultdict[str, list[Link]] = defaultdict(list)
    rows = connection.execute(
        f"""SELECT d.key, d.value FROM derived d JOIN session s ON s.uid = d.key
        WHERE d.kind = ?2 AND s.id IN ({_SESSIONS})""",  # noqa: S608  # a constant
        (identity, session_links.KIND),
    )
    for session, value in rows:
        for one in session_links.decode_links(value):
            found[one.commit_hash].append(replace(one, session=session))
    for links in found.values():
        links.sort(key=lambda one: (-one.confidence, -one.lines_shared, one.session))
    return dict(found)


def read_agents(connection: sqlite3.Connection, identity: str) -> dict[bytes, str]:
    """Return the agent of each of the project's sessions."""
    rows = connection.execute(f"SELECT uid, agent FROM session WHERE id IN ({_SESSIONS})", (identity,))  # noqa: S608  # a constant
    return dict(rows.fetchall())


def read_file_edits(connection: sqlite3.Connection, identity: str, name: str) -> list[FileEdit]:
    """Return the edits of the project's files with that base name, by time; those without a time are left out."""
    rows = connection.execute(
        f"""SELECT {_SECONDS.format("e")}, e.path, e.before, e.after, e.partial, e.created, e.deleted,
          e.user_modified, s.agent, s.uid, s.native_id,
          (SELECT uid FROM prompt WHERE session_id = s.id AND human = 1 AND agent_run IS NULL AND rank <= e.rank
            ORDER BY rank DESC LIMIT 1),
          coalesce(
            (SELECT model FROM reply WHERE session_id = s.id AND model IS NOT NULL AND agent_run IS e.agent_run
              AND rank <= e.rank ORDER BY rank DESC LIMIT 1),
            (SELECT model FROM usage WHERE session_id = s.id AND at <= e.at AND e.agent_run IS NULL
              ORDER BY at DESC LIMIT 1),
            (SELECT model FROM reply WHERE session_id = s.id AND model IS NOT NULL AND agent_run IS e.agent_run
              ORDER BY rank LIMIT 1))
        FROM edit e JOIN session s ON s.id = e.session_id
        WHERE s.id IN ({_SESSIONS}) AND s.real = 1 AND e.at IS NOT NULL
          AND (e.path = ?2 OR e.path LIKE '%/' || replace(replace(?2, '%', '_'), '\\', '_'))
        ORDER BY e.at, e.rank, e.id""",  # noqa: S608  # constants
        (identity, name),
    )
    return [
        FileEdit(
            at=at,
            path=Scrubbed(path),
            before=before,
            after=after,
            partial=bool(partial),
            created=bool(created),
            deleted=bool(deleted),
            writer=LineWriter(
                kind=WriterKind.MIXED if modified else WriterKind.AGENT,
                agent=agent,
                session=session,
                native_id=Scrubbed(native),
                chat=chat or b"",
                model=Scrubbed(model) if model else None,
            ),
        )
        for at, path, before, after, partial, created, deleted, modified, agent, session, native, chat, model in rows
    ]


def read_command_runs(connection: sqlite3.Connection, identity: str) -> list[CommandRun]:
    """Return the commands that the project's sessions ran, by time."""
    rows = connection.execute(
        f"""SELECT s.uid, {_SECONDS.format("c")}, coalesce({_SECONDS.format("r")}, {_SECONDS.format("c")}), c.command
        FROM call c JOIN session s ON s.id = c.session_id LEFT JOIN result r ON r.uid = c.uid
        WHERE s.id IN ({_SESSIONS}) AND c.action = 'run' AND c.at IS NOT NULL AND c.command IS NOT NULL
        ORDER BY c.at, c.id""",  # noqa: S608  # constants
        (identity,),
    )
    return [CommandRun(session, at, until, Scrubbed(command)) for session, at, until, command in rows]


def read_chat_words(connection: sqlite3.Connection, chats: Iterable[bytes]) -> dict[bytes, ChatWords]:
    """Return the beginning of each of these prompts, and its session."""
    found = {}
    for uid in chats:
        row = connection.execute(
            "SELECT s.uid, substr(p.text, 1, 400) FROM prompt p JOIN session s ON s.id = p.session_id WHERE p.uid = ?",
            (uid,),
        ).fetchone()
        if row is not None:
            found[uid] = ChatWords(uid, row[0], Scrubbed(row[1]))
    return found


def read_first_moment(connection: sqlite3.Connection, identity: str) -> float | None:
    """Return when the oldest recorded session of the project began; None where there is none."""
    row = connection.execute(
        f"""SELECT (julianday(min(first_at)) - 2440587.5) * 86400 FROM session
        WHERE id IN ({_SESSIONS}) AND real = 1""",  # noqa: S608  # a constant
        (identity,),
    ).fetchone()
    return None if row is None else row[0]


def find_commits(connection: sqlite3.Connection, beginning: str, identity: str | None) -> Sequence[tuple[str, str]]:
    """Return project and hash of the stored commits whose hash begins so; of one project where it is named."""
    low, high = beginning, beginning + "g"  # no hexadecimal digit comes behind it
    rows = connection.execute(
        """SELECT p.identity, c.hash FROM commit_ c JOIN project p ON p.id = c.project_id
        WHERE c.hash >= ?1 AND c.hash < ?2 AND (?3 IS NULL OR p.identity = ?3 OR p.id =
          (SELECT project_id FROM project_alias WHERE identity = ?3)) ORDER BY c.hash, p.id LIMIT 20""",
        (low, high, identity),
    )
    return rows.fetchall()


# What sessions left that a repository can show: their edits' line hashes, and the calls that may have made commits.

_LONGEST = 20_000
"""Characters kept of what a call printed; its beginning and end, where git says what it made. Guess of 2026-11-21."""
_TRACE_SECONDS = "(julianday(at) - 2440587.5) * 86400"


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
    select = f"SELECT {_TRACE_SECONDS}, call, path, added_hashes FROM edit WHERE session_id = ? ORDER BY rank, id"  # noqa: S608  # a constant
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
