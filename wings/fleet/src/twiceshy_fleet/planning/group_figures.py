"""The figures of a fleet's groups, from their sums: shares with intervals, dollars, and who differs. Pure.

A group is called different only where a test over its sessions says so, on the same kinds of calls, and at a false
discovery rate over all groups that were compared. Groups of a handful are shown and never compared: what few sessions
did is chance, and what few people did is about these people.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from twiceshy.account.price_list import ModelPrice, PriceList, PriceTier, price_tokens
from twiceshy.records.fleet import FleetDimension, FleetFigures, FleetVerdict, GroupSums, GroupTokens
from twiceshy.records.spending import TokenCounts
from twiceshy.stats.intervals import false_discovery, measure_share
from twiceshy.stats.strata import NO_RATIO, StandardizedRatio, WitnessSums, compare_standardized

FEWEST = 5
"""Sessions, and people where they are named, below which a group is not compared (guess, 2026-11-23: of four people
each knows who the others are)."""
_FEWEST_FAILED = 5
"""Failed calls on each side below which no ratio is told: the interval of so few holds less than it says
(guess, 2026-11-23)."""
_DISCOVERY = 0.05
"""False discovery rate over all groups (convention)."""

_EMPTY = GroupSums("", "", 0, 0, 0, 0, None, None, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSpending:
    """What one group used."""

    tokens: TokenCounts = field(default_factory=TokenCounts)
    dollars: float = 0.0
    unpriced: int = 0
    partial: int = 0


def build_figures(sums: GroupSums, spent: GroupSpending) -> FleetFigures:
    """Return the figures of the whole or of one group."""
    return FleetFigures(
        key=sums.key,
        name=sums.name,
        sessions=sums.sessions,
        people=sums.people,
        teams=sums.teams,
        projects=sums.projects,
        first_at=sums.first_at,
        last_at=sums.last_at,
        calls=sums.calls,
        failed=measure_share(sums.failed, sums.tried),
        edits=sums.edits,
        corrections=sums.corrections,
        corrected=measure_share(sums.corrected, sums.corrected_known),
        rolled_back=measure_share(sums.rolled_back, sums.rolled_back_known),
        tasks=sums.tasks,
        first_pass=measure_share(sums.first_pass, sums.tasks_known),
        tokens=spent.tokens,
        dollars=spent.dollars,
        unpriced=spent.unpriced,
        partial=spent.partial,
    )


def build_group_figures(
    by: FleetDimension, groups: Sequence[GroupSums], whole: GroupSums, spent: Mapping[str, GroupSpending]
) -> tuple[FleetFigures, ...]:
    """Return the figures of all groups, each beside the others together; months in order, others as they come.

    A model that only helped in others' sessions has tokens and no session.
    """
    known = {one.key for one in groups}
    groups = [*groups, *(_EMPTY._replace(key=key, name=key) for key in sorted(spent) if key not in known)]
    figures = [build_figures(one, spent.get(one.key, GroupSpending())) for one in groups]
    everything = _take_sums(whole)
    compared = [None if is_few(one) else _compare(_take_sums(one), everything) for one in groups]
    tested = [found for found in compared if found is not None]
    q_values = iter(false_discovery([found.p for found in tested]))
    drawn = [
        replace(one, verdict="few") if found is None else _judge(one, found, next(q_values))
        for one, found in zip(figures, compared, strict=True)
    ]
    return tuple(sorted(drawn, key=lambda one: one.key) if by == "month" else drawn)


def is_few(group: GroupSums) -> bool:
    """Tell whether a group is too small to compare; where nobody is named, people are not counted."""
    return group.sessions < FEWEST or 0 < group.people < FEWEST


def _compare(one: WitnessSums, everything: WitnessSums) -> StandardizedRatio:
    """Return the group beside all others; nothing can be told where one of both sides is a handful."""
    others = everything.without(one)
    if others.sessions < FEWEST or min(one.seen, others.seen) < _FEWEST_FAILED:
        return NO_RATIO
    return compare_standardized(one, others)


def _take_sums(one: GroupSums) -> WitnessSums:
    return WitnessSums(
        one.sessions, one.failed, one.expected, one.failed_squared, one.failed_expected, one.expected_squared
    )


def _judge(figures: FleetFigures, found: StandardizedRatio, q: float) -> FleetFigures:
    if not math.isfinite(found.ratio.estimate):
        return figures
    ratio, low, high = found.ratio
    verdict: FleetVerdict = "" if q > _DISCOVERY or low <= 1 <= high else "more" if ratio > 1 else "fewer"
    return replace(figures, ratio=ratio, ratio_low=low, ratio_high=high, verdict=verdict)


def sum_spending(rows: Iterable[GroupTokens], prices: PriceList) -> dict[str, GroupSpending]:
    """Return what each group used, and what that costs at these prices, by the group's key."""
    found: dict[str, list[GroupTokens]] = defaultdict(list)
    for row in rows:
        found[row.key].append(row)
    return {key: _sum_rows(mine, prices) for key, mine in found.items()}


def _sum_rows(rows: Sequence[GroupTokens], prices: PriceList) -> GroupSpending:
    known = [(row, _price(row, prices)) for row in rows]
    return GroupSpending(
        tokens=TokenCounts(*map(sum, zip(*(row.tokens for row in rows), strict=True))),
        dollars=math.fsum(dollars for _, dollars in known if dollars is not None),
        unpriced=sum(row.tokens.total for row, dollars in known if dollars is None),
        partial=sum(row.partial for row in rows),
    )


def _price(row: GroupTokens, prices: PriceList) -> float | None:
    """Return the dollars of messages whose prompts were all of one tier; None where nobody knows their price."""
    if row.is_stated:
        return row.stated
    found = prices.find(row.model)
    if found is None:
        return None
    rates = found.tiers[min(row.tier, len(found.tiers) - 1)].rates
    return price_tokens(row.tokens, ModelPrice((PriceTier(0, rates),))).dollars


def list_unpriced(rows: Iterable[GroupTokens], prices: PriceList) -> tuple[tuple[str, int], ...]:
    """Return the models without a price and their tokens, most first."""
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        if _price(row, prices) is None:
            found[row.model] += row.tokens.total
    return tuple(sorted(found.items(), key=lambda one: (-one[1], one[0])))
