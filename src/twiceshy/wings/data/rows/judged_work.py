"""What was judged of a session, as its rows tell it: good or bad, how sure, and since when that is known."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from twiceshy.archive import session_results
from twiceshy.archive.call_fates import read_call_fates
from twiceshy.archive.db import Store
from twiceshy.archive.reads.event_times import EVENT_DIGITS, read_event_times
from twiceshy.archive.times import format_time
from twiceshy.judgement.chats.split_chats import ChatSpan
from twiceshy.records.exports import ColumnType, ExportValue, list_columns
from twiceshy.records.outcomes import CallFates, SessionResult, Task
from twiceshy.wings.data.dataset.work_outcomes import ChatWork, WorkJudgement, WorkOutcome, judge_chat, judge_whole

COLUMNS: Final = list_columns(
    outcome=ColumnType.TEXT,
    outcome_why=ColumnType.TEXT,
    outcome_confidence=ColumnType.REAL,
    outcome_known_at=ColumnType.TIME,
)
LABELS: Final = {
    "outcome": "outcome_known_at",
    "outcome_why": "outcome_known_at",
    "outcome_confidence": "outcome_known_at",
}
"""As ``RowSource.labels``."""


class SessionVerdict(NamedTuple):
    """A session's judgement, and when its evidence was there."""

    store: Store
    work: WorkJudgement


def read_verdict(store: Store, session: bytes, chats: Sequence[bytes]) -> SessionVerdict:
    """Return what was judged of a session; ``chats`` are the uids of their prompts, in order."""
    value = store.get_derived(session_results.KIND, session)
    result = SessionResult(session=session) if value is None else session_results.decode_result(session, value.value)
    return SessionVerdict(
        store, WorkJudgement(result, read_call_fates(store, session) or CallFates(), _place_tasks(result.tasks, chats))
    )


def _place_tasks(tasks: Iterable[Task], chats: Sequence[bytes]) -> list[tuple[int, Task]]:
    """Return the tasks that begin with one of the chats, each with its number."""
    places = {uid: place for place, uid in enumerate(chats)}
    return sorted(((places[task.prompt], task) for task in tasks if task.prompt in places), key=lambda one: one[0])


def tell_chats(verdict: SessionVerdict, spans: Sequence[ChatSpan]) -> list[tuple[ExportValue, ...]]:
    """Return the columns of each chat."""
    works = [
        ChatWork(
            place,
            [call.uid for call in span.calls],
            [call.uid for call in span.calls if call.changed],
            [call.uid for call in span.calls if call.failure == "rejected"],
        )
        for place, span in enumerate(spans)
    ]
    return [
        tell_outcome(verdict.store, judge_chat(work, verdict.work, _find_last_change(works, verdict.work, work.place)))
        for work in works
    ]


def _find_last_change(works: Sequence[ChatWork], judged: WorkJudgement, place: int) -> int | None:
    """Return the number of the last chat of a chat's task that changed files."""
    start = max((start for start, _ in judged.starts if start <= place), default=0)
    end = min((start for start, _ in judged.starts if start > place), default=len(works))
    return max((one.place for one in works[start:end] if one.changes), default=None)


def tell_session(verdict: SessionVerdict) -> tuple[ExportValue, ...]:
    """Return the columns of the session."""
    return tell_outcome(verdict.store, judge_whole(verdict.work.result))


def tell_outcome(store: Store, found: WorkOutcome | None) -> tuple[ExportValue, ...]:
    """Return the columns of an outcome."""
    if found is None:
        return (None,) * len(COLUMNS)
    return found.outcome, found.why, round(found.confidence, 2), find_known_time(store, found.proof)


def find_known_time(store: Store, proof: Sequence[str]) -> str | None:
    """Return since when the evidence was there; None where nobody knows.

    An event tells it, though the commit that it made is not stored; commits alone have to be stored all.
    """
    times = read_event_times(store.connection, proof)
    seen = any(len(name) == EVENT_DIGITS for name in times)
    return format_time(max(times.values())) if times and (seen or len(times) == len(set(proof))) else None
