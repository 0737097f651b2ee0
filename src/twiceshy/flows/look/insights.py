"""List the insights of a scope, and what mistakes made again cost there."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from twiceshy.config import Config
from twiceshy.flows.judge.workflow_compliance import Workflows, read_rules
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.insights import InsightList, RepeatedCost
from twiceshy.records.values import Scope
from twiceshy.report.insights.find_insights import find_insights
from twiceshy.report.insights.judged_work import JudgedWork
from twiceshy.report.insights.project_history import ProjectHistory, group_by_project
from twiceshy.report.insights.repeated_costs import sum_repeated_costs
from twiceshy.report.insights.waiting import SpentBetween
from twiceshy.store.db import Store
from twiceshy.store.reads import judged_work
from twiceshy.store.stored_attempts import read_attempts


def list_insights(config: Config, scope: Scope) -> InsightList:
    """Return the insights of the sessions in scope, the one that saves most first.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        everywhen = replace(scope, since=None, until=None)
        everything = list(read_attempts(store.connection, everywhen))
        judged = read_judged_work(store, everywhen, Path.cwd())
    wanted = {one.session for one in everything if _is_between(one, scope.since, scope.until)}
    histories = group_by_project(everything)
    return InsightList(
        insights=tuple(
            find_insights(
                group_by_project((one for one in everything if one.session in wanted), judged),
                _price_nothing,
            )
        ),
        sessions=len(wanted),
        repeated=sum_repeated_costs(histories, wanted, _price_nothing),
        repeated_before=_sum_before(histories, everything, scope, _price_nothing),
    )


def read_judged_work(store: Store, scope: Scope, here: Path) -> JudgedWork:
    """Return what judging found; ``here`` is the current folder, whose workflow is that of its project's clones."""
    results = judged_work.read_results(store.connection, scope)
    prompts = {one.prompt for result in results.values() for one in result.corrections}
    return JudgedWork(
        results=results,
        fates=judged_work.read_fates(store.connection, scope),
        words=judged_work.read_first_words(store.connection, prompts),
        rules=tuple(read_rules(store, scope, Workflows(here))),
    )


def _price_nothing(_session: bytes, _begin: float, _end: float) -> float | None:
    """Return that no cost is known."""
    return None


def _sum_before(
    histories: list[ProjectHistory], everything: list[SessionAttempts], scope: Scope, spent: SpentBetween
) -> RepeatedCost | None:
    """Return the cost in the same length of time before the scope; None without such a time or sessions in it."""
    last = max((one.last_at for one in everything if one.last_at is not None), default=None)
    if scope.since is None or last is None:
        return None
    end = scope.until or datetime.fromtimestamp(last, scope.since.tzinfo)
    before = scope.since - (end - scope.since)
    wanted = {one.session for one in everything if _is_between(one, before, scope.since)}
    return sum_repeated_costs(histories, wanted, spent) if wanted else None


def _is_between(one: SessionAttempts, since: datetime | None, until: datetime | None) -> bool:
    """Tell whether a session is in a scope's time, as the store's own reads decide it."""
    late = since is None or (one.last_at is not None and one.last_at >= since.timestamp())
    return late and (until is None or (one.first_at is not None and one.first_at < until.timestamp()))
