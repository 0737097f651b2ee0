"""Sessions and their timelines. Ids are looked up by range, as people type only their beginning."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace

from twiceshy.records import ids
from twiceshy.records.values import Scope, Scrubbed
from twiceshy.records.views import EditLine, PromptVerdict, SessionLine, SessionList, Timeline, TimelineEntry
from twiceshy.store import session_results
from twiceshy.store.reads.columns import EDIT_COLUMNS, IN_SCOPE, make_edit_line, scope_values
from twiceshy.store.times import parse_time

_ReadBody = Callable[[bytes], Scrubbed]
"""Gives the whole text of a body by its hash."""
NAMED_REPOSITORIES = "named-repositories"
"""Note with the folders of repositories that a person named, as a JSON list: no session of this machine began there."""
_SESSION_BYTES = 16
"""Of a session, by definition in the schema."""

_LINE = """
SELECT s.uid, p.name, s.agent, s.first_at, s.last_at, s.title, s.real,
  (SELECT count(*) FROM prompt WHERE session_id = s.id AND human = 1),
  (SELECT count(*) FROM call WHERE session_id = s.id),
  (SELECT count(*) FROM result WHERE session_id = s.id AND failure IS NOT NULL AND failure <> 'cascade'),
  (SELECT count(*) FROM edit WHERE session_id = s.id),
  (SELECT substr(text, 1, 200) FROM prompt WHERE session_id = s.id AND human = 1 ORDER BY rank LIMIT 1),
  s.id
FROM session s JOIN project p ON p.id = s.project_id
"""


def list_sessions(connection: sqlite3.Connection, scope: Scope, limit: int) -> SessionList:
    """Return the newest sessions in scope, by their last event."""
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
    lines = [replace(_make_session_line(row), outcomes=read_outcomes(connection, row[0])) for row in rows]
    return SessionList(sessions=lines, total=total)


def find_sessions(connection: sqlite3.Connection, start: ids.IdPrefix, limit: int) -> list[SessionLine]:
    """Return the sessions whose id begins so, at most ``limit``."""
    low, high = start.bounds(_SESSION_BYTES)
    rows = connection.execute(f"{_LINE} WHERE s.uid BETWEEN ? AND ? ORDER BY s.uid LIMIT ?", (low, high, limit))
    return [_make_session_line(row) for row in rows]


def _make_session_line(row: sqlite3.Row) -> SessionLine:
    uid, project, agent, first_at, last_at, title, real, prompts, calls, failures, edits, first_prompt, _ = row
    words = title or first_prompt
    return SessionLine(
        id=ids.shorten(ids.SESSION, uid),
        uid=uid,
        project=project,
        agent=agent,
        first_at=parse_time(first_at),
        last_at=parse_time(last_at),
        prompts=prompts,
        calls=calls,
        failures=failures,
        edits=edits,
        title=Scrubbed(words) if words else None,
        real=bool(real),
    )


def read_timeline(connection: sqlite3.Connection, session: SessionLine, whole: _ReadBody | None) -> Timeline:
    """Return everything in a session, in order; whole texts where ``whole`` is given, else beginnings."""
    key, cwd, branch, version = connection.execute(
        "SELECT id, cwd, branch, version FROM session WHERE uid = ?", (session.uid,)
    ).fetchone()
    ranked = [
        *_read_prompts(connection, key, whole, _read_verdicts(connection, session.uid)),
        *_read_replies(connection, key, whole),
        *_read_calls(connection, key, session.id, whole),
        *_read_marks(connection, key, whole),
    ]
    ranked.sort(key=lambda pair: pair[0])
    return Timeline(
        session=session,
        cwd=Scrubbed(cwd) if cwd else None,
        branch=Scrubbed(branch) if branch else None,
        version=Scrubbed(version) if version else None,
        moments=[moment for _, moment in ranked],
        outcomes=read_outcomes(connection, session.uid),
    )


def read_outcomes(connection: sqlite3.Connection, session: bytes) -> dict[str, str]:
    """Return the answer to each question about a judged session that changed files; NULL is unknown."""
    row = connection.execute(
        """SELECT task_completed, corrections_needed, rollback, tests_green FROM session_executions
        WHERE session_id = (SELECT id FROM session WHERE uid = ?) AND files_modified > 0""",
        (session,),
    ).fetchone()
    answers = {None: "unknown", 0: "no", 1: "yes"}
    names = ("completed", "corrected", "rolled_back", "tests_green")
    return {name: answers[one] for name, one in zip(names, row, strict=True)} if row else {}


_Ranked = list[tuple[int, TimelineEntry]]


def _read_verdicts(connection: sqlite3.Connection, session: bytes) -> dict[bytes, PromptVerdict]:
    """Return the prompts that were judged to correct work, by their uid; none where the session is not judged."""
    row = connection.execute(
        "SELECT value FROM derived WHERE kind = ? AND key = ?", (session_results.KIND, session)
    ).fetchone()
    found = session_results.decode_result(session, row[0]).corrections if row else ()
    return {
        one.prompt: PromptVerdict(
            confidence=one.confidence, why=one.why, words=[Scrubbed(piece) for piece in one.words]
        )
        for one in found
    }


def _read_prompts(
    connection: sqlite3.Connection, key: int, whole: _ReadBody | None, verdicts: dict[bytes, PromptVerdict]
) -> _Ranked:
    rows = connection.execute(
        "SELECT rank, at, agent_run, kind, human, text, body, uid FROM prompt WHERE session_id = ?", (key,)
    )
    return [
        (
            rank,
            TimelineEntry(
                kind="prompt",
                name=Scrubbed(kind),
                at=parse_time(at),
                agent_run=run,
                text=_pick_text(text, body, whole),
                human=bool(human),
                corrects=verdicts.get(uid),
            ),
        )
        for rank, at, run, kind, human, text, body, uid in rows
    ]


def _read_replies(connection: sqlite3.Connection, key: int, whole: _ReadBody | None) -> _Ranked:
    rows = connection.execute(
        "SELECT rank, at, agent_run, thinking, model, text, body FROM reply WHERE session_id = ?", (key,)
    )
    return [
        (
            rank,
            TimelineEntry(
                kind="thinking" if thinking else "reply",
                name=Scrubbed(model or ""),
                at=parse_time(at),
                agent_run=run,
                text=_pick_text(text, body, whole),
            ),
        )
        for rank, at, run, thinking, model, text, body in rows
    ]


def _read_marks(connection: sqlite3.Connection, key: int, whole: _ReadBody | None) -> _Ranked:
    rows = connection.execute(
        "SELECT rank, at, agent_run, kind, name, text, body FROM mark WHERE session_id = ?", (key,)
    )
    return [
        (
            rank,
            TimelineEntry(
                kind="mark",
                name=Scrubbed(f"{kind} {name}" if name and name != kind else kind),
                at=parse_time(at),
                agent_run=run,
                text=_pick_text(text, body, whole),
            ),
        )
        for rank, at, run, kind, name, text, body in rows
    ]


def _read_calls(connection: sqlite3.Connection, key: int, session: str, whole: _ReadBody | None) -> _Ranked:
    edits: dict[bytes, list[EditLine]] = {}
    for call, *row in connection.execute(
        f"SELECT call, {EDIT_COLUMNS} FROM edit WHERE session_id = ? ORDER BY rank",  # noqa: S608  # a constant of this module
        (key,),
    ):
        edits.setdefault(call, []).append(make_edit_line(row, session))
    rows = connection.execute(
        """SELECT c.rank, c.uid, c.at, c.agent_run, c.tool, coalesce(c.command, c.path, c.query, c.input), c.body,
          c.command IS NULL AND c.path IS NULL AND c.query IS NULL,
          r.failure, r.fingerprint, r.message, r.exit_code, r.duration_s, r.words, r.text, r.body
        FROM call c LEFT JOIN result r ON r.uid = c.uid WHERE c.session_id = ?""",
        (key,),
    )
    found: _Ranked = []
    for rank, uid, at, run, tool, about, body, from_input, *outcome in rows:
        failure, fingerprint, message, exit_code, duration_s, words, text, result_body = outcome
        moment = TimelineEntry(
            kind="call",
            name=Scrubbed(tool),
            at=parse_time(at),
            agent_run=run,
            text=_pick_text(about, body if from_input else None, whole),
            failure=failure,
            error=ids.shorten(ids.ERROR, fingerprint) if fingerprint else None,
            message=Scrubbed(message) if message else None,
            exit_code=exit_code,
            duration_s=duration_s,
            words=Scrubbed(words) if words else None,
            result=_pick_text(text, result_body, whole) if whole and text is not None else None,
            edits=edits.get(uid, []),
        )
        found.append((rank, moment))
    return found


def _pick_text(beginning: str, body: bytes | None, whole: _ReadBody | None) -> Scrubbed:
    return whole(body) if whole and body is not None else Scrubbed(beginning)


def read_working_folders(connection: sqlite3.Connection) -> list[Scrubbed]:
    """Return every folder that a session began in, the one of the newest session first.

    Behind them stand the repositories that were named: their sessions began in folders of another machine.
    """
    rows = connection.execute(
        "SELECT cwd FROM session WHERE cwd IS NOT NULL GROUP BY cwd ORDER BY max(coalesce(last_at, first_at)) DESC, cwd"
    )
    return [*(Scrubbed(cwd) for (cwd,) in rows), *read_named_repositories(connection)]


def read_named_repositories(connection: sqlite3.Connection) -> list[Scrubbed]:
    """Return the folders of the repositories that a person named."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (NAMED_REPOSITORIES,)).fetchone()
    return [Scrubbed(folder) for folder in json.loads(row[0])] if row else []
