"""Encode the outcomes of a session's work as short JSON, and decode them: the ``results`` kind of `derived`.

Answers are lists, and unknown ones are left out, so that an ordinary session takes a few hundred bytes.
Descriptions are not stored: the prompt's uid leads to them.
"""

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from twiceshy.archive.times import format_time
from twiceshy.base.values import Provenance
from twiceshy.records.codec import read_value
from twiceshy.records.outcomes import (
    UNKNOWN_OUTCOME,
    Answer,
    Correction,
    Outcome,
    Rollback,
    SessionExecution,
    SessionResult,
    Task,
)

KIND = "results"
OUTCOMES = ("completed", "corrected", "rejected", "rolled_back", "tests", "survived")
_MOST_TASKS = 30
"""Of a longer session the last ones are kept, and their number. Guess of 2026-11-21: more is a log of many days."""
_MOST_PROOFS = 2
"""Kept of one outcome. Guess of 2026-11-21."""
_MOST_CALLS = 2
"""Kept of one correction or rollback. Guess of 2026-11-21."""
_MOST_ROLLBACKS = 12
"""Kept of one session, the last ones. Guess of 2026-11-21."""
_LONGEST_PROOF = 32
"""Characters: a uid in hex, by definition."""
_TaskRow = list[object]


def encode_result(result: SessionResult) -> bytes:
    """Return the result as JSON."""
    value: dict[str, object] = {"n": len(result.tasks)}
    if result.tasks:
        value["tasks"] = [_encode_task(task) for task in result.tasks[-_MOST_TASKS:]]
    if result.corrections:
        value["corrections"] = [_encode_correction(one) for one in result.corrections[-_MOST_TASKS:]]
    if result.rollbacks:
        value["rollbacks"] = [
            [one.by.hex(), one.why, round(one.confidence, 2), int(one.whole), len(one.calls)]
            + [call.hex() for call in one.calls[:_MOST_CALLS]]
            for one in result.rollbacks[-_MOST_ROLLBACKS:]
        ]
    if rated := _encode_outcome("completed", result.rated):
        value["rated"] = rated
    return json.dumps(value, separators=(",", ":")).encode()


def decode_result(session: bytes, value: bytes) -> SessionResult:
    """Return the result that ``encode_result`` wrote, without descriptions, times and names of files.

    Raises:
        DamagedValue: it wrote something else.
    """
    with read_value("judgement of a session"):
        return _decode_row(session, json.loads(value))


def _decode_row(session: bytes, row: dict[str, Any]) -> SessionResult:
    return SessionResult(
        session=session,
        tasks=tuple(_decode_task(task) for task in row.get("tasks", ())),
        corrections=tuple(
            Correction(
                prompt=bytes.fromhex(prompt),
                why=why,
                confidence=sure,
                calls=tuple(map(bytes.fromhex, calls)),
                words=tuple(rest[0]) if rest else (),
                speaker=Provenance(rest[1]) if len(rest) > 1 else Provenance.TOOL,
            )
            for prompt, why, sure, calls, *rest in row.get("corrections", ())
        ),
        rollbacks=tuple(
            Rollback(
                by=bytes.fromhex(by),
                why=why,
                confidence=sure,
                whole=bool(whole),
                calls=tuple(map(bytes.fromhex, calls)),
            )
            for by, why, sure, whole, _, *calls in row.get("rollbacks", ())
        ),
        rated=_decode_outcome("completed", row.get("rated")),
    )


def _encode_correction(one: Correction) -> _TaskRow:
    """Return the correction as a list, without words where there are none, and without an unknown speaker."""
    calls = [call.hex() for call in one.calls[:_MOST_CALLS]]
    row: _TaskRow = [one.prompt.hex(), one.why, round(one.confidence, 2), calls]
    if one.speaker is not Provenance.TOOL:
        return [*row, list(one.words), one.speaker.value]
    return [*row, list(one.words)] if one.words else row


def _encode_task(task: Task) -> _TaskRow:
    """Return the task as a list without empty values at its end.

    Prompt, calls, edits, number of files, start, seconds, regeneration cycles, first pass, survival, then the
    outcomes.
    """
    began = int(task.started_at.timestamp()) if task.started_at else 0
    took = int((task.ended_at - task.started_at).total_seconds()) if task.started_at and task.ended_at else 0
    row: _TaskRow = [task.prompt.hex(), task.calls, task.edits, len(task.files), began, took, task.regeneration_cycles]
    row += [_ANSWER_LETTERS[task.first_pass], "" if task.survival is None else round(task.survival, 3)]
    row += [_encode_outcome(name, getattr(task, name)) for name in OUTCOMES]
    while row[-1] == "":
        row.pop()
    return row


_ANSWER_LETTERS = {Answer.YES: "y", Answer.NO: "n", Answer.UNKNOWN: ""}
_DEFAULTS = {
    "corrected": Outcome(answer=Answer.NO, confidence=0.9, why="spoke-without-correcting"),
    "rejected": Outcome(answer=Answer.NO, confidence=0.95, why="none-refused"),
    "rolled_back": Outcome(answer=Answer.NO, confidence=0.9, why="nothing-taken-back"),
}
"""The usual no, which needs no words and has no proof but the whole session."""


def _encode_outcome(name: str, outcome: Outcome) -> object:
    """Return empty text for an unknown outcome, ``n`` for the usual no, else answer, confidence, why and proofs."""
    if outcome.answer is Answer.UNKNOWN:
        return ""
    if name in _DEFAULTS and outcome.answer is Answer.NO and outcome.why == _DEFAULTS[name].why:
        return "n"
    proofs = [proof[:_LONGEST_PROOF] for proof in outcome.proof[:_MOST_PROOFS]]
    return [_ANSWER_LETTERS[outcome.answer], round(outcome.confidence, 2), outcome.why, *proofs]


def _decode_task(row: _TaskRow) -> Task:
    prompt, calls, edits, _, began, took, cycles, first, survival, *rest = row + [""] * (9 + len(OUTCOMES) - len(row))
    outcomes = {name: _decode_outcome(name, one) for name, one in zip(OUTCOMES, rest, strict=True)}
    return Task(
        prompt=bytes.fromhex(str(prompt)),
        description="",
        started_at=_decode_time(int(str(began))) if began else None,
        ended_at=_decode_time(int(str(began)) + int(str(took))) if began else None,
        calls=int(str(calls)),
        edits=int(str(edits)),
        files=(),
        survival=None if survival == "" else float(str(survival)),
        first_pass=_decode_answer(str(first)),
        regeneration_cycles=int(str(cycles or 0)),
        **outcomes,
    )


def _decode_time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _decode_answer(letter: str) -> Answer:
    return {"y": Answer.YES, "n": Answer.NO}.get(letter, Answer.UNKNOWN)


def _decode_outcome(name: str, row: object) -> Outcome:
    if row == "n":
        return _DEFAULTS[name]
    if not isinstance(row, list):
        return UNKNOWN_OUTCOME
    letter, sure, why, *proof = row
    return Outcome(answer=_decode_answer(letter), confidence=float(sure), why=why, proof=tuple(proof))


# Writing what became of sessions; see the table's comments for what each column means.


def put(connection: sqlite3.Connection, rows: Iterable[SessionExecution]) -> None:
    """Store judged sessions, in place of their older rows. The caller holds the transaction.

    A session that is not stored (any more) is passed over.
    """
    connection.executemany(
        """INSERT INTO session_executions (session_id, task_description, workflow_compliant, compliance_score,
          risk_score, task_completed, corrections_needed, rollback, timestamp, tool_call_count, files_modified,
          user_message_count, user_engagement_rate, diffs_scored, last_modified, tests_green, survived, survival, tasks,
          first_pass_tasks, corrections, regeneration_cycles)
        SELECT id, (SELECT substr(text, 1, 240) FROM prompt WHERE uid = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
          ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22
        FROM session WHERE uid = ?1
        ON CONFLICT (session_id) DO UPDATE SET task_description = excluded.task_description,
          workflow_compliant = excluded.workflow_compliant, compliance_score = excluded.compliance_score,
          risk_score = excluded.risk_score, task_completed = excluded.task_completed,
          corrections_needed = excluded.corrections_needed, rollback = excluded.rollback,
          timestamp = excluded.timestamp, tool_call_count = excluded.tool_call_count,
          files_modified = excluded.files_modified, user_message_count = excluded.user_message_count,
          user_engagement_rate = excluded.user_engagement_rate, diffs_scored = excluded.diffs_scored,
          last_modified = excluded.last_modified, tests_green = excluded.tests_green, survived = excluded.survived,
          survival = excluded.survival, tasks = excluded.tasks, first_pass_tasks = excluded.first_pass_tasks,
          corrections = excluded.corrections, regeneration_cycles = excluded.regeneration_cycles""",
        [_values(row) for row in rows],
    )


class Risk(NamedTuple):
    """A session's risk."""

    session: bytes
    value: float | None
    """Mean over its scored diffs."""
    diffs: str | None
    """Each of them with file and score, as JSON."""


def put_risks(connection: sqlite3.Connection, risks: Iterable[Risk]) -> None:
    """Set the risk of judged sessions. The caller holds the transaction."""
    values = [(one.value, one.diffs, one.session) for one in risks]
    connection.executemany(
        """UPDATE session_executions SET risk_score = ?1, diffs_scored = ?2
        WHERE session_id = (SELECT id FROM session WHERE uid = ?3)
          AND (risk_score IS NOT ?1 OR diffs_scored IS NOT ?2)""",
        values,
    )


def _values(row: SessionExecution) -> tuple[object, ...]:
    return (
        row.session,
        row.task,
        row.workflow_compliant,
        row.compliance_score,
        row.risk_score,
        row.task_completed,
        row.corrections_needed,
        row.rollback,
        format_time(row.timestamp),
        row.tool_call_count,
        row.files_modified,
        row.user_message_count,
        row.user_engagement_rate,
        row.diffs_scored,
        format_time(row.last_modified),
        row.tests_green,
        row.survived,
        row.survival,
        row.tasks,
        row.first_pass_tasks,
        row.corrections,
        row.regeneration_cycles,
    )
