"""Observe tasks: the steps that each kept and broke, and whether an unwanted outcome followed."""

from collections.abc import Iterable, Iterator, Mapping

from twiceshy.records.observations import BREAKS, Observation
from twiceshy.records.outcomes import Answer, SessionResult
from twiceshy.records.stories import Step
from twiceshy.records.workflow import Compliance, SessionPlace

WORST = {
    "corrected": ("corrected", Answer.YES),
    "rejected": ("rejected", Answer.YES),
    "rolled-back": ("rolled_back", Answer.YES),
    "unfinished": ("completed", Answer.NO),
    "red-tests": ("tests", Answer.NO),
}
"""Outcomes that nobody wants: the field of a task and the answer that means it."""


def observe_tasks(
    place: SessionPlace, in_order: Iterable[Step], found: Compliance, result: SessionResult, outcome: str
) -> Iterator[Observation]:
    """Yield one observation per task whose outcome is known.

    An edit belongs to the task whose prompt came last before it, unless the task was corrected or rolled back
    before: what was done because of an outcome did not lead to it.
    """
    field, worst = WORST[outcome]
    owner = _find_owners(in_order, result)
    did = _find_breaks(found, owner)
    for task in {task.prompt: task for task in result.tasks}.values():
        answer: Answer = getattr(task, field).answer
        if task.prompt not in did or answer is Answer.UNKNOWN:
            continue
        yield Observation(
            unit="task",
            session=place.session,
            project=place.project_name,
            agent=place.agent,
            model=place.model,
            at=place.at,
            did=did[task.prompt],
            became={outcome: answer is worst},
            proof=(task.prompt.hex(),),
        )


def _find_owners(in_order: Iterable[Step], result: SessionResult) -> dict[bytes, bytes]:
    """Return for each step the prompt of the task that it belongs to; empty where it belongs to none."""
    tasks = {task.prompt for task in result.tasks}
    ends = {one.prompt for one in result.corrections} | {one.by for one in result.rollbacks}
    owner: dict[bytes, bytes] = {}
    current = b""
    for step in in_order:
        if step.uid in tasks:
            current = step.uid
        elif step.uid in ends:
            current = b""
        owner[step.uid] = current
    return owner


def _find_breaks(found: Compliance, owner: Mapping[bytes, bytes]) -> dict[bytes, dict[str, bool]]:
    """Return for each task which steps of the workflow it broke or kept."""
    did: dict[bytes, dict[str, bool]] = {}
    for one in found.steps:
        slug = BREAKS + one.step
        for uid in one.kept:
            did.setdefault(owner.get(uid, b""), {}).setdefault(slug, False)
        for uid in one.broken:
            did.setdefault(owner.get(uid, b""), {})[slug] = True
    return did
