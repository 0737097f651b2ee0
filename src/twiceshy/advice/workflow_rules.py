"""Declared workflow steps as rules of the gate, each with its measured effect on tasks that skipped it.

A step becomes a rule only if the gate can see for certain whether it was kept: a file edited unread, an edit
before any search, an edit before a command that has to come first. If a command may have run behind another (``cd
web && …``, ``uv run …``), nothing is said. A recommended step warns; a mandatory one refuses the call if the user
allows that (``advice.enforce_workflow``).
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from twiceshy.advice.phrase import phrase_step
from twiceshy.commands.keys.gate_keys import key_of_folder, make_spool_word
from twiceshy.records.observations import BREAKS, Observation
from twiceshy.records.rules import Level, TrialSummary
from twiceshy.records.workflow import StepKind, WorkflowStep
from twiceshy.records.workflow import StepLevel as Duty
from twiceshy.stats.text.foreign_names import quote_command, quote_name

_WRAPPERS = (
    *(
        "cd",
        "uv",
        "poetry",
        "pipx",
        "npx",
        "env",
        "sudo",
        "bash",
        "sh",
        "zsh",
        "timeout",
        "time",
        "nice",
        "make",
        "just",
    ),
    *("docker", "mise", "direnv", "source", "export", "set", "python", "python3", "npm", "pnpm", "yarn", "bun"),
)
"""Programs behind which another may run."""
StepEffects = dict[tuple[str, str], TrialSummary]
"""By project and step: tasks that skipped it and those that did not, and how many of each were corrected."""


class StepRule(NamedTuple):
    """One step as a rule, before its words are scrubbed."""

    key: bytes
    slug: str
    project: str
    condition: str
    level: Level
    words: str
    tried: TrialSummary


def build_step_rule(
    step: WorkflowStep, folder: str, project: str, effects: StepEffects, salt: bytes, *, enforce: bool
) -> StepRule | None:
    """Return the step as a rule for a folder; None if the gate cannot see whether it was kept."""
    condition = condition_of(step, salt)
    if not condition:
        return None
    tried = effects.get((project, step.slug), TrialSummary())
    level = Level.BLOCK if enforce and step.level is Duty.MANDATORY else Level.WARN
    words = phrase_step(quote_name(step.slug), step.level, _phrase_request(step), tried)
    return StepRule(key_of_folder(folder, salt), step.slug, project, condition, level, words, tried)


def condition_of(step: WorkflowStep, salt: bytes) -> str:
    """Return the gate's condition for a step; empty if the gate cannot see for certain whether it was kept."""
    if step.paths or step.unless or step.files == "new":
        return ""
    if step.kind is StepKind.READ_BEFORE_EDIT:
        return "unread"
    if step.kind is StepKind.SEARCH_BEFORE_EDIT and not step.commands:
        return "unsearched"
    if step.kind is StepKind.MUST_RUN_BEFORE_EDIT and step.commands and not step.tools:
        return _build_run_condition(step.commands, salt)
    return ""


def _build_run_condition(commands: Iterable[str], salt: bytes) -> str:
    """Return the condition that no such command ran; empty where a command's program is a pattern."""
    programs = [command.split()[0] for command in commands if command.split()]
    if any(set(program) & set("*?[") for program in programs):
        return ""
    return "never:" + ",".join(make_spool_word(name, salt) for name in dict.fromkeys([*programs, *_WRAPPERS]))


def _phrase_request(step: WorkflowStep) -> str:
    """Return in words what the step asks for."""
    if step.kind is StepKind.MUST_RUN_BEFORE_EDIT:
        commands = [shown for one in step.commands[:3] if (shown := quote_command(one))]
        return f"{' or '.join(commands) or 'a command'} before the first edit"
    return "reading a file before it is edited" if step.kind is StepKind.READ_BEFORE_EDIT else "a search before an edit"


def measure_steps(observations: Iterable[Observation]) -> StepEffects:
    """Count by project and step the tasks that skipped it and those that did not, and the corrected ones of each."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in observations:
        corrected = one.became.get("corrected")
        if one.unit == "task" and corrected is not None:
            for step, broke in _list_steps(one):
                first = 0 if broke else 2
                counts[one.project, step][first] += one.n
                counts[one.project, step][first + 1] += one.n * corrected
    return {
        place: TrialSummary(n=n, wrong=wrong, others=others, others_wrong=others_wrong)
        for place, (n, wrong, others, others_wrong) in counts.items()
    }


def _list_steps(task: Observation) -> list[tuple[str, bool]]:
    """Return the steps that the task could keep, and whether it broke each."""
    return [(did[len(BREAKS) :], bool(broke)) for did, broke in task.did.items() if did.startswith(BREAKS)]
