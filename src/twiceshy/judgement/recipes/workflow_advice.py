"""Advise on a project's workflow: from the outcomes of judged tasks, tell whether each step is worth it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.archive import session_results
from twiceshy.archive.db import Store
from twiceshy.archive.reads import sessions as session_reads
from twiceshy.archive.reads import stories
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.judgement.recipes.judge_sessions import VERSION
from twiceshy.judgement.recipes.workflow_compliance import EVERYTHING, Workflows, read_text, read_workflow, root_of
from twiceshy.judgement.workflow.compliance import check_compliance
from twiceshy.judgement.workflow.suggest import observe_tasks, suggest
from twiceshy.judgement.workflow.workflow_file import FILE_NAME, PRESETS, WorkflowPatch, build_patch
from twiceshy.logs.history.project_here import make_finder
from twiceshy.logs.local_paths import to_local_path
from twiceshy.records.effects import Observation
from twiceshy.records.workflow import SessionPlace, StepSuggestion, Workflow, WorkflowStep

_MOST_SESSIONS = 5000
"""Newest sessions that count (guess, 2026-11-21)."""
_SEED = 1


class WorkflowAdvice(NamedTuple):
    """What the data say of a project's steps."""

    suggestions: tuple[StepSuggestion, ...]
    patch: str
    by_hand: tuple[str, ...]
    """Slugs of steps whose change the patch could not hold."""
    sessions: int
    judged: int
    """Of them with judged tasks."""
    said: str


class _Counted(NamedTuple):
    """Sessions of the projects that are asked about."""

    own: set[bytes]
    judged: set[bytes]


def suggest_changes(config: Config, here: Path, scope: Scope | None, preset: str, outcome: str) -> WorkflowAdvice:
    """Return what the data say of the current project's declared steps, and of a preset's steps.

    Args:
        config: names the store.
        here: the current folder.
        scope: whose sessions count; None: those of the current folder's project.
        preset: candidates.
        outcome: one of ``WORST``.

    Raises:
        ConfigError: the project's workflow cannot be read.
        NotFound: nothing was ever stored.
    """
    root = root_of(here)
    workflow = read_workflow(root)
    kinds = {(step.kind, step.commands, step.files) for step in workflow.steps}
    candidates = [step for step in PRESETS[preset] if (step.kind, step.commands, step.files) not in kinds]
    whole = replace(workflow, steps=(*workflow.steps, *(_rename_if_taken(step, workflow) for step in candidates)))
    counts = _Counted(set(), set())
    with Store.open(config.home, readonly=True) as store:
        wanted = session_reads.read_newest(store.connection, scope or EVERYTHING, _MOST_SESSIONS)
        identity = make_finder(store).find(str(here)).identity
        mine = [one for one in wanted if scope is not None or to_local_path(one.project) == identity]
        counts.own.update(place.session for place in mine)
        seen = _read_observations(store, wanted, whole, (Workflows(here), outcome, counts))
        found = suggest(
            workflow,
            whole.steps[len(workflow.steps) :],
            seen,
            Random(_SEED),  # noqa: S311  # no secret
            outcome=outcome,
            own={place.project_name for place in mine} if scope is None else None,
        )
    change: WorkflowPatch = build_patch(read_text(root, f".twiceshy/{FILE_NAME}"), f".twiceshy/{FILE_NAME}", found)
    said = f"{', '.join(workflow.sources)} in {root}" if workflow.steps else f"nothing declared in {root}"
    return WorkflowAdvice(
        found, change.text, tuple(one.step.slug for one in change.by_hand), len(counts.own), len(counts.judged), said
    )


def _rename_if_taken(step: WorkflowStep, workflow: Workflow) -> WorkflowStep:
    """Rename the candidate if the project uses its name for something else."""
    taken = {one.slug for one in workflow.steps}
    return replace(step, slug=f"{step.slug}-preset") if step.slug in taken else step


def _read_observations(
    store: Store, wanted: Sequence[SessionPlace], workflow: Workflow, asked: tuple[Workflows, str, _Counted]
) -> Iterator[Observation]:
    """Yield one observation per judged task: the steps it kept and broke, and whether the outcome followed."""
    workflows, outcome, counts = asked
    by_uid = {place.session: place for place in wanted}
    known = {uid: kept for uid in by_uid if (kept := store.get_derived(session_results.KIND, uid)) is not None}
    # what older rules judged is not read: its form may be another
    old = set(store.find_stale(session_results.KIND, {uid: kept.input_hash for uid, kept in known.items()}, VERSION))
    for uid, in_order in stories.read_steps(store.connection, [uid for uid in known if uid not in old]):
        counts.judged.update({uid} & counts.own)
        place, result = by_uid[uid], session_results.decode_result(uid, known[uid].value)
        found = check_compliance(in_order, workflow, cwd=place.cwd, root=workflows.of(place).root)
        yield from observe_tasks(place, in_order, found, result, outcome)
