"""Find what is worth saying: ask each kind about each project, add counts, cost and trend, and put them in order.

A kind is one module; it says what it counts and in which sentence. Everything else is done here, so that no kind can
count or price in a way of its own.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from hashlib import blake2b
from typing import Protocol

from twiceshy.base.plugins import Group, load_plugins
from twiceshy.insights.kinds import (
    blind_retries,
    broken_rules,
    fixed_starts,
    flaky_tests,
    granted_prompts,
    hanging_runs,
    hidden_failures,
    lone_calls,
    lost_caches,
    missing_programs,
    recurring_causes,
    repeated_context,
    repeated_corrections,
    repeated_costs,
    reworked_files,
    short_caches,
    smaller_contexts,
    tool_rules,
    waits_to_look,
)
from twiceshy.insights.kinds import draft as kinds_draft
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft
from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.records import ids
from twiceshy.records.insights import Insight, InsightCase, InsightKind, WeekTrend

FindDrafts = Callable[[ProjectHistory], Iterable[InsightDraft]]
KINDS: dict[InsightKind, FindDrafts] = {
    InsightKind.MISSING_PROGRAM: missing_programs.find_missing_programs,
    InsightKind.HANGING_RUN: hanging_runs.find_hanging_runs,
    InsightKind.RECURRING_CAUSE: recurring_causes.find_recurring_causes,
    InsightKind.HIDDEN_FAILURE: hidden_failures.find_hidden_failures,
    InsightKind.BLIND_RETRY: blind_retries.find_blind_retries,
    InsightKind.REPEATED_CORRECTION: repeated_corrections.find_repeated_corrections,
    InsightKind.REWORKED_FILE: reworked_files.find_reworked_files,
    InsightKind.FLAKY_TEST: flaky_tests.find_flaky_tests,
    InsightKind.BROKEN_RULE: broken_rules.find_broken_rules,
    InsightKind.GRANTED_PROMPT: granted_prompts.find_granted_prompts,
    InsightKind.REPEATED_CONTEXT: repeated_context.find_repeated_context,
    InsightKind.LONG_CONTEXT: smaller_contexts.find_long_contexts,
    InsightKind.LONG_BREAK: smaller_contexts.find_long_breaks,
    InsightKind.LOST_CACHE: lost_caches.find_lost_caches,
    InsightKind.WAIT_TO_LOOK: waits_to_look.find_waits_to_look,
    InsightKind.FIXED_START: fixed_starts.find_fixed_starts,
    InsightKind.LONE_CALL: lone_calls.find_lone_calls,
    InsightKind.SHORT_CACHE: short_caches.find_short_caches,
    InsightKind.TOOL_RULE: tool_rules.find_tool_rules,
}
"""Each kind's finder; where two tell of the same cases the earlier one is kept."""


class InsightFinder(Protocol):
    """A plugin that finds insights of a kind of its own; its entry point names it."""

    def find_drafts(self, history: ProjectHistory) -> Iterable[InsightDraft]:
        """Yield a draft for each; its kind is ``ADDED``, and what is foreign in its sentence stands in quotes."""
        ...


FINDERS = Group[InsightFinder]("twiceshy.insights", InsightFinder, taken=lambda: KINDS)


@cache
def _list_finders() -> tuple[FindDrafts, ...]:
    added = load_plugins(FINDERS).found.items()
    return (*KINDS.values(), *(partial(_find_added, name, finder) for name, finder in added))


def _find_added(name: str, finder: InsightFinder, history: ProjectHistory) -> Iterator[InsightDraft]:
    for draft in finder.find_drafts(history):
        yield replace(draft, kind=InsightKind.ADDED, key=f"{name} {draft.key}")


_FOUR_WEEKS_S = 28 * 86400.0
"""Seconds of the report's usual window (guess, 2026-11-22)."""
_LEAST_S = 60.0
"""Seconds that an error without a remedy must have cost, or (guess, 2026-11-25)."""
_LEAST_USD = 1.0
"""dollars (guess, 2026-11-25): two of seven such lines read by hand cost 11 s and 13 s, and led to nothing."""
_SAME_SHARE = 0.5
"""Of an insight's cases that another one of its project told already, from which it is not said again (guess,
2026-11-22)."""


def find_insights(histories: Iterable[ProjectHistory], spent: repeated_costs.SpentBetween) -> list[Insight]:
    """Return the insights of all projects, the one that saves most first; those without a known cost come last.

    What is over saves nothing, and comes after what is not.
    """
    found = [insight for history in histories for insight in _find_in_project(history, spent) if _is_worth(insight)]
    return sorted(_tell_apart(found), key=lambda one: (not (one.waited_s or one.cost_usd), one.over, -one.rank, one.id))


def _is_worth(insight: Insight) -> bool:
    """Tell whether it is worth a line.

    An error that nobody can say what to do about must have cost something, and so must one that the tool itself
    explains, which the agent mends with one call.
    """
    return (
        insight.kind not in {InsightKind.RECURRING_CAUSE, InsightKind.TOOL_RULE}
        or (insight.kind is InsightKind.RECURRING_CAUSE and bool(insight.remedies))
        or insight.waited_s >= _LEAST_S
        or (insight.cost_usd or 0.0) >= _LEAST_USD
    )


def _tell_apart(insights: Sequence[Insight]) -> list[Insight]:
    """Name projects of one name, such as two clones, by the folder above, too."""
    by_name: dict[str, set[str]] = defaultdict(set)
    for one in insights:
        by_name[one.project].add(one.project_identity)
    return [
        replace(one, project=_name_longer(one)) if one.project and len(by_name[one.project]) > 1 else one
        for one in insights
    ]


def _name_longer(insight: Insight) -> str:
    """Return a project's name with the folder above it; its name alone where it has none.

    A worktree's or a renamed project's identity does not end with its name: it keeps the name.
    """
    *_, above, last = ["", *insight.project_identity.replace("\\", "/").rstrip("/").split("/")]
    return f"{above}/{last}" if above and last == insight.project else insight.project


def _find_in_project(history: ProjectHistory, spent: repeated_costs.SpentBetween) -> list[Insight]:
    """Return one project's insights, each case told once."""
    told: set[bytes] = set()
    found = []
    for draft in (draft for find in _list_finders() for draft in find(history)):
        # What the account says has no time of its own: a failure at the same call is another matter.
        own = [case for case in draft.cases if case.usd is None and case.seconds is None]
        cases = {history.at(case.place).uid for case in own}
        if not cases or len(cases & told) < _SAME_SHARE * len(cases):
            told |= cases
            found.append(build_insight(draft, history, spent))
    return found


def build_insight(draft: InsightDraft, history: ProjectHistory, spent: repeated_costs.SpentBetween) -> Insight:
    """Add to a draft what is counted and measured alike for all kinds."""
    newest = max((one.last_at for one in history.sessions if one.last_at is not None), default=None)
    cases = [history.make_case(case.place) for case in draft.cases]
    times = sorted(case.at for case in cases if case.at is not None)
    priced = _price_cases(draft.cases, history, spent)
    dollars = [cost for _, cost in priced if cost is not None]
    return Insight(
        id=make_id(draft.kind, history.identity, draft.key),
        kind=draft.kind,
        key=draft.key,
        project=history.name,
        project_identity=history.identity,
        says=draft.says,
        place=draft.place,
        cause=draft.cause,
        count=len(cases),
        of=draft.of,
        sessions=len({case.session for case in cases}),
        of_sessions=len(history.sessions),
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
        cases=tuple(sorted(cases, key=lambda case: (case.at is not None, case.at, case.uid), reverse=True)),
        trend=_find_trend(draft.cases, history, newest),
        waited_s=sum(seconds for seconds, _ in priced),
        cost_usd=sum(dollars) if dollars else None,
        most_usd=draft.most_usd,
        next_steps=draft.next_steps,
        remedies=draft.remedies,
        over=draft.over,
        rank=_rank(draft, cases, priced, newest),
    )


def _rank(
    draft: InsightDraft,
    cases: Sequence[InsightCase],
    priced: Sequence[tuple[float, float | None]],
    newest: float | None,
) -> float:
    """Return what orders the insight: what it cost; what it hides only where no cost is known."""
    hides_s = 0.0 if any(seconds or cost for seconds, cost in priced) else draft.hides_s
    weights = [kinds_draft.discount(None if case.at is None else case.at.timestamp(), newest) for case in cases]
    return kinds_draft.rank_cases(
        (max(seconds, hides_s), cost, weight) for (seconds, cost), weight in zip(priced, weights, strict=True)
    )


def make_id(kind: InsightKind, project: str, key: str) -> str:
    """Return the id of an insight: the same for the same kind, project and key."""
    return ids.shorten(ids.INSIGHT, blake2b(f"{kind}\0{project}\0{key}".encode(), digest_size=8).digest())


def _price_cases(
    cases: Sequence[CountedCase], history: ProjectHistory, spent: repeated_costs.SpentBetween
) -> list[tuple[float, float | None]]:
    """Return the seconds and the dollars of each case; a second that two cases of a session share is the first's."""
    counted: dict[int, list[repeated_costs.TimeSpan]] = defaultdict(list)
    found: list[tuple[float, float | None]] = []
    for case in cases:
        if case.usd is not None or case.seconds is not None:
            found.append((case.seconds or 0.0, case.usd))
            continue
        session = history.sessions[case.place.session]
        before = counted[case.place.session]
        spans = repeated_costs.leave_out(repeated_costs.list_spans(session, case.place.number, case.until), before)
        before += spans
        found.append((repeated_costs.sum_seconds(spans), repeated_costs.sum_dollars(session.session, spans, spent)))
    return found


def _find_trend(cases: Sequence[CountedCase], history: ProjectHistory, newest: float | None) -> WeekTrend:
    """Return how often it happened in the newest four weeks of the project, and in the four before."""
    if newest is None:
        return WeekTrend(0, 0, 0, 0)
    ages = [_age_in_periods(one.first_at, newest) for one in history.sessions]
    hits = [ages[case.place.session] for case in cases]
    return WeekTrend(hits.count(0), hits.count(1), ages.count(0), ages.count(1))


def _age_in_periods(at: float | None, newest: float) -> int | None:
    """Return how many whole periods of four weeks lie between a time and the newest one."""
    return None if at is None else int(max(0.0, newest - at) // _FOUR_WEEKS_S)
