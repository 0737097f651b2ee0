"""Read what judging found of the sessions in scope, as insights about work need it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from twiceshy.flows.judge.workflow_compliance import Workflows
from twiceshy.records.values import Scope
from twiceshy.records.workflow import Compliance, SessionPlace, StepVerdict, WorkflowStep
from twiceshy.report.insights.judged_work import JudgedWork, RuleKeeping
from twiceshy.store.db import Store
from twiceshy.store.reads import judged_work as reads
from twiceshy.store.reads import session_places, steps
from twiceshy.workflow.compliance import check_compliance

_MOST_CHECKED = 200
"""Newest sessions that are held against a declared workflow (guess, 2026-11-22: a session takes about 3 ms)."""


def read_judged_work(store: Store, scope: Scope, here: Path) -> JudgedWork:
    """Return what judging found; ``here`` is the current folder, whose workflow is that of its project's clones."""
    results = reads.read_results(store.connection, scope)
    prompts = {one.prompt for result in results.values() for one in result.corrections}
    return JudgedWork(
        results=results,
        fates=reads.read_fates(store.connection, scope),
        words=reads.read_first_words(store.connection, prompts),
        rules=tuple(_read_rules(store, scope, Workflows(here))),
    )


class _CheckedSession(NamedTuple):
    """One session against the workflow that its project declares."""

    place: SessionPlace
    steps: tuple[WorkflowStep, ...]
    compliance: Compliance


def _read_rules(store: Store, scope: Scope, workflows: Workflows) -> Iterator[RuleKeeping]:
    """Yield each declared step of each project with what kept and what broke it."""
    by_step: dict[tuple[str, str], list[_CheckedSession]] = defaultdict(list)
    for checked in _check_sessions(store, scope, workflows):
        for step in checked.steps:
            by_step[checked.place.project, step.slug].append(checked)
    for (project, slug), some in by_step.items():
        yield _sum_up(project, slug, some)


def _check_sessions(store: Store, scope: Scope, workflows: Workflows) -> Iterator[_CheckedSession]:
    """Yield the sessions whose project declares a workflow, oldest first."""
    found = {
        place.session: (place, declared)
        for place in reversed(session_places.read_newest(store.connection, scope, _MOST_CHECKED))
        if (declared := workflows.of(place)).workflow.steps
    }
    known = dict(steps.read_steps(store.connection, list(found))) if found else {}
    for uid, (place, declared) in found.items():
        kept = check_compliance(known.get(uid, ()), declared.workflow, cwd=place.cwd, root=declared.root)
        yield _CheckedSession(place, declared.workflow.steps, kept)


def _sum_up(project: str, slug: str, checked: Iterable[_CheckedSession]) -> RuleKeeping:
    """Return how far one step was kept; where it is declared as the newest session has it."""
    kept, broken = list[bytes](), list[bytes]()
    file, line = "", 0
    for one in checked:
        declared = next(step.declared for step in one.steps if step.slug == slug)
        file, line = declared.file, declared.line
        for result in one.compliance.steps:
            if result.step == slug and result.verdict is StepVerdict.KEPT:
                kept.append(one.place.session)
            elif result.step == slug and result.verdict is StepVerdict.VIOLATED:
                broken += result.broken
    return RuleKeeping(project, slug, file, line, tuple(kept), tuple(broken))
