"""Judge sessions: find the outcomes of the work of those whose log or links changed since they were last judged.

Stories are read and judged in parallel in workers, which only read. One writer stores what is derived of a group
of sessions with their rows of ``session_executions`` in one transaction. It may be killed at any moment and goes
on from there.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import call_fates, commit_fates, derived_values, observations, scored_edits, session_results
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads import judgements as reads
from twiceshy.archive.reads import stories
from twiceshy.archive.reads.ratings import hash_ratings, read_ratings_of_session
from twiceshy.archive.stored_attempts import ATTEMPTS
from twiceshy.archive.stored_attempts import KIND as ATTEMPTS_KIND
from twiceshy.base.config import Config
from twiceshy.base.errors import TwiceshyError
from twiceshy.base.spread import FailedItem, LostItem, spread
from twiceshy.judgement.outcomes import corrections, observe, session_attempts, working_style_counts
from twiceshy.judgement.outcomes import task_results as outcomes
from twiceshy.judgement.outcomes.evidence import find_call_fates, gather_evidence
from twiceshy.judgement.outcomes.task_results import answer_for_session, apply_ratings, judge_evidence, tasks_with_edits
from twiceshy.judgement.recipes import later_corrections
from twiceshy.judgement.recipes.effect_questions import store_costly_habits
from twiceshy.judgement.recipes.later_corrections import look_back
from twiceshy.judgement.recipes.link_sessions import link_sessions
from twiceshy.judgement.recipes.workflow_compliance import SessionWorkflow, Workflows
from twiceshy.judgement.workflow import compliance as workflow_check
from twiceshy.logs.collect.judge_behaviour import judge_behaviour
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.readers import speaker_of, traits_of
from twiceshy.records.findings import EditWithScore
from twiceshy.records.outcomes import Answer, Correction, JudgeSummary, Ratings, SessionExecution, SessionResult, Task
from twiceshy.records.stories import Story
from twiceshy.records.workflow import NOTHING_DECLARED, Compliance
from twiceshy.score.aggregate import ScoredDiffs, list_diffs, rate_calls

VERSION = int(
    "".join(
        f"{version:02}"
        for version in (
            outcomes.VERSION,
            observe.VERSION,
            working_style_counts.VERSION,
            corrections.VERSION,
            workflow_check.VERSION,
            session_attempts.VERSION,
        )
    )
)
"""Of all rules that a judgement depends on, two digits each."""
AT_ONCE = 20
"""Sessions an item: enough that a worker's round trip does not count, few enough that a kill costs little (guess,
2026-11-21)."""
WORTH_WORKERS = 60
"""Sessions; with fewer, starting workers costs more than it saves (measured, 2026-11-21: 1 s of 400
sessions' 6 s)."""


class _SessionToJudge(NamedTuple):
    """One session to judge."""

    session: bytes
    declared: SessionWorkflow | None
    """The workflow that it is held to; None where none is declared."""


class _SessionVerdict(NamedTuple):
    """The encoded results of judging one session, and its row."""

    session: bytes
    result: bytes
    observations: bytes
    style: bytes
    fates: bytes
    attempts: bytes
    row: SessionExecution


def judge(
    config: Config,
    *,
    processes: int | None = None,
    pause: Callable[[], None] = lambda: None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    folders: Sequence[str] = (),
) -> JudgeSummary:
    """Judge the sessions that changed; return how many were judged, and how much is known.

    ``pause`` is called between groups and may raise to end the run; what was stored stays. ``progress`` gets how many
    sessions are done, and of how many. ``folders``: as of ``link_sessions``.

    Raises:
        StoreBusy: another run is judging.
        StoreError: the store cannot be used.
    """
    started = time.perf_counter()
    with Store.open(config.home) as store, hold_lock(config.home, "judge"):
        judge_behaviour(store)
        faults = StepFaults(store, "judge", VERSION)
        _link(store, config, faults, folders)
        with faults.guard(b"later", "corrections by later sessions"):
            look_back(store)
        declared = _find_workflows(store)
        hashes = _hash_inputs(store, declared)
        stale = faults.select(store.find_stale(session_results.KIND, hashes, VERSION), hashes)
        done = 0
        progress(done, len(stale))
        asked = [_SessionToJudge(uid, declared.found.get(uid)) for uid in stale]
        items = [asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE)]
        processes = (config.processes if processes is None else processes) if len(stale) >= WORTH_WORKERS else 1
        setup = partial(_WorkerContext, config.home, now())
        for answer in spread(_judge_group, items, setup=setup, processes=processes):
            pause()
            if isinstance(answer, FailedItem) and isinstance(answer.error, TwiceshyError):
                raise answer.error
            if isinstance(answer, LostItem):
                continue  # counted below: the next run tries again
            if isinstance(answer, FailedItem):
                done += _judge_one_by_one(store, setup(), answer.item, hashes, faults)
                continue
            done += _store_group(store, answer, hashes, faults)
            progress(done, len(stale))
        with faults.guard(b"effects", "effects of habits"):
            store_costly_habits(store)
        return JudgeSummary(
            sessions=len(hashes),
            judged=done,
            failed=len(stale) - done,
            agents=reads.count_outcomes_by_agent(store.connection),
            seconds=round(time.perf_counter() - started, 2),
        )


def _hash_inputs(store: Store, declared: "_DeclaredWorkflows") -> dict[bytes, bytes]:
    """Return for each session a hash of all that its judgement is made of."""
    kinds = (commit_fates.KIND, later_corrections.LATER, scored_edits.SCORE)
    besides = [reads.hash_values(store.connection, kind) for kind in kinds] + [hash_ratings(store.connection)]
    return {
        uid: b"".join((known, declared.hash_of(uid), *(some.get(uid, b"") for some in besides)))
        for uid, known in stories.hash_inputs(store.connection).items()
    }


def link_stored(config: Config, folders: Sequence[str] = ()) -> None:
    """Link sessions to commits, so that what scores them knows which lines survived; ``judge`` does it too.

    ``folders``: as of ``link_sessions``.

    Raises:
        StoreBusy: another run is judging.
        StoreError: the store cannot be used.
    """
    with Store.open(config.home) as store, hold_lock(config.home, "judge"):
        _link(store, config, StepFaults(store, "judge", VERSION), folders)


def _link(store: Store, config: Config, faults: StepFaults, folders: Sequence[str]) -> None:
    with faults.guard(b"links", "links to commits"):
        link_sessions(store, config, folders)


def _store_group(
    store: Store, verdicts: Sequence["_SessionVerdict"], hashes: dict[bytes, bytes], faults: StepFaults
) -> int:
    """Store verdicts; return how many could be."""
    by_session = {one.session: one for one in verdicts}

    def act(some: list[bytes]) -> None:
        _store_verdicts(store, [by_session[uid] for uid in some], hashes)

    return len(faults.act_on(list(by_session), act, hashes))


def _judge_one_by_one(
    store: Store,
    place: "_WorkerContext",
    asked: Sequence[_SessionToJudge],
    hashes: dict[bytes, bytes],
    faults: StepFaults,
) -> int:
    """Judge the sessions of a group that failed, each alone; return how many could be judged."""
    done = 0
    for one in asked:
        with faults.guard(one.session, given=hashes[one.session]):
            verdicts = _judge_group(place, [one])
            _store_verdicts(store, verdicts, hashes)
            done += len(verdicts)
    return done


class _WorkerContext(NamedTuple):
    """The data folder that a worker reads, and the time."""

    home: Path
    now: datetime


class _DeclaredWorkflows(NamedTuple):
    """The workflows that sessions have to follow."""

    found: dict[bytes, SessionWorkflow]
    """Of sessions of projects that declare one."""

    def hash_of(self, session: bytes) -> bytes:
        """Return a hash that changes with the workflow that the session has to follow; empty without one."""
        found = self.found.get(session)
        return b"" if found is None else blake2b(repr(found.workflow).encode(), digest_size=8).digest()


def _find_workflows(store: Store) -> _DeclaredWorkflows:
    """Return what the projects' folders declare today for the stored sessions."""
    workflows = Workflows(Path.cwd())
    places = reads.read_folders(store.connection)
    found = {uid: workflows.of(place) for uid, place in places.items()}
    return _DeclaredWorkflows({uid: one for uid, one in found.items() if one.workflow.steps})


def _judge_group(place: _WorkerContext, asked: Sequence[_SessionToJudge]) -> list[_SessionVerdict]:
    """Judge a group of sessions; one that no longer exists is left out."""
    declared = {one.session: one.declared for one in asked}
    with Store.open(place.home, readonly=True) as store:
        return [
            _judge_session(story, _gather_context(store, story.session, declared[story.session]), store.body, place.now)
            for story in stories.read_stories(store, list(declared))
        ]


class _SessionContext(NamedTuple):
    """What is known of a session besides its log."""

    declared: SessionWorkflow | None = None
    survival: Mapping[bytes, float] = {}
    """Of calls whose lines were found in commits the share that is alive."""
    reverted: Mapping[str, str] = {}
    """Commits of the session that were rolled back as a whole, and by which."""
    later: Sequence[Correction] = ()
    """Of its work by later sessions."""
    edits: Sequence[EditWithScore] = ()
    """Those that were scored."""
    ratings: Ratings = Ratings()
    """What people said of it and of its chats."""


_REVERTS = frozenset({"revert-said", "revert-lines"})
"""Kinds of ``Reversal`` that roll a commit back; others put something else in its place."""


def _gather_context(store: Store, session: bytes, declared: SessionWorkflow | None) -> _SessionContext:
    """Return what is known of the session besides its log."""
    later = later_corrections.read_later_corrections(store, session)
    edits = scored_edits.read_scored_edits(store, session)
    said = read_ratings_of_session(store.connection, session)
    fate = commit_fates.fate_of_session(store, session)
    if fate is None:
        return _SessionContext(declared, later=later, edits=edits, ratings=said)
    reverted = {one.commit_hash: one.by for one in fate.undone if one.kind in _REVERTS}
    return _SessionContext(declared, fate.calls, reverted, later, edits, said)


def _judge_session(
    story: Story, known: _SessionContext, text_of: Callable[[bytes], str], now: datetime
) -> _SessionVerdict:
    """Judge one session."""
    found = (*corrections.find_corrections(story, speaker_of(story.agent)), *known.later)
    facts = gather_evidence(story, corrections=found, survival=known.survival, reverted=known.reverted)
    result = apply_ratings(facts, judge_evidence(facts), known.ratings)
    compliance = _check_compliance(story, known.declared)
    style = working_style_counts.count_working_style(story, text_of)
    risks = rate_calls(known.edits)
    traits = traits_of(story.agent)
    return _SessionVerdict(
        session=story.session,
        result=session_results.encode_result(result),
        observations=observations.encode_observations(
            observe.observe(facts, result, compliance=compliance, risks=risks)
        ),
        style=observations.STYLE_FORM.encode(style),
        fates=call_fates.encode_fates(find_call_fates(facts)),
        attempts=ATTEMPTS.encode(
            session_attempts.list_attempts(facts.story, facts.checked, traits.asks, keeps_folder=traits.keeps_folder)
        ),
        row=_row_of(story, result, compliance, now, list_diffs(known.edits)),
    )


def _check_compliance(story: Story, declared: SessionWorkflow | None) -> Compliance:
    """Return how far the session followed the workflow that its project declares."""
    if declared is None:
        return NOTHING_DECLARED
    steps = [moment.step for moment in story.moments if moment.step.kind != "reply"]
    return workflow_check.check_compliance(steps, declared.workflow, cwd=story.cwd or "", root=declared.root)


def _store_verdicts(store: Store, verdicts: Sequence[_SessionVerdict], hashes: dict[bytes, bytes]) -> None:
    """Store all of it in one transaction."""
    with store.begin_writing() as connection:
        for kind, field in (
            (session_results.KIND, "result"),
            (observations.KIND, "observations"),
            (observations.STYLE, "style"),
            (call_fates.KIND, "fates"),
            (ATTEMPTS_KIND, "attempts"),
        ):
            entries = [DerivedValue(one.session, hashes[one.session], getattr(one, field)) for one in verdicts]
            derived_values.put(connection, kind, entries, VERSION)
        session_results.put(connection, [one.row for one in verdicts])


def _row_of(
    story: Story, result: SessionResult, compliance: Compliance, now: datetime, diffs: ScoredDiffs
) -> SessionExecution:
    """Return the session's row."""
    tasks = [task for task in tasks_with_edits(result) if task.edits]
    return SessionExecution(
        session=story.session,
        task=next((task.prompt for task in tasks or result.tasks if task.prompt), None),
        timestamp=story.first_at,
        last_modified=now,
        tool_call_count=sum(moment.step.kind == "call" for moment in story.moments),
        files_modified=len(set(chain.from_iterable(task.files for task in tasks))),
        user_message_count=sum(moment.human for moment in story.moments),
        tasks=len(tasks),
        corrections=len(result.corrections),
        regeneration_cycles=sum(task.regeneration_cycles for task in tasks),
        first_pass_tasks=_count_first_passes(tasks),
        risk_score=diffs.mean,
        diffs_scored=diffs.listed,
        task_completed=_to_bool(answer_for_session(result, "completed").answer),
        corrections_needed=_to_bool(answer_for_session(result, "corrected").answer),
        rollback=_to_bool(answer_for_session(result, "rolled_back").answer),
        tests_green=_to_bool(answer_for_session(result, "tests").answer),
        survived=_to_bool(answer_for_session(result, "survived").answer),
        survival=_mean_survival(tasks),
        workflow_compliant=compliance.compliant,
        compliance_score=compliance.score,
    )


def _count_first_passes(tasks: Sequence[Task]) -> int | None:
    """Return how many tasks were right at first; None without tasks, or where one of them is unknown."""
    first = [task.first_pass for task in tasks]
    return first.count(Answer.YES) if first and Answer.UNKNOWN not in first else None


def _mean_survival(tasks: Sequence[Task]) -> float | None:
    """Return the mean share of the tasks' lines that is alive; None where none is known."""
    shares = [task.survival for task in tasks if task.survival is not None]
    return sum(shares) / len(shares) if shares else None


def _to_bool(answer: Answer) -> bool | None:
    """Return yes and no as truth values; None for unknown."""
    return None if answer is Answer.UNKNOWN else answer is Answer.YES
