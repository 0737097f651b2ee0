"""Compliance: one session's steps against the declared workflow. Pure, and linear in the steps."""

from collections.abc import Iterable, Sequence

from twiceshy.judgement.workflow.seen_files import ProjectPaths, SeenFiles, find_edited_files
from twiceshy.judgement.workflow.step_kinds import KINDS, Companions, StepCheck
from twiceshy.records.events import HUMAN_KINDS
from twiceshy.records.stories import Step
from twiceshy.records.workflow import NOTHING_DECLARED, Compliance, StepLevel, StepResult, StepVerdict, Workflow

VERSION = 2
"""Goes up when the same steps may be judged otherwise: what was derived is then computed again."""


def check_compliance(
    steps: Iterable[Step],
    workflow: Workflow,
    *,
    companions: Companions | None = None,
    cwd: str = "",
    root: str = "",
) -> Compliance:
    """Return how far the session followed the workflow; all empty where nothing is declared.

    Args:
        steps: in order, of the main dialogue and all subagents.
        workflow: the project's.
        companions: for a file those that belong to it, for ``related-files-before-edit``.
        cwd: the session's working folder as the log has it, from which the steps' relative paths count.
        root: the project's folder, spelled the same way; empty: ``cwd``. Both empty: unknown.
    """
    if not workflow.steps:
        return NOTHING_DECLARED
    names = ProjectPaths(cwd, root)
    sight = SeenFiles(names)
    rules = [KINDS[step.kind](step, sight, companions or {}) for step in workflow.steps]
    for step in steps:
        _take_step(step, rules, sight)
    for rule in rules:
        rule.end()
    return _sum_up(rules)


def _take_step(step: Step, rules: Sequence[StepCheck], sight: SeenFiles) -> None:
    if step.kind == "call":
        changed = find_edited_files(step, sight.names)
        for rule in rules:
            rule.call(step, changed)
        sight.observe_call(step, changed)
    elif step.kind == "prompt":
        if step.name in HUMAN_KINDS:  # what a program wrote or a client repeats is no new task
            for rule in rules:
                rule.prompt()
        sight.observe_prompt(step)
    else:
        sight.observe_mark(step)


def _sum_up(rules: list[StepCheck]) -> Compliance:
    results = tuple(rule.result() for rule in rules)
    applied = [result for result in results if result.verdict is not StepVerdict.NOT_APPLICABLE]
    strict = [result for result in applied if result.level is StepLevel.MANDATORY]
    return Compliance(
        compliant=all(map(_is_kept, strict)) if strict else None,
        score=sum(map(_is_kept, applied)) / len(applied) if applied else None,
        steps=results,
        violations=tuple(violation for rule in rules for violation in rule.violations()),
    )


def _is_kept(result: StepResult) -> bool:
    return result.verdict is StepVerdict.KEPT
