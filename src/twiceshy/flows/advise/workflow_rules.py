"""Turn the workflow steps that stored projects declare into rules of the gate."""

from collections.abc import Iterator
from pathlib import Path

from twiceshy.advice.workflow_rules import StepRule, build_step_rule, measure_steps
from twiceshy.facts.keys.gate_keys import shorten_folder
from twiceshy.flows.judge.workflow_compliance import EVERYTHING, Workflows
from twiceshy.store.db import Store
from twiceshy.store.observations import read_observations
from twiceshy.store.reads import judgements as reads


def build_step_rules(store: Store, here: Path, *, enforce: bool) -> Iterator[StepRule]:
    """Yield the steps, as rules, of every stored project that declares some."""
    workflows = Workflows(here)
    known: dict[str, str] = {}  # folder: project, each once
    names = reads.read_project_names(store.connection)
    effects = measure_steps(read_observations(store, EVERYTHING))
    for session, spot in reads.read_folders(store.connection).items():
        folder, project = shorten_folder(spot.cwd), names.get(session, "")
        if not folder or folder in known:
            continue
        known[folder] = project
        for step in workflows.of(spot).workflow.steps:
            rule = build_step_rule(step, folder, project, effects, store.salt, enforce=enforce)
            if rule is not None:
                yield rule
