"""Build the report: the store's counts, and each session's behaviour, as figures."""

from random import Random

from twiceshy.config import Config
from twiceshy.flows.judge.costly_habits import read_costly_habits
from twiceshy.flows.look.insights import list_insights
from twiceshy.flows.look.mistake_figures import read_mistakes
from twiceshy.flows.score.score_overview import build_risk_figure
from twiceshy.outcomes.work_figures import build_work_figures
from twiceshy.records.figures import CallLine, Report
from twiceshy.records.values import Scope
from twiceshy.report import figures
from twiceshy.report.standout import find_standouts, select_proofs
from twiceshy.store.behaviours import BEHAVIOUR, KIND
from twiceshy.store.db import Store
from twiceshy.store.observations import read_observations
from twiceshy.store.reads import figures as reads

SEED = 1
"""Intervals are drawn with a fixed seed: the same store gives the same report."""
_REJECTIONS = 20
"""Refused calls in a report (guess, 2026-11-21)."""


def build_report(config: Config, scope: Scope) -> Report:
    """Return everything that the report says about the sessions in scope.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        connection = store.connection
        totals = reads.read_totals(connection, scope)
        tools = reads.read_tools(connection, scope)
        errors = reads.read_errors(connection, scope)
        runs = reads.read_runs(connection, scope)
        files = reads.read_files(connection, scope)
        models = reads.read_models(connection, scope)
        rejections = reads.read_rejections(connection, scope, _REJECTIONS)
        seen = list(read_observations(store, scope))
        costly = read_costly_habits(store, scope)
        risk = build_risk_figure(store, scope)
        behaviours = [BEHAVIOUR.decode(value) for value in reads.read_derived_values(connection, scope, KIND)]
        projects = reads.read_projects_of(connection, scope, KIND)
        work, by_tool = build_work_figures(seen), figures.build_tool_figures(tools, errors)
        made = read_mistakes(store, scope, work, by_tool)
    errors = figures.add_seconds(errors, behaviours)
    commands = figures.build_command_figures(runs)
    found, candidates = find_standouts(
        behaviours,
        commands,
        files,
        errors,
        Random(SEED),  # noqa: S311  # no secret
        runs=runs,
        projects=projects,
    )
    return Report(
        totals=totals,
        standouts=found,
        candidates=candidates,
        tools=by_tool,
        errors=errors,
        habits=figures.summarize_habits(behaviours),
        commands=commands,
        files=files,
        models=models,
        rejections=rejections,
        work=work,
        costly=costly,
        risk=risk,
        mistakes=made,
        insights=list_insights(config, scope),
        proofs={
            kind: select_proofs(behaviours, kind) for kind in sorted({kind for b in behaviours for kind in b.proof})
        },
    )


def read_proof_calls(config: Config, uids: list[str]) -> list[CallLine]:
    """Return the calls that prove a number, newest first."""
    with Store.open(config.home, readonly=True) as store:
        return reads.read_calls(store.connection, [bytes.fromhex(uid) for uid in uids])
