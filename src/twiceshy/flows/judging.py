"""Judging: what became of each session's work, for those whose log or links changed since they were last judged.

Stories are told and judged side by side in workers, which only read; one writer stores what is derived of a group of
sessions with their rows of ``session_executions`` in one transaction. Killed at any moment, it goes on from there.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from twiceshy.config import Config
from twiceshy.flows import judged
from twiceshy.flows.judge import judge_behaviour
from twiceshy.outcomes import results as outcomes
from twiceshy.outcomes.results import results, whole, working
from twiceshy.records.judged import Judged, SessionExecution
from twiceshy.records.outcomes import Answer, SessionResult
from twiceshy.records.story import Story
from twiceshy.spread import Failed, Lost, spread
from twiceshy.store import derived, session_executions
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.lock import held
from twiceshy.store.reads import judged as reads
from twiceshy.store.reads import stories

VERSION = 1000 * outcomes.VERSION
"""Of all rules that a judgement depends on."""
AT_ONCE = 20
"""Sessions an item: enough that a worker's round trip does not count, few enough that a kill costs little (guess)."""
WORTH_WORKERS = 60
"""Sessions; with fewer, starting workers costs more than it saves (1 s of 400 sessions' 6 s, 21 November 2026)."""


class Verdict(NamedTuple):
    """What one session's judging gave."""

    session: bytes
    result: bytes
    """Packed."""
    row: SessionExecution


def judge(
    config: Config,
    *,
    processes: int | None = None,
    check: Callable[[], None] = lambda: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Judged:
    """What was judged, and how much is known.

    ``check`` is called between groups and may raise to end the run; what was stored stays.

    Raises:
        StoreBusy: another run is judging.
        StoreError: the store cannot be used.
    """
    started = time.perf_counter()
    with Store.open(config.home) as store, held(config.home, "judge"):
        judge_behaviour(store)
        hashes = stories.inputs(store.connection)
        stale = store.stale(judged.KIND, hashes, VERSION)
        done = 0
        items = [stale[start : start + AT_ONCE] for start in range(0, len(stale), AT_ONCE)]
        processes = (config.processes if processes is None else processes) if len(stale) >= WORTH_WORKERS else 1
        setup = partial(Place, config.home, now())
        for answer in spread(judged_sessions, items, setup=setup, processes=processes):
            check()
            if isinstance(answer, Failed):
                raise answer.error
            if isinstance(answer, Lost):
                continue  # counted below: the next run tries again
            put(store, answer, hashes)
            done += len(answer)
        return Judged(
            sessions=len(hashes),
            judged=done,
            failed=len(stale) - done,
            agents=reads.known_by_agent(store.connection),
            seconds=round(time.perf_counter() - started, 2),
        )


class Place(NamedTuple):
    """Where a worker reads, and what time it is."""

    home: Path
    now: datetime


def judged_sessions(place: Place, sessions: Sequence[bytes]) -> list[Verdict]:
    """The sessions judged; one that is gone by now is left out."""
    with Store.open(place.home, readonly=True) as store:
        return [verdict(story, place.now) for story in stories.stories(store, sessions)]


def verdict(story: Story, now: datetime) -> Verdict:
    """One session judged."""
    result = judged_result(story)
    return Verdict(story.session, judged.packed(result), row_of(story, result, now))


def judged_result(story: Story) -> SessionResult:
    """What became of the session's work, by all that is known of it."""
    return results(story)


def put(store: Store, verdicts: Sequence[Verdict], hashes: dict[bytes, bytes]) -> None:
    """Nothing; all of it is stored, or nothing."""
    with store.writing() as connection:
        entries = [Derived(one.session, hashes[one.session], one.result) for one in verdicts]
        derived.put(connection, judged.KIND, entries, VERSION)
        session_executions.put(connection, [one.row for one in verdicts])


def row_of(story: Story, result: SessionResult, now: datetime) -> SessionExecution:
    """The session's row."""
    tasks = [task for task in working(result) if task.edits]
    first = [task.first_pass for task in tasks]
    files = {path for task in tasks for path in task.files}
    shares = [task.survival for task in tasks if task.survival is not None]
    return SessionExecution(
        session=story.session,
        task=next((task.prompt for task in tasks or result.tasks if task.prompt), None),
        timestamp=story.first_at,
        last_modified=now,
        tool_call_count=sum(moment.step.kind == "call" for moment in story.moments),
        files_modified=len(files),
        user_message_count=sum(moment.human for moment in story.moments),
        tasks=len(tasks),
        corrections=len(result.corrections),
        regeneration_cycles=sum(task.regeneration_cycles for task in tasks),
        first_pass_tasks=first.count(Answer.YES) if tasks and Answer.UNKNOWN not in first else None,
        task_completed=truth(whole(result, "completed").answer),
        corrections_needed=truth(whole(result, "corrected").answer),
        rollback=truth(whole(result, "rolled_back").answer),
        tests_green=truth(whole(result, "tests").answer),
        survived=truth(whole(result, "survived").answer),
        survival=sum(shares) / len(shares) if shares else None,
    )


def truth(answer: Answer) -> bool | None:
    """Yes and no as truth values; unknown is None."""
    return None if answer is Answer.UNKNOWN else answer is Answer.YES
