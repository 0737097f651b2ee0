"""Declared workflow steps as rules of the gate, each with its measured effect: how tasks ended that skipped it.

Only what the gate can see for sure becomes a rule: a file edited unread, an edit before any search, an edit before a
command that has to come first. Where a command may have run behind another (``cd web && …``, ``uv run …``), nothing is
said. A recommended step warns, a mandatory one refuses the call where the user lets it (``advice.enforce_workflow``).
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from twiceshy.advice.keys import of_folder, place, word
from twiceshy.advice.phrase import step_words
from twiceshy.flows import observed
from twiceshy.flows.workflow import EVERYTHING, Workflows
from twiceshy.outcomes.workflow.suggest import BREAKS
from twiceshy.records.rules import Level, Tried
from twiceshy.records.workflow import Kind, WorkflowStep
from twiceshy.records.workflow import Level as Duty
from twiceshy.store.db import Store
from twiceshy.store.reads import judged as reads

WRAPPERS = (
    "cd", "uv", "poetry", "pipx", "npx", "env", "sudo", "bash", "sh", "zsh", "timeout", "time", "nice", "make", "just",
    "docker", "mise", "direnv", "source", "export", "set", "python", "python3", "npm", "pnpm", "yarn", "bun",
)  # fmt: skip
"""Programs behind which another may run."""


class StepRule(NamedTuple):
    """One step as a rule, before its words are scrubbed."""

    key: bytes
    slug: str
    project: str
    condition: str
    level: Level
    words: str
    tried: Tried


def step_rules(store: Store, here: Path, *, enforce: bool) -> Iterator[StepRule]:
    """The steps of every stored project that declares some."""
    workflows = Workflows(here)
    known: dict[str, str] = {}  # folder: project, each once
    names = reads.project_names(store.connection)
    effects = measured(store)
    for session, spot in reads.folders(store.connection).items():
        folder, project = place(spot.cwd), names.get(session, "")
        if not folder or folder in known:
            continue
        known[folder] = project
        for step in workflows.of(spot).workflow.steps:
            condition = condition_of(step, store.salt)
            if condition:
                tried = effects.get((project, step.slug), Tried())
                level = Level.BLOCK if enforce and step.level is Duty.MANDATORY else Level.WARN
                words = step_words(step.slug, step.level, asked(step), tried)
                yield StepRule(of_folder(folder, store.salt), step.slug, project, condition, level, words, tried)


def condition_of(step: WorkflowStep, salt: bytes) -> str:
    """What the gate looks at; empty where it cannot see for sure whether the step was kept."""
    if step.paths or step.unless or step.files == "new":
        return ""
    if step.kind is Kind.READ_BEFORE_EDIT:
        return "unread"
    if step.kind is Kind.SEARCH_BEFORE_EDIT and not step.commands:
        return "unsearched"
    if step.kind is Kind.MUST_RUN_BEFORE_EDIT and step.commands and not step.tools:
        programs = [command.split()[0] for command in step.commands if command.split()]
        if not any(set(program) & set("*?[") for program in programs):
            return "never:" + ",".join(word(name, salt) for name in dict.fromkeys([*programs, *WRAPPERS]))
    return ""


def asked(step: WorkflowStep) -> str:
    """What the step asks for, in words."""
    if step.kind is Kind.MUST_RUN_BEFORE_EDIT:
        return f"`{' or '.join(step.commands[:3])}` before the first edit"
    return "reading a file before it is edited" if step.kind is Kind.READ_BEFORE_EDIT else "a search before an edit"


def measured(store: Store) -> dict[tuple[str, str], Tried]:
    """By project and step: tasks that skipped it and how many of these were corrected, and the same of the others."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in observed.observations(store, EVERYTHING):
        corrected = one.became.get("corrected")
        if one.unit != "task" or corrected is None:
            continue
        for did, broke in one.did.items():
            if did.startswith(BREAKS):
                row = counts[one.project, did[len(BREAKS) :]]
                row[0 if broke else 2] += one.n
                row[1 if broke else 3] += one.n * corrected
    return {
        place_: Tried(n=n, wrong=wrong, others=others, others_wrong=others_wrong)
        for place_, (n, wrong, others, others_wrong) in counts.items()
    }
