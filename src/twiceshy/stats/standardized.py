"""Compare two groups of sessions on the same kinds of calls, from sums alone: what was seen over what was expected.

Groups differ in what they do: who edits more fails otherwise than who runs more tests. So each session has, beside its
failures, those that are expected of its calls if each kind failed as often as it does everywhere; a group's ratio is
the sum of the first over the sum of the second (indirect standardisation: Breslow and Day 1987, Statistical Methods in
Cancer Research II, 2.3), and two groups are compared by the ratio of their ratios. What happens in one session hangs
together, so sessions are the witnesses: the variance is that of a ratio of sums over them (Cochran 1977, Sampling
Techniques, 6.4), on the logarithm. Ten million calls need six sums a group and no second pass.
"""

import math
from typing import NamedTuple

from twiceshy.stats.intervals import CONFIDENCE, Interval
from twiceshy.stats.student_t import t_quantile, t_two_sided


class WitnessSums(NamedTuple):
    """Sums over the sessions of a group."""

    sessions: int
    seen: int
    expected: float
    seen_squared: int
    seen_expected: float
    expected_squared: float

    def without(self, other: "WitnessSums") -> "WitnessSums":
        """Return the sums of the sessions that are not in the other, which is a part of this."""
        return WitnessSums(
            self.sessions - other.sessions,
            self.seen - other.seen,
            self.expected - other.expected,
            self.seen_squared - other.seen_squared,
            self.seen_expected - other.seen_expected,
            self.expected_squared - other.expected_squared,
        )


class StandardizedRatio(NamedTuple):
    """How many times as often, with its interval and the p-value that it is 1."""

    ratio: Interval
    p: float


NO_RATIO = StandardizedRatio(Interval(math.nan, 0.0, math.inf), 1.0)
"""Nothing can be told."""


def compare_standardized(one: WitnessSums, other: WitnessSums, confidence: float = CONFIDENCE) -> StandardizedRatio:
    """Return the ratio of two groups' standardised ratios; ``NO_RATIO`` where nothing can be told.

    >>> alike = WitnessSums(100, 200, 200.0, 600, 500.0, 500.0)
    >>> found = compare_standardized(WitnessSums(100, 400, 200.0, 2000, 900.0, 500.0), alike)
    >>> [round(x, 2) for x in found.ratio], found.p < 1e-6
    ([2.0, 1.74, 2.3], True)
    """
    if min(one.sessions, other.sessions) < 2 or min(one.seen, other.seen) < 1 or min(one.expected, other.expected) <= 0:
        return NO_RATIO
    spread = math.sqrt(_measure_variance(one) + _measure_variance(other))
    if not spread:
        return NO_RATIO
    estimate = math.log(one.seen / one.expected) - math.log(other.seen / other.expected)
    degrees = min(one.sessions, other.sessions) - 1
    half = t_quantile((1 + confidence) / 2, degrees) * spread
    ends = (math.exp(estimate + move) for move in (0.0, -half, half))
    return StandardizedRatio(Interval(*ends), t_two_sided(abs(estimate) / spread, degrees))


def _measure_variance(group: WitnessSums) -> float:
    """Return the variance of the logarithm of seen over expected."""
    n, seen, expected, seen_squared, both, expected_squared = group
    ratio = seen / expected
    squares = max(seen_squared - 2 * ratio * both + ratio * ratio * expected_squared, 0.0)
    return n / (n - 1) * squares / (seen * seen)
