"""Sessions and their timelines. Ids are looked up by range, as people type only their beginning."""

import sqlite3
from collections.abc import Callable

from twiceshy.records import ids
from twiceshy.records.look import EditLine, Moment, Scope, SessionLine, SessionList, Timeline
from twiceshy.records.text import Scrubbed
from twiceshy.store.reads.columns import EDIT, IN_SCOPE, edit_line, scope_values, time

Whole = Callable[[bytes], Scrubbed]
"""Gives the whole text of a body by its hash."""
SESSION_BYTES = 16

_LINE = """
SELECT s.uid, p.name, s.agent, s.first_at, s.last_at, s.title, s.real,
  (SELECT count(*) FROM prompt WHERE session_id = s.id AND human = 1),
  (SELECT count(*) FROM call WHERE session_id = s.id),
  (SELECT count(*) FROM result WHERE session_id = s.id AND failure IS NOT NULL AND failure <> 'cascade'),
  (SELECT count(*) FROM edit WHERE session_id = s.id),
  (SELECT substr(text, 1, 200) FROM prompt WHERE session_id = s.id AND human = 1 ORDER BY rank LIMIT 1)
FROM session s JOIN project p ON p.id = s.project_id
"""


def list_sessions(connection: sqlite3.Connection, scope: Scope, limit: int) -> SessionList:
    """The newest sessions in scope, by their last event."""
    values = scope_values(scope)
    total = connection.execute(
        f"SELECT count(*) FROM session s JOIN project p ON p.id = s.project_id WHERE {IN_SCOPE}",  # noqa: S608
        values,
    ).fetchone()[0]
    rows = connection.execute(
        f"""{_LINE} WHERE s.id IN (
          SELECT s.id FROM session s JOIN project p ON p.id = s.project_id
          WHERE {IN_SCOPE} ORDER BY coalesce(s.last_at, s.first_at) DESC, s.id DESC LIMIT :limit)
        ORDER BY coalesce(s.last_at, s.first_at) DESC, s.id DESC""",  # noqa: S608  # constants of this module
        {**values, "limit": limit},
    )
    return SessionList(sessions=[_session_line(row) for row in rows], total=total)


def sessions_beginning(connection: sqlite3.Connection, start: ids.Beginning, limit: int) -> list[SessionLine]:
    """The sessions whose id begins so, at most ``limit``."""
    low, high = start.bounds(SESSION_BYTES)
    rows = connection.execute(f"{_LINE} WHERE s.uid BETWEEN ? AND ? ORDER BY s.uid LIMIT ?", (low, high, limit))
    return [_session_line(row) for row in rows]


def _session_line(row: sqlite3.Row) -> SessionLine:
    uid, project, agent, first_at, last_at, title, real, prompts, calls, failures, edits, first_prompt = row
    words = title or first_prompt
    return SessionLine(
        id=ids.short(ids.SESSION, uid),
        uid=uid,
        project=project,
        agent=agent,
        first_at=time(first_at),
        last_at=time(last_at),
        prompts=prompts,
        calls=calls,
        failures=failures,
        edits=edits,
        title=Scrubbed(words) if words else None,
        real=bool(real),
    )


def timeline(connection: sqlite3.Connection, session: SessionLine, whole: Whole | None) -> Timeline:
    """Everything in a session, in order; whole texts when ``whole`` can give them, else beginnings."""
    key, cwd, branch, version = connection.execute(
        "SELECT id, cwd, branch, version FROM session WHERE uid = ?", (session.uid,)
    ).fetchone()
    ranked = [
        *_prompts(connection, key, whole),
        *_replies(connection, key, whole),
        *_calls(connection, key, session.id, whole),
        *_marks(connection, key, whole),
    ]
    ranked.sort(key=lambda pair: pair[0])
    return Timeline(
        session=session,
        cwd=Scrubbed(cwd) if cwd else None,
        branch=Scrubbed(branch) if branch else None,
        version=Scrubbed(version) if version else None,
        moments=[moment for _, moment in ranked],
    )


Ranked = list[tuple[int, Moment]]


def _prompts(connection: sqlite3.Connection, key: int, whole: Whole | None) -> Ranked:
    rows = connection.execute(
        "SELECT rank, at, agent_run, kind, human, text, body FROM prompt WHERE session_id = ?", (key,)
    )
    return [
        (
            rank,
            Moment(
                kind="prompt",
                name=Scrubbed(kind),
                at=time(at),
                agent_run=run,
                text=_text(text, body, whole),
                human=bool(human),
            ),
        )
        for rank, at, run, kind, human, text, body in rows
    ]


def _replies(connection: sqlite3.Connection, key: int, whole: Whole | None) -> Ranked:
    rows = connection.execute(
        "SELECT rank, at, agent_run, thinking, model, text, body FROM reply WHERE session_id = ?", (key,)
    )
    return [
        (
            rank,
            Moment(
                kind="thinking" if thinking else "reply",
                name=Scrubbed(model or ""),
                at=time(at),
                agent_run=run,
                text=_text(text, body, whole),
            ),
        )
        for rank, at, run, thinking, model, text, body in rows
    ]


def _marks(connection: sqlite3.Connection, key: int, whole: Whole | None) -> Ranked:
    rows = connection.execute(
        "SELECT rank, at, agent_run, kind, name, text, body FROM mark WHERE session_id = ?", (key,)
    )
    return [
        (
            rank,
            Moment(
                kind="mark",
                name=Scrubbed(f"{kind} {name}" if name and name != kind else kind),
                at=time(at),
                agent_run=run,
                text=_text(text, body, whole),
            ),
        )
        for rank, at, run, kind, name, text, body in rows
    ]


def _calls(connection: sqlite3.Connection, key: int, session: str, whole: Whole | None) -> Ranked:
    edits: dict[bytes, list[EditLine]] = {}
    for call, *row in connection.execute(
        f"SELECT call, {EDIT} FROM edit WHERE session_id = ? ORDER BY rank",  # noqa: S608  # a constant of this module
        (key,),
    ):
        edits.setdefault(call, []).append(edit_line(row, session))
    rows = connection.execute(
        """SELECT c.rank, c.uid, c.at, c.agent_run, c.tool, coalesce(c.command, c.path, c.query, c.input), c.body,
          c.command IS NULL AND c.path IS NULL AND c.query IS NULL,
          r.failure, r.fingerprint, r.message, r.exit_code, r.duration_s, r.words, r.text, r.body
        FROM call c LEFT JOIN result r ON r.uid = c.uid WHERE c.session_id = ?""",
        (key,),
    )
    found: Ranked = []
    for rank, uid, at, run, tool, about, body, from_input, *outcome in rows:
        failure, fingerprint, message, exit_code, duration_s, words, text, result_body = outcome
        moment = Moment(
            kind="call",
            name=Scrubbed(tool),
            at=time(at),
            agent_run=run,
            text=_text(about, body if from_input else None, whole),
            failure=failure,
            error=ids.short(ids.ERROR, fingerprint) if fingerprint else None,
            message=Scrubbed(message) if message else None,
            exit_code=exit_code,
            duration_s=duration_s,
            words=Scrubbed(words) if words else None,
            result=_text(text, result_body, whole) if whole and text is not None else None,
            edits=edits.get(uid, []),
        )
        found.append((rank, moment))
    return found


def _text(beginning: str, body: bytes | None, whole: Whole | None) -> Scrubbed:
    return whole(body) if whole and body is not None else Scrubbed(beginning)


def working_folders(connection: sqlite3.Connection) -> list[Scrubbed]:
    """Every folder that a session began in, the one of the newest session first."""
    rows = connection.execute(
        "SELECT cwd FROM session WHERE cwd IS NOT NULL GROUP BY cwd ORDER BY max(coalesce(last_at, first_at)) DESC, cwd"
    )
    return [Scrubbed(cwd) for (cwd,) in rows]
