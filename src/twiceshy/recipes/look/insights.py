"""List the insights of a scope, and what mistakes made again cost there."""

import os
from bisect import bisect_left
from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.account.kept_spends import read_spends
from twiceshy.account.kept_times import read_times
from twiceshy.account.price_list import read_prices
from twiceshy.archive.db import Store
from twiceshy.archive.reads import sessions
from twiceshy.archive.reads.calls import read_case_lines
from twiceshy.archive.stored_attempts import read_attempts
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.insights.kinds.find_insights import find_insights
from twiceshy.insights.kinds.project_history import (
    NO_ACCOUNTS,
    Accounts,
    ProjectHistory,
    group_by_project,
    sort_by_time,
)
from twiceshy.insights.kinds.repeated_costs import SpentBetween, list_repeated_spans, sum_repeated_costs
from twiceshy.insights.kinds.trends import PERIOD_S, find_trends
from twiceshy.insights.remedies.fixes import FixBook
from twiceshy.insights.report_window import choose_begin, find_earlier
from twiceshy.judgement.outcomes.judged_work import JudgedWork
from twiceshy.judgement.recipes.stored_judgements import read_judgements
from twiceshy.judgement.recipes.workflow_compliance import Workflows, read_rules
from twiceshy.recipes.look.session_costs import SessionCosts, read_session_costs
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.insights import Insight, InsightKind, InsightList, InsightStory

if TYPE_CHECKING:
    from twiceshy.records.suggestions import InstructionText


def choose_scope(config: Config, scope: Scope) -> Scope:
    """Return the scope with the report's own window where it has no time of its own.

    Raises:
        NotFound: nothing was ever stored here.
    """
    if scope.since is not None or scope.until is not None:
        return scope
    with Store.open(config.home, readonly=True) as store:
        return replace(scope, since=choose_begin(sessions.read_last_times(store.connection, scope)))


def list_insights(config: Config, scope: Scope) -> InsightList:
    """Return the insights of the sessions in scope, the one that saves most first.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        return read_insights(store, config, scope, _read_accounts(store, config, scope))


def _read_accounts(store: Store, config: Config, scope: Scope) -> Accounts:
    """Return the accounts of the scope's projects' sessions, of any time."""
    whole = replace(scope, since=None, until=None)
    return Accounts(read_spends(store, read_prices(config), whole).by_session, read_times(store, whole).by_session)


def find_scope_here(config: Config, folder: Path) -> Scope:
    """Return the scope of the project in a folder, in the report's own window.

    Raises:
        NotFound: nothing was ever stored here.
    """
    from twiceshy.logs.history.project_here import find_stored_project  # noqa: PLC0415  # a report asks for a scope

    with Store.open(config.home, readonly=True) as store:
        project = find_stored_project(store, folder)
    return choose_scope(config, Scope(project=project.identity))


def read_insights(store: Store, config: Config, scope: Scope, accounts: Accounts) -> InsightList:
    """Return the insights of the sessions in scope from an open store.

    Args:
        store: an open one.
        config: the settings.
        scope: which sessions.
        accounts: what they cost and took, and maybe others.
    """
    everything = list(read_attempts(store.connection, replace(scope, since=None, until=None)))
    last = max((one.last_at for one in everything if one.last_at is not None), default=None)
    earlier = find_earlier(scope, None if last is None else datetime.fromtimestamp(last, UTC))
    first = earlier.since if earlier else scope.since
    costs = read_session_costs(store, config, replace(scope, since=first))
    spent = _price(costs)
    recent = replace(scope, since=scope.since - timedelta(seconds=2 * PERIOD_S) if scope.since else None)
    judged = read_judged_work(store, recent, Path.cwd())
    wanted = _list_between(everything, scope)
    before = _list_between(everything, earlier) - wanted if earlier else frozenset()
    repeated = list_repeated_spans(group_by_project(everything))
    fixes = FixBook(sort_by_time(everything))
    select = partial(_select, judged=judged, fixes=fixes, accounts=accounts)
    histories = select(everything, wanted)
    insights = tuple(_name_demands(store, find_insights(histories, spent)))
    projects = {one.project for one in everything if one.session in wanted}
    around = select((one for one in everything if one.project in projects), _list_between(everything, recent))
    with_before = _find_with_before(insights, histories, around)
    return InsightList(
        insights=_take_trends(insights, with_before),
        sessions=len(wanted),
        repeated=replace(sum_repeated_costs(repeated, wanted, spent), lost_agents=costs.sum_lost(wanted)),
        repeated_before=sum_repeated_costs(repeated, before, spent) if before else None,
        trends=find_trends(around, with_before),
    )


def _find_with_before(
    insights: Iterable[Insight], histories: Iterable[ProjectHistory], around: Iterable[ProjectHistory]
) -> list[Insight]:
    """Return the insights of the time around the scope; a project with no session but those in it is not asked again.

    ``around`` holds what ``histories`` hold, and maybe more.
    """
    sizes = {one.identity: len(one.sessions) for one in histories}
    longer = [one for one in around if len(one.sessions) != sizes[one.identity]]
    asked_again = {one.identity for one in longer}
    known = [one for one in insights if one.project_identity not in asked_again]
    return known + find_insights(longer, _price_nothing)


def _take_trends(insights: Iterable[Insight], with_before: Iterable[Insight]) -> tuple[Insight, ...]:
    """Return the insights with the trends that were found where the time before the scope was seen too."""
    trends = {one.id: one.trend for one in with_before}
    return tuple(replace(one, trend=trends.get(one.id, one.trend)) for one in insights)


def read_judged_work(store: Store, scope: Scope, here: Path) -> JudgedWork:
    """Return what judging found; ``here`` is the current folder, whose workflow is that of its project's clones."""
    return replace(read_judgements(store, scope), rules=tuple(read_rules(store, scope, Workflows(here))))


def _select(
    everything: Iterable[SessionAttempts],
    wanted: Container[bytes],
    judged: JudgedWork,
    fixes: FixBook,
    accounts: Accounts,
) -> list[ProjectHistory]:
    """Return the histories of the wanted sessions; what got over failures is known of all sessions, as warnings do."""
    return group_by_project((one for one in everything if one.session in wanted), judged, fixes, accounts)


def _list_between(everything: Iterable[SessionAttempts], scope: Scope) -> frozenset[bytes]:
    """Return the sessions in a scope's time, as the store's own reads decide it."""
    since, until = (None if at is None else at.timestamp() for at in (scope.since, scope.until))
    return frozenset(
        one.session
        for one in everything
        if (since is None or (one.last_at is not None and one.last_at >= since))
        and (until is None or (one.first_at is not None and one.first_at < until))
    )


def _price(costs: SessionCosts) -> SpentBetween:
    """Return what was spent between two times, by the store's messages and the prices that hold."""

    def spent(session: bytes, begin: float, end: float) -> float | None:
        cost = costs.by_uid.get(session)
        if cost is None or cost.unpriced >= cost.tokens.total:
            return None
        if begin == -inf and end == inf:
            return cost.dollars
        first, last = bisect_left(cost.times, begin), bisect_left(cost.times, end)
        return cost.sums[last] - cost.sums[first]

    return spent


def _price_nothing(_session: bytes, _begin: float, _end: float) -> float | None:
    """Return that no cost is known: of a trend nobody asks."""
    return None


def _name_demands(store: Store, insights: list[Insight]) -> Iterable[Insight]:
    """Return the insights; a failure that a project's instructions demand names the line."""
    if not insights:
        return insights
    from twiceshy.insights.kinds.forced_failures import name_forcing_lines  # noqa: PLC0415  # seldom anything is said

    return name_forcing_lines(insights, cache(partial(_read_instructions, store)))


def _read_instructions(store: Store, identity: str) -> "list[InstructionText]":
    """Return a project's files of instructions: as they are here, where its folder is the current one, else as logged.

    Of a file the newest whole reading counts, else the parts that agents read.
    """
    from twiceshy.archive.reads.calls import read_newest_shown  # noqa: PLC0415  # as above
    from twiceshy.logs.agent_instructions import SHARED_FILES, read_instructions  # noqa: PLC0415  # seldom asked
    from twiceshy.logs.history.project_here import find_stored_project  # noqa: PLC0415  # as above
    from twiceshy.records.suggestions import InstructionText  # noqa: PLC0415  # as above

    here = Path.cwd()
    if find_stored_project(store, here).identity == identity:
        root = next((place for place in (here, *here.parents) if (place / ".git").exists()), here)
        return read_instructions(root, here, os.environ, Path.home())
    shown = read_newest_shown(store, identity, SHARED_FILES, _MOST_READINGS)
    whole = {one.path: one for one in reversed(shown) if one.whole}
    chosen = [*whole.values(), *(one for one in shown if one.path not in whole)]
    return [InstructionText(one.path, "\n" * (one.first_line - 1) + one.text) for one in chosen]


_MOST_READINGS = 20
"""Readings of a project's files of instructions that are looked at, the newest first (guess, 2026-11-24)."""


# Show insights with every case that they count: what the report counted, and nothing else.


def show_insight(config: Config, name: str, scope: Scope) -> InsightStory:
    """Return the insight whose id begins so, as the report of that scope counts it.

    One that is not in the scope's time is looked for in everything that is stored.

    Raises:
        NotFound: no insight, or more than one, has that id.
    """
    start = name.strip().lower()
    with Store.open(config.home, readonly=True) as store:
        accounts = _read_accounts(store, config, scope)
        listed = read_insights(store, config, choose_scope(config, scope), accounts)
        found = [insight for insight in listed.insights if insight.id.startswith(start)]
        if not found:
            listed = read_insights(store, config, replace(scope, since=None, until=None), accounts)
            found = [insight for insight in listed.insights if insight.id.startswith(start)]
        if len(found) != 1:
            raise NotFound(_describe_miss(name, found))
        return _tell(store, found[0], listed)


def list_hidden_failures(config: Config, scope: Scope) -> tuple[InsightStory, ...]:
    """Return each insight of failures that were reported as success, with every case.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        listed = read_insights(store, config, choose_scope(config, scope), NO_ACCOUNTS)
        hidden = [insight for insight in listed.insights if insight.kind is InsightKind.HIDDEN_FAILURE]
        return tuple(_tell(store, insight, listed) for insight in hidden)


def _tell(store: Store, insight: Insight, listed: InsightList) -> InsightStory:
    cases = read_case_lines(store.connection, insight.cases)
    return InsightStory(insight=insight, whole=listed.repeated, cases=cases)


def _describe_miss(name: str, found: list[Insight]) -> str:
    if found:
        return f"{name} is not unique: {', '.join(one.id for one in found)}. Type more of it."
    return f"no insight has an id that begins with {name}. See `twiceshy report insights`."
