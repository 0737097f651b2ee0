"""Turn declared workflow steps into rules of the gate, each with its measured effect on tasks that skipped it.

A step becomes a rule only if the gate can see for certain whether it was kept: a file edited unread, an edit
before any search, an edit before a command that has to come first. If a command may have run behind another (``cd
web && …``, ``uv run …``), nothing is said. A recommended step warns; a mandatory one refuses the call if the user
allows that (``advice.enforce_workflow``).
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from twiceshy.advice.phrase import phrase_step
from twiceshy.facts.keys.gate_keys import key_of_folder, make_spool_word, shorten_folder
from twiceshy.flows.judge.workflow_compliance import EVERYTHING, Workflows
from twiceshy.records.observations import BREAKS
from twiceshy.records.rules import Level, TrialSummary
from twiceshy.records.workflow import StepKind, WorkflowStep
from twiceshy.records.workflow import StepLevel as Duty
from twiceshy.store import observations
from twiceshy.store.db import Store
from twiceshy.store.reads import judgements as reads

_WRAPPERS = (
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
    "docker",
    "mise",
    "direnv",
    "source",
    "export",
    "set",
    "python",
    "python3",
    "npm",
    "pnpm",
    "yarn",
    "bun",
)
"""Programs behind which another may run."""


class StepRule(NamedTuple):
    """One step as a rule, before its words are scrubbed."""

    key: bytes
    slug: str
    project: str
    condition: str
    level: Level
    words: str
    tried: TrialSummary


def build_step_rules(store: Store, here: Path, *, enforce: bool) -> Iterator[StepRule]:
    """Yield the steps, as rules, of every stored project that declares some."""
    workflows = Workflows(here)
    known: dict[str, str] = {}  # folder: project, each once
    names = reads.read_project_names(store.connection)
    effects = measure_steps(store)
    for session, spot in reads.read_folders(store.connection).items():
        folder, project = shorten_folder(spot.cwd), names.get(session, "")
        if not folder or folder in known:
            continue
        known[folder] = project
        for step in workflows.of(spot).workflow.steps:
            condition = condition_of(step, store.salt)
            if condition:
                tried = effects.get((project, step.slug), TrialSummary())
                level = Level.BLOCK if enforce and step.level is Duty.MANDATORY else Level.WARN
                words = phrase_step(step.slug, step.level, _phrase_request(step), tried)
                yield StepRule(key_of_folder(folder, store.salt), step.slug, project, condition, level, words, tried)


def condition_of(step: WorkflowStep, salt: bytes) -> str:
    """Return the gate's condition for a step; empty if the gate cannot see for certain whether it was kept."""
    if step.paths or step.unless or step.files == "new":
        return ""
    if step.kind is StepKind.READ_BEFORE_EDIT:
        return "unread"
    if step.kind is StepKind.SEARCH_BEFORE_EDIT and not step.commands:
        return "unsearched"
    if step.kind is StepKind.MUST_RUN_BEFORE_EDIT and step.commands and not step.tools:
        programs = [command.split()[0] for command in step.commands if command.split()]
        if not any(set(program) & set("*?[") for program in programs):
            return "never:" + ",".join(make_spool_word(name, salt) for name in dict.fromkeys([*programs, *_WRAPPERS]))
    return ""


def _phrase_request(step: WorkflowStep) -> str:
    """Return in words what the step asks for."""
    if step.kind is StepKind.MUST_RUN_BEFORE_EDIT:
        return f"`{' or '.join(step.commands[:3])}` before the first edit"
    return "reading a file before it is edited" if step.kind is StepKind.READ_BEFORE_EDIT else "a search before an edit"


def measure_steps(store: Store) -> dict[tuple[str, str], TrialSummary]:
    """Count by project and step the tasks that skipped it and those that did not.

    Of each, how many were corrected is counted too.
    """
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in observations.read_observations(store, EVERYTHING):
        corrected = one.became.get("corrected")
        if one.unit != "task" or corrected is None:
            continue
        for did, broke in one.did.items():
            if did.startswith(BREAKS):
                row = counts[one.project, did[len(BREAKS) :]]
                row[0 if broke else 2] += one.n
                row[1 if broke else 3] += one.n * corrected
    return {
        place_: TrialSummary(n=n, wrong=wrong, others=others, others_wrong=others_wrong)
        for place_, (n, wrong, others, others_wrong) in counts.items()
    }
