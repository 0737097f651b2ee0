"""Outcomes as rows for other programs: one question about one task, its answer, and what proves it.

What nothing answers has a row too, with NULL: unknown is never good.
"""

from collections.abc import Iterator
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.reads.judged_work import JudgedTasks, read_judged_tasks
from twiceshy.archive.reads.session_logs import list_uids
from twiceshy.archive.session_results import OUTCOMES
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scope
from twiceshy.records import ids
from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowOrigin, list_columns
from twiceshy.records.outcomes import Answer, Outcome, Task
from twiceshy_data.rows.judged_stories import find_known_time

COLUMNS: Final = list_columns(
    id=ColumnType.TEXT,
    timestamp=ColumnType.TIME,
    session_id=ColumnType.TEXT,
    subject=ColumnType.TEXT,
    kind=ColumnType.TEXT,
    value=ColumnType.BOOLEAN,
    confidence=ColumnType.REAL,
    why=ColumnType.TEXT,
    evidence=ColumnType.TEXTS,
    known_at=ColumnType.TIME,
    calls=ColumnType.INTEGER,
    edits=ColumnType.INTEGER,
    agent=ColumnType.TEXT,
    model=ColumnType.TEXT,
    project=ColumnType.TEXT,
)
LABELS: Final = {"value": "known_at", "confidence": "known_at", "why": "known_at", "evidence": "known_at"}
"""As ``RowSource.labels``."""
_ANSWERS: Final = {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: None}


def read_outcome_rows(store: Store, scope: Scope) -> Iterator[ExportRow]:
    """Yield what was judged of tasks that changed files in real sessions in scope, the oldest session first."""
    for uid in list_uids(store.connection, scope):
        judged = read_judged_tasks(store, uid)
        for task in () if judged is None else judged.result.tasks:
            if judged is not None and task.edits:
                yield from _list_rows(store, judged, task)


def _list_rows(store: Store, judged: JudgedTasks, task: Task) -> Iterator[ExportRow]:
    for kind in OUTCOMES:
        outcome: Outcome = getattr(task, kind)
        subject = f"{ids.CHAT}-{task.prompt.hex()}" if task.prompt else None
        known = outcome.answer is not Answer.UNKNOWN
        values: tuple[ExportValue, ...] = (
            f"{task.prompt.hex() or judged.result.session.hex()}:{kind}",
            format_time(task.started_at or judged.first_at),
            f"{ids.SESSION}-{judged.result.session.hex()}",
            subject,
            kind,
            _ANSWERS[outcome.answer],
            outcome.confidence if known else None,
            outcome.why or None,
            list(outcome.proof),
            _find_time(store, judged, outcome),
            task.calls,
            task.edits,
            judged.agent,
            judged.model or None,
            judged.project_name,
        )
        yield ExportRow(
            id=ids.shorten(ids.SESSION, judged.result.session),
            values={column.name: value for column, value in zip(COLUMNS, values, strict=True)},
            origin=RowOrigin(judged.project, judged.result.session, task.started_at or judged.first_at),
        )


def _find_time(store: Store, judged: JudgedTasks, outcome: Outcome) -> str | None:
    """Return since when the answer is known; that nothing happened, since the session's end."""
    if outcome.answer is Answer.UNKNOWN:
        return None
    return find_known_time(store, outcome.proof) if outcome.proof else format_time(judged.last_at)
