"""Workflow advice: from what became of judged tasks to whether each step of a project's workflow is worth it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.capture.projects import ProjectFinder
from twiceshy.config import Config
from twiceshy.flows import judged
from twiceshy.flows.judging import VERSION
from twiceshy.flows.workflow import EVERYTHING, Workflows, plain, read_workflow, root_of, text_of
from twiceshy.outcomes.workflow.check import check
from twiceshy.outcomes.workflow.declared import FILE_NAME
from twiceshy.outcomes.workflow.patch import Patch, patch
from twiceshy.outcomes.workflow.presets import PRESETS
from twiceshy.outcomes.workflow.suggest import BREAKS, suggest
from twiceshy.records.behaviour import Step
from twiceshy.records.look import Scope
from twiceshy.records.observations import Observation
from twiceshy.records.outcomes import Answer, SessionResult
from twiceshy.records.workflow import Compliance, SessionPlace, Suggestion, Workflow, WorkflowStep
from twiceshy.store.db import Store
from twiceshy.store.reads import places, steps

MOST_SESSIONS = 5000
SEED = 1
WORST = {
    "corrected": ("corrected", Answer.YES),
    "rejected": ("rejected", Answer.YES),
    "rolled-back": ("rolled_back", Answer.YES),
    "unfinished": ("completed", Answer.NO),
    "red-tests": ("tests", Answer.NO),
}
"""Outcomes that nobody wants: the field of a task and the answer that means it."""


class Suggested(NamedTuple):
    """What the data say of a project's steps."""

    suggestions: tuple[Suggestion, ...]
    patch: str
    by_hand: tuple[str, ...]
    """Slugs of steps whose change the patch could not hold."""
    sessions: int
    judged: int
    """Of them with judged tasks."""
    said: str


def suggested(config: Config, here: Path, scope: Scope | None, preset: str, outcome: str) -> Suggested:
    """What the data say of the steps that the project one stands in declares, and of a preset's.

    Args:
        config: names the store.
        here: the folder one stands in.
        scope: whose sessions count; None: those of the project one stands in.
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
    whole = replace(workflow, steps=(*workflow.steps, *(_free(step, workflow) for step in candidates)))
    counts = [0, 0]
    with Store.open(config.home, readonly=True) as store:
        wanted = places.newest(store.connection, scope or EVERYTHING, MOST_SESSIONS)
        if scope is None:
            own = ProjectFinder().find(str(here)).identity
            wanted = [place for place in wanted if plain(place.project) == own]
        told = _observations(store, wanted, whole, (Workflows(here), outcome, counts))
        found = suggest(
            workflow,
            whole.steps[len(workflow.steps) :],
            told,
            Random(SEED),  # noqa: S311  # no secret
            outcome=outcome,
        )
    change: Patch = patch(text_of(root / ".twiceshy" / FILE_NAME), f".twiceshy/{FILE_NAME}", found)
    said = f"{', '.join(workflow.sources)} in {root}" if workflow.steps else f"nothing declared in {root}"
    return Suggested(found, change.text, tuple(one.step.slug for one in change.by_hand), counts[0], counts[1], said)


def _free(step: WorkflowStep, workflow: Workflow) -> WorkflowStep:
    """The candidate, renamed where the project uses its name for something else."""
    taken = {one.slug for one in workflow.steps}
    return replace(step, slug=f"{step.slug}-preset") if step.slug in taken else step


def _observations(
    store: Store, wanted: Sequence[SessionPlace], workflow: Workflow, asked: tuple[Workflows, str, list[int]]
) -> Iterator[Observation]:
    """One a judged task: the steps it kept and broke, and whether the outcome followed."""
    workflows, outcome, counts = asked
    by_uid = {place.session: place for place in wanted}
    counts[0] = len(wanted)
    known = {uid: kept for uid in by_uid if (kept := store.derived(judged.KIND, uid)) is not None}
    # what older rules judged is not read: its form may be another
    old = set(store.stale(judged.KIND, {uid: kept.input_hash for uid, kept in known.items()}, VERSION))
    for uid, in_order in steps.steps(store.connection, [uid for uid in known if uid not in old]):
        counts[1] += 1
        place, result = by_uid[uid], judged.unpacked(uid, known[uid].value)
        found = check(in_order, workflow, cwd=place.cwd, root=workflows.of(place).root)
        yield from observed(place, in_order, found, result, outcome)


def observed(
    place: SessionPlace, in_order: Iterable[Step], found: Compliance, result: SessionResult, outcome: str
) -> Iterator[Observation]:
    """One observation a task whose outcome is known.

    An edit belongs to the task whose prompt came last before it, unless the task was corrected or taken back before:
    what was done because of an outcome did not lead to it.
    """
    field, worst = WORST[outcome]
    known = {task.prompt: task for task in result.tasks}
    ends = {one.prompt for one in result.corrections} | {one.by for one in result.rollbacks}
    owner: dict[bytes, bytes] = {}
    current = b""
    for step in in_order:
        current = step.uid if step.uid in known else b"" if step.uid in ends else current
        owner[step.uid] = current
    did: dict[bytes, dict[str, bool]] = {}
    for step_result in found.steps:
        slug = BREAKS + step_result.step
        for uids, broke in ((step_result.kept, False), (step_result.broken, True)):
            for uid in uids:
                told = did.setdefault(owner.get(uid, b""), {})
                told[slug] = told.get(slug, False) or broke
    for prompt, task in known.items():
        answer: Answer = getattr(task, field).answer
        if prompt not in did or answer is Answer.UNKNOWN:
            continue
        yield Observation(
            unit="task",
            session=place.session,
            project=place.project_name,
            agent=place.agent,
            model=place.model,
            at=place.at,
            did=did[prompt],
            became={outcome: answer is worst},
            proof=(prompt.hex(),),
        )
