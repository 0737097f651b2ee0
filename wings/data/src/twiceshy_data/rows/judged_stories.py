"""Read sessions one at a time with all that is known of their work: what pairs of texts are found in."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from twiceshy.archive import call_fates, scored_edits, session_results
from twiceshy.archive.call_fates import read_call_fates
from twiceshy.archive.db import Store
from twiceshy.archive.reads.calls import read_inputs
from twiceshy.archive.reads.event_times import EVENT_DIGITS, read_event_times
from twiceshy.archive.reads.session_logs import list_uids
from twiceshy.archive.reads.stories import read_stories
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scope
from twiceshy.commands.keys.call_keys import find_work
from twiceshy.judgement.chats.split_chats import ChatSpan
from twiceshy.judgement.outcomes.check_runs import CheckRun, find_check_runs
from twiceshy.judgement.outcomes.session_changes import find_changes, join_output
from twiceshy.records.exports import ColumnType, ExportValue, list_columns
from twiceshy.records.findings import ScannedEdit, Verdict
from twiceshy.records.outcomes import CallFates, SessionResult, Task
from twiceshy.records.stories import Moment, Story
from twiceshy_data.dataset.good_work import JudgedStory, RefusedText, SeenCheck, WrittenFile
from twiceshy_data.dataset.work_outcomes import ChatWork, WorkJudgement, WorkOutcome, judge_chat, judge_whole

_OF_THE_CODE = ("test", "build", "types")
"""Kinds of checks that say whether code is right; a linter's taste is none."""
_OLD_NAMES, _NEW_NAMES = ("old_string", "oldText", "old_str"), ("new_string", "newText", "new_str", "content")
"""Under which names agents' editing tools take what is to be replaced, and by what."""
_SHOWN_ONLY = frozenset({"-v", "-vv", "-q", "-x", "-s", "--verbose", "--quiet", "2>&1", "-l", "-ra", "-rA"})
"""Options of test runners that change what is shown, not what is tested."""


def read_working_sessions(store: Store, scope: Scope) -> Iterator[tuple[bytes, SessionResult]]:
    """Yield the judged sessions in scope that changed something, the oldest first."""
    for uid in list_uids(store.connection, scope):
        value = store.get_derived(session_results.KIND, uid)
        result = None if value is None else session_results.decode_result(uid, value.value)
        if result is not None and any(task.edits for task in result.tasks):
            yield uid, result


def read_judged_stories(store: Store, scope: Scope) -> Iterator[JudgedStory]:
    """Yield these sessions with all that is known of their work."""
    for uid, result in read_working_sessions(store, scope):
        yield from (
            gather_facts(
                story, result, _read_fates(store, uid), _read_scanned(store, uid), partial(read_inputs, store, uid)
            )
            for story in read_stories(store, [uid])
            if story.real
        )


def _read_fates(store: Store, uid: bytes) -> CallFates:
    value = store.get_derived(call_fates.KIND, uid)
    return CallFates() if value is None else call_fates.decode_fates(value.value)


def _read_scanned(store: Store, uid: bytes) -> Sequence[ScannedEdit]:
    value = store.get_derived(scored_edits.KIND, uid)
    return () if value is None else scored_edits.decode_edits(value.value)


def gather_facts(
    story: Story,
    result: SessionResult,
    fates: CallFates,
    scanned: Sequence[ScannedEdit] = (),
    read_whole_inputs: Callable[[], Mapping[bytes, str]] = dict,
) -> JudgedStory:
    """Return the session with what its checks said, what it wrote, and what a person refused."""
    moments = join_output(story.moments)
    return JudgedStory(
        story=story,
        result=result,
        fates=fates,
        scanned=scanned,
        checks=list(_list_checks(moments)),
        written=list(_list_written(moments)),
        refused=list(_list_refused(moments, read_whole_inputs)),
    )


def _list_checks(moments: Sequence[Moment]) -> Iterator[SeenCheck]:
    """Yield the checks of code, in order."""
    for check in find_check_runs(moments):
        if all(verdict.kind in _OF_THE_CODE for verdict in check.verdicts):
            yield _sum_check(check, moments[check.place].line)


def _sum_check(check: CheckRun, line: str) -> SeenCheck:
    passed = [one.passed for one in check.verdicts if one.passed is not None]
    return SeenCheck(
        place=check.place,
        key=_name_checks(check, line),
        green=check.green,
        confidence=min(one.confidence for one in check.verdicts),
        passed=sum(passed) if len(passed) == len(check.verdicts) else None,
        failed=sum((one.failed or 0) + (one.errors or 0) for one in check.verdicts),
        problem=_name_problem(check.verdicts),
    )


def _name_problem(verdicts: Sequence[Verdict]) -> str:
    """Return what the first tool that was not content named first: its code, kind of error or test."""
    for verdict in verdicts:
        for problem in verdict.problems[:1]:
            named = problem.code or problem.error_type or problem.test
            return f"{verdict.tool}: {named}" if named else ""
    return ""


def _name_checks(check: CheckRun, line: str) -> str:
    """Return what was checked by what: equal for calls that differ only in what they show."""
    words = [word for word in find_work(line) if word not in _SHOWN_ONLY and not word.startswith("--tb")]
    tools = ",".join(sorted({verdict.tool for verdict in check.verdicts}))
    return f"{tools}: {' '.join(words)}"


def _list_written(moments: Sequence[Moment]) -> Iterator[WrittenFile]:
    """Yield the files that calls changed."""
    for place, moment in enumerate(moments):
        for one in find_changes(moment, place):
            if not one.scratch:
                yield WrittenFile(place, one.call, one.path, one.changed)


def _list_refused(
    moments: Sequence[Moment], read_whole_inputs: Callable[[], Mapping[bytes, str]]
) -> Iterator[RefusedText]:
    """Yield the texts of edits that a person refused."""
    places = {
        moment.step.uid: place
        for place, moment in enumerate(moments)
        if moment.step.failure == "rejected" and moment.step.action in {"edit", "write"} and moment.step.path
    }
    if not places:
        return
    inputs = read_whole_inputs()
    for call, place in places.items():
        asked = _read_input(inputs.get(call, ""))
        new = next((asked[name] for name in _NEW_NAMES if isinstance(asked.get(name), str)), None)
        if new is not None:
            old = next((asked[name] for name in _OLD_NAMES if isinstance(asked.get(name), str)), "")
            yield RefusedText(place, call, moments[place].step.path or "", old, new)


def _read_input(text: str) -> dict[str, Any]:
    """Return a call's input; empty where it is no JSON object, or was cut."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


# What was judged of a session, as its rows tell it: good or bad, how sure, and since when that is known.

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
