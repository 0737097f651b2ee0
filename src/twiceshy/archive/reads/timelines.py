# ruff: noqa: S608  # what is put into the statements are constants of this package
"""A session's timeline: everything in it, or a stretch of it, in order."""

import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

from twiceshy.archive import session_results
from twiceshy.archive.reads.columns import EDIT_COLUMNS, make_edit_line
from twiceshy.archive.reads.sessions import read_outcomes, read_setting
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scrubbed
from twiceshy.records import ids
from twiceshy.records.moments import LOUD_MARKS, QUIET_PROMPTS
from twiceshy.records.views import EditLine, PromptVerdict, SessionLine, Timeline, TimelineEntry

ReadBody = Callable[[bytes], Scrubbed]
"""Gives the whole text of a body by its hash."""
_LAST_RANK = (1 << 63) - 1
"""The largest integer of SQLite (https://www.sqlite.org/datatype3.html, read 2026-11-23)."""


class Stretch(NamedTuple):
    """A piece of a session: some ranks, of all dialogues or of one."""

    session: int
    """Row id."""
    first: int = 0
    last: int = _LAST_RANK
    """Its rank is in the stretch."""
    one_dialogue: bool = False
    """Only the main dialogue, or that of ``agent_run``."""
    agent_run: bytes | None = None
    everything: bool = True
    """With what the client does for itself, and the model's thinking."""


RankedMoment = tuple[int, TimelineEntry]
IN_STRETCH = """session_id = :session AND rank BETWEEN :first AND :last
AND (NOT :one_dialogue OR agent_run IS :agent_run)"""
"""Condition on an event; its parameters are those of a ``Stretch``."""


def _list_words(words: frozenset[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


SHOWN_PROMPT = f"(:everything OR kind NOT IN ({_list_words(QUIET_PROMPTS)}))"
SHOWN_MARK = f"(:everything OR kind IN ({_list_words(LOUD_MARKS)}))"
SHOWN_REPLY = "(:everything OR NOT thinking)"


def read_timeline(connection: sqlite3.Connection, session: SessionLine, whole: ReadBody | None) -> Timeline:
    """Return everything in a session, in order; whole texts where ``whole`` is given, else beginnings."""
    key, cwd, branch, version = read_setting(connection, session.uid)
    return Timeline(
        session=session,
        cwd=cwd,
        branch=branch,
        version=version,
        moments=[moment for _, moment in read_moments(connection, session.uid, Stretch(key), whole)],
        outcomes=read_outcomes(connection, session.uid),
    )


def read_moments(
    connection: sqlite3.Connection, session: bytes, stretch: Stretch, whole: ReadBody | None
) -> list[RankedMoment]:
    """Return the moments of a stretch of the session, in order, each with its rank."""
    ranked = [
        *_read_prompts(connection, stretch, whole, _read_verdicts(connection, session)),
        *_read_replies(connection, stretch, whole),
        *_read_calls(connection, stretch, ids.shorten(ids.SESSION, session), whole),
        *_read_marks(connection, stretch, whole),
    ]
    ranked.sort(key=lambda pair: pair[0])
    return ranked


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
    connection: sqlite3.Connection, stretch: Stretch, whole: ReadBody | None, verdicts: dict[bytes, PromptVerdict]
) -> list[RankedMoment]:
    rows = connection.execute(
        f"""SELECT rank, uid, at, agent_run, kind, human, text, body FROM prompt
        WHERE {IN_STRETCH} AND {SHOWN_PROMPT}""",
        stretch._asdict(),
    )
    return [
        (
            rank,
            TimelineEntry(
                kind="prompt",
                uid=uid,
                name=Scrubbed(kind),
                at=parse_time(at),
                agent_run=run,
                text=_pick_text(text, body, whole),
                human=bool(human),
                corrects=verdicts.get(uid),
            ),
        )
        for rank, uid, at, run, kind, human, text, body in rows
    ]


def _read_replies(connection: sqlite3.Connection, stretch: Stretch, whole: ReadBody | None) -> list[RankedMoment]:
    rows = connection.execute(
        f"""SELECT rank, uid, at, agent_run, thinking, model, text, body FROM reply
        WHERE {IN_STRETCH} AND {SHOWN_REPLY}""",
        stretch._asdict(),
    )
    return [
        (
            rank,
            TimelineEntry(
                kind="thinking" if thinking else "reply",
                uid=uid,
                name=Scrubbed(model or ""),
                at=parse_time(at),
                agent_run=run,
                text=_pick_text(text, body, whole),
            ),
        )
        for rank, uid, at, run, thinking, model, text, body in rows
    ]


def _read_marks(connection: sqlite3.Connection, stretch: Stretch, whole: ReadBody | None) -> list[RankedMoment]:
    rows = connection.execute(
        f"""SELECT rank, uid, at, agent_run, kind, name, text, body FROM mark
        WHERE {IN_STRETCH} AND {SHOWN_MARK}""",
        stretch._asdict(),
    )
    return [
        (
            rank,
            TimelineEntry(
                kind="mark",
                uid=uid,
                name=Scrubbed(f"{kind} {name}" if name and name != kind else kind),
                at=parse_time(at),
                agent_run=run,
                text=_pick_text(text, body, whole),
            ),
        )
        for rank, uid, at, run, kind, name, text, body in rows
    ]


def _read_calls(
    connection: sqlite3.Connection, stretch: Stretch, session: str, whole: ReadBody | None
) -> list[RankedMoment]:
    edits: dict[bytes, list[EditLine]] = {}
    for call, *row in connection.execute(
        f"""SELECT call, {EDIT_COLUMNS} FROM edit WHERE session_id = :session
          AND call IN (SELECT uid FROM call WHERE {IN_STRETCH}) ORDER BY rank""",
        stretch._asdict(),
    ):
        edits.setdefault(call, []).append(make_edit_line(row, session))
    rows = connection.execute(
        f"""SELECT c.rank, c.uid, c.at, c.agent_run, c.tool, coalesce(c.command, c.path, c.query, c.input), c.body,
          c.command IS NULL AND c.path IS NULL AND c.query IS NULL,
          r.failure, r.fingerprint, r.message, r.exit_code, r.duration_s, r.words, r.text, r.body
        FROM (SELECT * FROM call WHERE {IN_STRETCH}) c LEFT JOIN result r ON r.uid = c.uid""",
        stretch._asdict(),
    )
    return [(rank, _make_call(row, edits.get(row[0], []), whole)) for rank, *row in rows]


def _make_call(row: list[Any], edits: list[EditLine], whole: ReadBody | None) -> TimelineEntry:
    uid, at, run, tool, about, body, from_input, *outcome = row
    failure, fingerprint, message, exit_code, duration_s, words, text, result_body = outcome
    return TimelineEntry(
        kind="call",
        uid=uid,
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
        edits=edits,
    )


def _pick_text(beginning: str, body: bytes | None, whole: ReadBody | None) -> Scrubbed:
    return whole(body) if whole and body is not None else Scrubbed(beginning)
