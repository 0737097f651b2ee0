"""Judging: what became of each session's work, for those whose log or links changed since they were last judged.

Stories are told and judged side by side in workers, which only read; one writer stores what is derived of a group of
sessions with their rows of ``session_executions`` in one transaction. Killed at any moment, it goes on from there.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.config import Config
from twiceshy.flows import judged, looking_back, observed, scored, survival
from twiceshy.flows.effects import keep_costly
from twiceshy.flows.judge import judge_behaviour
from twiceshy.flows.links import link_sessions
from twiceshy.flows.looking_back import look_back
from twiceshy.flows.workflow import Found, Workflows
from twiceshy.outcomes import corrections, observe, working_style
from twiceshy.outcomes import results as outcomes
from twiceshy.outcomes.evidence import evidence
from twiceshy.outcomes.results import results_of, whole, working
from twiceshy.outcomes.workflow import check as workflow_check
from twiceshy.records.judged import Judged, SessionExecution
from twiceshy.records.outcomes import Answer, Correction, SessionResult
from twiceshy.records.story import Story
from twiceshy.records.workflow import NOTHING_DECLARED, Compliance
from twiceshy.spread import Failed, Lost, spread
from twiceshy.store import derived, session_executions
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.lock import held
from twiceshy.store.reads import judged as reads
from twiceshy.store.reads import stories
from twiceshy.store.session_executions import Risk

VERSION = int(
    "".join(
        f"{version:02}"
        for version in (
            outcomes.VERSION,
            observe.VERSION,
            working_style.VERSION,
            corrections.VERSION,
            workflow_check.VERSION,
        )
    )
)
"""Of all rules that a judgement depends on, two digits each."""
AT_ONCE = 20
"""Sessions an item: enough that a worker's round trip does not count, few enough that a kill costs little (guess)."""
WORTH_WORKERS = 60
"""Sessions; with fewer, starting workers costs more than it saves (1 s of 400 sessions' 6 s, 21 November 2026)."""


class Asked(NamedTuple):
    """One session to judge."""

    session: bytes
    declared: Found | None
    """The workflow that it is held to; None where none is declared."""


class Verdict(NamedTuple):
    """What one session's judging gave, packed, and its row."""

    session: bytes
    result: bytes
    observations: bytes
    style: bytes
    row: SessionExecution


def judge(
    config: Config,
    *,
    processes: int | None = None,
    pause: Callable[[], None] = lambda: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Judged:
    """What was judged, and how much is known.

    ``pause`` is called between groups and may raise to end the run; what was stored stays.

    Raises:
        StoreBusy: another run is judging.
        StoreError: the store cannot be used.
    """
    started = time.perf_counter()
    with Store.open(config.home) as store, held(config.home, "judge"):
        judge_behaviour(store)
        link_sessions(store, config)
        look_back(store)
        declared = workflows_of(store)
        fates = reads.marks(store.connection, survival.KIND)
        corrected = reads.marks(store.connection, looking_back.LATER)
        risks = reads.marks(store.connection, scored.SCORE)
        hashes = {
            uid: known + declared.mark(uid) + fates.get(uid, b"") + corrected.get(uid, b"") + risks.get(uid, b"")
            for uid, known in stories.inputs(store.connection).items()
        }
        stale = store.stale(judged.KIND, hashes, VERSION)
        done = 0
        asked = [Asked(uid, declared.found.get(uid)) for uid in stale]
        items = [asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE)]
        processes = (config.processes if processes is None else processes) if len(stale) >= WORTH_WORKERS else 1
        setup = partial(Place, config.home, now())
        for answer in spread(judged_sessions, items, setup=setup, processes=processes):
            pause()
            if isinstance(answer, Failed):
                raise answer.error
            if isinstance(answer, Lost):
                continue  # counted below: the next run tries again
            put(store, answer, hashes)
            done += len(answer)
        keep_costly(store)
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


class Declared(NamedTuple):
    """The workflows that sessions are held to."""

    found: dict[bytes, Found]
    """Of sessions of projects that declare one."""

    def mark(self, session: bytes) -> bytes:
        """A hash that changes with what the session is held to; empty where that is nothing."""
        found = self.found.get(session)
        return b"" if found is None else blake2b(repr(found.workflow).encode(), digest_size=8).digest()


def workflows_of(store: Store) -> Declared:
    """What is declared for the stored sessions by the projects' folders as they are now."""
    workflows = Workflows(Path.cwd())
    places = reads.folders(store.connection)
    found = {uid: workflows.of(place) for uid, place in places.items()}
    return Declared({uid: one for uid, one in found.items() if one.workflow.steps})


def judged_sessions(place: Place, asked: Sequence[Asked]) -> list[Verdict]:
    """The sessions judged; one that is gone by now is left out."""
    declared = {one.session: one.declared for one in asked}
    with Store.open(place.home, readonly=True) as store:
        return [
            verdict(story, known_of(store, story.session, declared[story.session]), store.body, place.now)
            for story in stories.stories(store, list(declared))
        ]


class Known(NamedTuple):
    """What is known of a session beside its log."""

    declared: Found | None = None
    survival: Mapping[bytes, float] = {}
    """Of calls whose lines were found in commits the share that is alive."""
    reverted: Mapping[str, str] = {}
    """Commits of the session that were taken back whole, and by which."""
    later: Sequence[Correction] = ()
    """Of its work by later sessions."""
    edits: Sequence[scored.Edited] = ()
    """Those that were scored."""


REVERTS = frozenset({"revert-said", "revert-lines"})
"""Kinds of ``Undoing`` that take a commit back; others put something else in its place."""


def known_of(store: Store, session: bytes, declared: Found | None) -> Known:
    """What is known of the session beside its log."""
    later = looking_back.later(store, session)
    edits = scored.of_session(store, session)
    fate = survival.fate_of_session(store, session)
    if fate is None:
        return Known(declared, later=later, edits=edits)
    reverted = {one.commit_hash: one.by for one in fate.undone if one.kind in REVERTS}
    return Known(declared, fate.calls, reverted, later, edits)


def verdict(story: Story, known: Known, text_of: Callable[[bytes], str], now: datetime) -> Verdict:
    """One session judged."""
    found = (*corrections.corrections(story), *known.later)
    facts = evidence(story, corrections=found, survival=known.survival, reverted=known.reverted)
    result = results_of(facts)
    compliance = kept_to(story, known.declared)
    style = working_style.working_style(story, text_of)
    risks = scored.bands_of(known.edits)
    return Verdict(
        session=story.session,
        result=judged.packed(result),
        observations=observed.packed(observe.observe(facts, result, compliance=compliance, risks=risks)),
        style=observed.packed_style(style),
        row=row_of(story, result, compliance, now, scored.risk_of(story.session, [one.score for one in known.edits])),
    )


def kept_to(story: Story, declared: Found | None) -> Compliance:
    """How far the session kept what its project declares."""
    if declared is None:
        return NOTHING_DECLARED
    steps = [moment.step for moment in story.moments if moment.step.kind != "reply"]
    return workflow_check.check(steps, declared.workflow, cwd=story.cwd or "", root=declared.root)


def put(store: Store, verdicts: Sequence[Verdict], hashes: dict[bytes, bytes]) -> None:
    """Nothing; all of it is stored, or nothing."""
    with store.writing() as connection:
        for kind, field in ((judged.KIND, "result"), (observed.KIND, "observations"), (observed.STYLE, "style")):
            entries = [Derived(one.session, hashes[one.session], getattr(one, field)) for one in verdicts]
            derived.put(connection, kind, entries, VERSION)
        session_executions.put(connection, [one.row for one in verdicts])


def row_of(story: Story, result: SessionResult, compliance: Compliance, now: datetime, risk: Risk) -> SessionExecution:
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
        risk_score=risk.value,
        diffs_scored=None if risk.diffs is None else json.dumps(risk.diffs, separators=(",", ":")),
        task_completed=truth(whole(result, "completed").answer),
        corrections_needed=truth(whole(result, "corrected").answer),
        rollback=truth(whole(result, "rolled_back").answer),
        tests_green=truth(whole(result, "tests").answer),
        survived=truth(whole(result, "survived").answer),
        survival=sum(shares) / len(shares) if shares else None,
        workflow_compliant=compliance.compliant,
        compliance_score=compliance.score,
    )


def truth(answer: Answer) -> bool | None:
    """Yes and no as truth values; unknown is None."""
    return None if answer is Answer.UNKNOWN else answer is Answer.YES
