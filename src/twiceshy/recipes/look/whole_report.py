"""Build the report: the ten lines, and the sections that are asked for; what is not drawn is not computed."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from twiceshy.account.kept_spends import read_spends
from twiceshy.account.kept_times import Times, read_times
from twiceshy.account.price_list import read_prices
from twiceshy.archive.behaviours import BEHAVIOUR, KIND
from twiceshy.archive.db import Store
from twiceshy.archive.observations import read_observations
from twiceshy.archive.reads import errors as error_reads
from twiceshy.archive.reads import figures as reads
from twiceshy.archive.reads import sessions as session_reads
from twiceshy.archive.reads.judged_work import read_placed_tasks
from twiceshy.archive.session_spends import read_spend_states
from twiceshy.archive.timed_sessions import read_time_states
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.insights import figures
from twiceshy.insights.figures import compare_error_rates, pool_rates, score_health
from twiceshy.insights.kinds.project_history import Accounts
from twiceshy.insights.report_window import find_earlier
from twiceshy.logs.behaviour_counts import LONGEST_WASTE_S
from twiceshy.recipes.look.insights import read_insights
from twiceshy.recipes.look.spend_report import summarize_spends
from twiceshy.recipes.look.time_report import sum_times
from twiceshy.records.figures import CallLine, Mistakes, ToolFigure, WorkFigure
from twiceshy.records.report import Overview, Report, ReportSection

SEED = 1
"""The sample project is always the same."""
_REJECTIONS = 20
"""Refused calls in a report (guess, 2026-11-21)."""


def build_report(config: Config, scope: Scope, sections: Collection[ReportSection] = tuple(ReportSection)) -> Report:
    """Return the ten lines and these sections of the sessions in scope; other fields are empty.

    Raises:
        NotFound: nothing was ever stored here.
    """
    found = Report(overview=build_overview(config, scope), sections=tuple(sections))
    with Store.open(config.home, readonly=True) as store:
        if {ReportSection.TOOLS, ReportSection.ERRORS, ReportSection.MODELS, ReportSection.TASKS} & {*sections}:
            found = _add_failures(found, store, scope)
        if ReportSection.EDITS in sections:
            found = _add_edits(found, store, scope)
        if ReportSection.COMMANDS in sections:
            runs = reads.read_runs(store.connection, scope)
            found = replace(found, commands=figures.build_command_figures(runs))
        if ReportSection.MODELS in sections:
            found = replace(found, models=reads.read_models(store.connection, scope))
    return found


def _add_failures(found: Report, store: Store, scope: Scope) -> Report:
    """Add tools, errors, what became of tasks, and what is told of mistakes: each needs the one before."""
    from twiceshy.judgement.outcomes.tallies import build_work_figures  # noqa: PLC0415  # as above
    from twiceshy.judgement.recipes.effect_questions import read_costly_habits  # noqa: PLC0415  # the ten lines need not wait

    errors = reads.read_errors(store.connection, scope)
    tools = figures.build_tool_figures(reads.read_tools(store.connection, scope), errors)
    work = build_work_figures(list(read_observations(store, scope)))
    return replace(
        found,
        tools=tools,
        errors=errors,
        work=work,
        costly=read_costly_habits(store, scope),
        mistakes=read_mistakes(store, scope, work, tools),
    )


def _add_edits(found: Report, store: Store, scope: Scope) -> Report:
    """Add what edits were like, files, risk and refusals."""
    from twiceshy.score.recipes.score_overview import build_risk_figure  # noqa: PLC0415  # the ten lines need not wait

    values = reads.read_derived_values(store.connection, scope, KIND)
    return replace(
        found,
        totals=reads.read_totals(store.connection, scope),
        habits=figures.summarize_habits([BEHAVIOUR.decode(value) for value in values]),
        files=reads.read_files(store.connection, scope),
        risk=build_risk_figure(store, scope),
        rejections=reads.read_rejections(store.connection, scope, _REJECTIONS),
    )


def build_overview(config: Config, scope: Scope) -> Overview:
    """Return what a person reads first of the sessions in scope.

    Raises:
        ConfigError: the file of own prices cannot be read.
        NotFound: nothing was ever stored here.
    """
    prices = read_prices(config)
    with Store.open(config.home, readonly=True) as store:
        sessions, first_at, last_at = session_reads.read_span(store.connection, scope)
        earlier = find_earlier(scope, last_at)
        around = replace(scope, since=earlier.since) if earlier else scope
        spends, times = read_spends(store, prices, around), read_times(store, around)
        wanted = read_spend_states(store.connection, scope, prices.hash_content()).keys()
        timed = Times({uid: times.by_session[uid] for uid in read_time_states(store.connection, scope)}, times.states)
        return Overview(
            since=scope.since,
            until=scope.until,
            first_at=first_at,
            last_at=last_at,
            sessions=sessions,
            imitations=session_reads.count_imitations(store.connection, scope),
            projects=session_reads.count_by_project(store.connection, scope),
            insights=read_insights(store, config, scope, Accounts(spends.by_session, times.by_session)),
            time=sum_times(timed).causes,
            spend=summarize_spends(spends, wanted, read_placed_tasks(store.connection, scope)),
        )


def read_proof_calls(config: Config, uids: list[str]) -> list[CallLine]:
    """Return the calls that prove a number, newest first."""
    with Store.open(config.home, readonly=True) as store:
        return reads.read_calls(store.connection, [bytes.fromhex(uid) for uid in uids])


def read_mistakes(store: Store, scope: Scope, work: Sequence[WorkFigure], tools: Sequence[ToolFigure]) -> Mistakes:
    """Return everything that the report says about mistakes."""
    connection = store.connection
    return Mistakes(
        rows=error_reads.read_repeated_mistakes(connection, scope, LONGEST_WASTE_S),
        models=compare_error_rates(error_reads.count_tries_by_model(connection, scope)),
        health=score_health(
            work, pool_rates(tool.failed for tool in tools), error_reads.count_repeats(connection, scope)
        ),
    )
