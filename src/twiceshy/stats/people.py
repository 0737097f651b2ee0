"""People: one comparison over several people, each of whom is one witness.

What one person does hangs together more than what one session does: the same habits, the same projects, the same
machine. So two sides are compared within each person and the persons are pooled; how certain the whole is says how
much it changes without each of them (the jackknife). Where one person did most of the work there are fewer witnesses
than people, and Student's t takes the number that there is in effect. Measured by ``benchmarks.team_of_ten``.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.stats.clusters import PooledSums, RobustComparison, compare_sums, pool_tables
from twiceshy.stats.intervals import CONFIDENCE, Interval, z_of
from twiceshy.stats.strata import TwoByTwoTable

_FEWEST_BY_JACKKNIFE = 3
"""People from which the jackknife's interval holds what it promises: of two, who may agree by chance, it held 89 to
93 % instead of 95 (measured on simulated teams, 2026-11-23)."""
_LEAST_DEGREES = 0.5
"""Degrees of freedom below which none is taken: there is one witness then, whatever else is counted (guess,
2026-11-23)."""
_NO_INTERVAL = Interval(math.nan, -1.0, 1.0)


class WeighedSide(NamedTuple):
    """One side of one person's comparison, by the inverse of the cases' chances to be on it."""

    bad: float
    """Sum of the weights of the cases that ended badly."""
    weight: float
    """Sum of all weights."""
    squares: float
    """Sum of the squares of all weights."""


def compare_people(people: Iterable[Iterable[TwoByTwoTable]], confidence: float = CONFIDENCE) -> RobustComparison:
    """Return the pooled risk ratio and difference of tables by person, compared within each person.

    A person's tables are of strata of that person's own work. ``sessions`` of the answer counts people.

    >>> found = compare_people([[TwoByTwoTable(30, 100, 15, 100)], [TwoByTwoTable(28, 90, 16, 95)]] * 4)
    >>> [round(x, 2) for x in found.difference], found.sessions
    ([0.15, 0.14, 0.15], 8)
    """
    listed = [list(tables) for tables in people]
    return _compare([pool_tables(tables) for tables in listed], [_spread_of(tables) for tables in listed], confidence)


def compare_weighed(
    people: Iterable[tuple[WeighedSide, WeighedSide]], confidence: float = CONFIDENCE
) -> RobustComparison:
    """Return the same of sides whose cases weigh as the inverse of their chances, in persons who had both.

    Each person's share is self-normalised (Hajek 1971), and counts as that of as many cases of equal weight as tell as
    much (Kish 1965, Survey Sampling, 11.7).

    >>> sides = WeighedSide(30, 100, 100), WeighedSide(45, 100, 700)
    >>> round(compare_weighed([sides] * 5).difference.estimate, 4)
    -0.15
    """
    listed = [(_share_of(one), _share_of(other)) for one, other in people if one.weight > 0 and other.weight > 0]
    return _compare(
        [_pool_shares(one, other) for one, other in listed],
        [_spread_shares(one, other) for one, other in listed],
        confidence,
    )


class _Share(NamedTuple):
    """A share, and how many cases of equal weight know it as well."""

    value: float
    n: float


def _share_of(side: WeighedSide) -> _Share:
    return _Share(side.bad / side.weight, side.weight**2 / side.squares)


def _pool_shares(one: _Share, other: _Share) -> PooledSums:
    weight = one.n * other.n / (one.n + other.n)
    return PooledSums(one.value * weight, other.value * weight, weight)


def _spread_shares(one: _Share, other: _Share) -> float:
    """Return the variance that independent cases would give the weighted difference."""
    weight = one.n * other.n / (one.n + other.n)
    return weight**2 * sum(side.value * (1 - side.value) / side.n for side in (one, other))


def _spread_of(tables: Iterable[TwoByTwoTable]) -> float:
    """Return the same of a person's tables."""
    return math.fsum(_spread_shares(_Share(a / n, n), _Share(b / m, m)) for a, n, b, m in tables if n and m)


def _compare(people: Sequence[PooledSums], spreads: Sequence[float], confidence: float) -> RobustComparison:
    """Pool what each person's work says, and bound it by leaving each person out once.

    Sources: MacKinnon, Nielsen and Webb 2023 (Journal of Econometrics 232:272) for the jackknife by clusters; Carter,
    Schnepel and Steigerwald 2017 (Review of Economics and Statistics 99:698) for the effective number of clusters, here
    by the people's weights alone. Of two people the interval is the wider one at each end of this and of
    that of independent cases within each person.
    """
    seen = [(sums, spread) for sums, spread in zip(people, spreads, strict=True) if sums.weight > 0]
    full = PooledSums(*(math.fsum(part) for part in zip(*(sums for sums, _ in seen), strict=True))) if seen else None
    if full is None:
        return RobustComparison(Interval(math.nan, 0.0, math.inf), _NO_INTERVAL, 1.0, 0)
    degrees = max(_count_in_effect([sums.weight for sums, _ in seen]) - 1, _LEAST_DEGREES)
    found = compare_sums(full, [_leave_out(full, sums) for sums, _ in seen], degrees, confidence)
    if len(seen) == 1 or len(seen) >= _FEWEST_BY_JACKKNIFE:
        return found
    half = z_of(confidence) * math.sqrt(math.fsum(spread for _, spread in seen)) / full.weight
    estimate, low, high = found.difference
    return found._replace(
        difference=Interval(estimate, max(-1.0, min(low, estimate - half)), min(1.0, max(high, estimate + half)))
    )


def _count_in_effect(weights: Sequence[float]) -> float:
    """Return the number of people of equal weight who would say as much.

    >>> _count_in_effect([1.0, 1.0, 1.0]), _count_in_effect([8.0, 1.0, 1.0])
    (3.0, 1.5151515151515151)
    """
    return math.fsum(weights) ** 2 / math.fsum(weight * weight for weight in weights)


def _leave_out(full: PooledSums, mine: PooledSums) -> PooledSums:
    """Return the sums without one person; what rounding leaves of nothing is nothing."""
    least = 1e-9 * full.weight
    return PooledSums(*(rest if (rest := a - b) > least else 0.0 for a, b in zip(full, mine, strict=True)))
