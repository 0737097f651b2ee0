"""Build the report as a page: what the terminal's screens show, and what plots need, at level ``strict``."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from twiceshy.archive.db import Store
from twiceshy.archive.observations import read_observations
from twiceshy.archive.reads.figures import read_totals
from twiceshy.archive.reads.judgements import read_session_values
from twiceshy.archive.session_results import KIND as RESULTS
from twiceshy.archive.session_results import decode_result
from twiceshy.archive.stored_attempts import read_attempts
from twiceshy.base.config import Config
from twiceshy.base.errors import TwiceshyError
from twiceshy.base.model_names import name_model
from twiceshy.base.values import Scope
from twiceshy.insights.cause_weeks import count_cause_weeks
from twiceshy.insights.like_work import TASK_QUESTIONS, compare_overall, list_call_cases, list_task_cases
from twiceshy.judgement.outcomes.tallies import build_work_figures
from twiceshy.judgement.recipes.effect_questions import measure_effects
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub_record import scrub_record
from twiceshy.recipes.look.cost_report import build_cost_report
from twiceshy.recipes.look.spend_pictures import build_spend_pictures
from twiceshy.recipes.look.whole_report import build_overview
from twiceshy.records import ids
from twiceshy.records.attempts import CallAttempt, SessionAttempts
from twiceshy.records.figures import RiskiestWork
from twiceshy.records.insights import Insight
from twiceshy.records.report import JudgedSession, ModelComparison, PageCase, ReportPage
from twiceshy.records.spending import CostGroup

# Compare models on like work: calls of the same sort, tasks with about as many edits, in the same project.


def compare_models(config: Config, scope: Scope) -> tuple[ModelComparison, ...]:
    """Return each question about models with its answers.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        return compare_answers(list(read_attempts(store.connection, scope)), read_judged(store, scope))


def read_judged(store: Store, scope: Scope) -> list[JudgedSession]:
    """Return the tasks of each judged session in scope; a project is known by its name here."""
    return [
        JudgedSession(
            kept.project_name, kept.project_name, kept.agent, kept.model, decode_result(kept.session, kept.value)
        )
        for kept in read_session_values(store.connection, scope, RESULTS)
    ]


def compare_answers(
    attempts: Iterable[SessionAttempts], judged: Iterable[JudgedSession]
) -> tuple[ModelComparison, ...]:
    """Return each question about models with its answers, from calls and judged tasks that were read."""
    sessions = list(judged)
    calls = compare_overall(list_call_cases(attempts, lambda one: name_model(one.model)))
    tasks = [
        ModelComparison(
            question.slug,
            tuple(compare_overall(list_task_cases(sessions, lambda one: name_model(one.model), question.is_bad))),
        )
        for question in TASK_QUESTIONS
    ]
    return (ModelComparison("failed", tuple(calls)), *tasks)


MOST_CASES = 50
"""Cases of an insight in a page (defined by its size, 2026-11-22: 2 MB for a thousand sessions)."""
_NO_CALL = CallAttempt(b"", "")


def build_report_page(
    config: Config, scope: Scope, now: datetime, *, with_text: bool, riskiest: RiskiestWork | None = None
) -> ReportPage:
    """Return everything that the page shows; the text of single rows only where it is asked for.

    ``riskiest`` are the changes that stand in it beside; the messages of them count as such text.

    Raises:
        NotFound: nothing was ever stored here.
        TwiceshyError: a text may not leave.
    """
    overview = build_overview(config, scope)
    listed = overview.insights
    with Store.open(config.home, readonly=True) as store:
        totals = read_totals(store.connection, scope)
        attempts = list(read_attempts(store.connection, scope))
        seen = list(read_observations(store, scope))
        judged = read_judged(store, scope)
        salt = store.salt
    page = ReportPage(
        scope=scope,
        totals=totals,
        listed=listed,
        cases=_list_cases(listed.insights, attempts, with_text=with_text),
        cost=build_cost_report(config, scope, CostGroup.DAY, now),
        causes=count_cause_weeks(attempts),
        habits=tuple(one for one in measure_effects(config, scope).found if one.ratio is not None),
        models=compare_answers(attempts, judged),
        work=tuple(build_work_figures(seen)),
        with_text=with_text,
        spend=overview.spend,
        pictures=build_spend_pictures(config, scope),
        time=overview.time,
        riskiest=riskiest if riskiest is None or with_text else _drop_subjects(riskiest),
    )
    gate = OutgoingTexts(load_rules(), salt, RedactionLevel.STRICT, cache=config.cache)
    return scrub_record(page, lambda texts: _clean_texts(texts, gate))


def _drop_subjects(found: RiskiestWork) -> RiskiestWork:
    return replace(found, riskiest=tuple(one._replace(subject="") for one in found.riskiest))


def _clean_texts(texts: Sequence[str], gate: OutgoingTexts) -> Sequence[str]:
    """Return the page's texts as they may leave.

    Raises:
        TwiceshyError: one of them may not.
    """
    clean, left = gate.clean(texts)
    if left is not None:
        raise TwiceshyError(
            f"the page was not written: one of its texts {left.describe()}. `twiceshy redact` applies today's rules "
            "to the store; `twiceshy audit` names the place, `twiceshy forget` removes it."
        )
    return clean


def _list_cases(
    insights: Iterable[Insight], attempts: Iterable[SessionAttempts], *, with_text: bool
) -> dict[str, tuple[PageCase, ...]]:
    """Return the newest cases of each insight."""
    every = list(insights)
    wanted = {case.uid for one in every for case in one.cases[:MOST_CASES]} if with_text else set()
    calls = {call.uid: call for session in attempts for call in session.attempts if call.uid in wanted}
    return {
        one.id: tuple(
            PageCase(case.at, ids.shorten(ids.SESSION, case.session), _describe_call(calls.get(case.uid, _NO_CALL)))
            for case in one.cases[:MOST_CASES]
        )
        for one in every
    }


def _describe_call(call: CallAttempt) -> str:
    """Return what ran and what it said."""
    ran = call.command or call.path or call.tool
    return f"{ran}: {call.message}" if call.message else ran
