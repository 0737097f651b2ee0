"""Edits as rows for other programs: one file changed by one call, with the texts before and after."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.edits import read_edits
from twiceshy.archive.reads.session_logs import list_uids, read_sessions
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.judgement.chats.split_chats import split_session
from twiceshy.records import ids
from twiceshy.records.chats import DoneCall, WholeSession
from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowOrigin, list_columns
from twiceshy.records.findings import StoredEdit
from twiceshy.records.outcomes import Answer, Task
from twiceshy_data.dataset.work_outcomes import judge_edit
from twiceshy_data.rows.judged_stories import COLUMNS as OUTCOME
from twiceshy_data.rows.judged_stories import SessionVerdict, read_verdict, tell_outcome

COLUMNS: Final = (
    *list_columns(
        id=ColumnType.TEXT,
        timestamp=ColumnType.TIME,
        session_id=ColumnType.TEXT,
        chat_id=ColumnType.TEXT,
        path=ColumnType.TEXT,
        before=ColumnType.TEXT,
        after=ColumnType.TEXT,
        partial=ColumnType.BOOLEAN,
        created=ColumnType.BOOLEAN,
        deleted=ColumnType.BOOLEAN,
        lines=ColumnType.INTEGER,
        tool=ColumnType.TEXT,
        read_before=ColumnType.BOOLEAN,
        reedited=ColumnType.BOOLEAN,
        tests_after=ColumnType.BOOLEAN,
        survived=ColumnType.BOOLEAN,
        project=ColumnType.TEXT,
    ),
    *OUTCOME,
)
_ANSWERS: Final = {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: None}


class _Place(NamedTuple):
    """Where in a session an edit stands."""

    chat: bytes | None
    """Uid of the prompt of its chat."""
    task: Task | None


class _Session(NamedTuple):
    """What an edit is told by."""

    log: WholeSession
    calls: Mapping[bytes, DoneCall]
    verdict: SessionVerdict
    places: Mapping[bytes, _Place]
    """By call."""
    texts: Mapping[bytes, Scrubbed]
    """By body."""


def read_edit_rows(store: Store, scope: Scope) -> Iterator[ExportRow]:
    """Yield the edits of real sessions in scope, session by session, the oldest first."""
    for log in read_sessions(store, list_uids(store.connection, scope)):
        edits = read_edits(store.connection, [log.uid]).get(log.uid, []) if log.real else []
        if edits:
            told = _read_session(store, log, edits)
            for place, one in enumerate(edits):
                at = None if one.at is None else datetime.fromtimestamp(one.at, UTC)
                yield ExportRow(
                    id=ids.shorten(ids.SESSION, log.uid),
                    values=_list_values(told, one, edits[place + 1 :]),
                    origin=RowOrigin(log.project, log.uid, at or log.first_at or log.last_at),
                )


def _read_session(store: Store, log: WholeSession, edits: Sequence[StoredEdit]) -> _Session:
    spans = split_session(log)
    verdict = read_verdict(store, log.uid, [span.prompt.uid for span in spans])
    places = {
        call.uid: _Place(
            span.prompt.uid, next((task for start, task in reversed(verdict.work.starts) if start <= number), None)
        )
        for number, span in enumerate(spans)
        for call in span.calls
    }
    bodies = {body for one in edits for body in (one.before, one.after) if body is not None}
    texts = store.read_bodies(sorted(bodies)) if bodies else {}
    return _Session(log, {call.uid: call for call in log.calls}, verdict, places, texts)


def _list_values(told: _Session, one: StoredEdit, later: Sequence[StoredEdit]) -> dict[str, ExportValue]:
    """Return an edit's columns; what the log does not tell is None."""
    chat, task = told.places.get(one.call, _Place(None, None))
    call = told.calls.get(one.call)
    same = [other for other in later if other.path_key == one.path_key]
    last = not any(told.places.get(other.call, _Place(None, None)).task is task for other in same)
    outcome = judge_edit(one.call, task, told.verdict.work, last=last)
    values: tuple[ExportValue, ...] = (
        one.uid.hex(),
        None if one.at is None else format_time(datetime.fromtimestamp(one.at, UTC)),
        f"{ids.SESSION}-{told.log.uid.hex()}",
        None if chat is None else f"{ids.CHAT}-{chat.hex()}",
        one.path,
        None if one.before is None else told.texts.get(one.before),
        None if one.after is None else told.texts.get(one.after),
        one.partial,
        one.created,
        one.deleted,
        one.lines,
        None if call is None else call.tool,
        None if call is None or one.created else _was_read(told.log.calls, call, one.path),
        bool(same),
        None if task is None else _ANSWERS[task.tests.answer],
        None if task is None else _ANSWERS[task.survived.answer],
        told.log.project_name,
        *tell_outcome(told.verdict.store, outcome),
    )
    return {column.name: value for column, value in zip(COLUMNS, values, strict=True)}


def _was_read(calls: Sequence[DoneCall], edit: DoneCall, path: str) -> bool:
    """Tell whether the session read the file, or wrote it itself, before the edit."""
    return any(call.rank < edit.rank and path in (*call.read, *call.changed) for call in calls)
