"""Which insight saves most when somebody acts on it? Seconds a case costs, and what it costs in dollars, as seconds.

What is over does not come back: a case counts half when it is eight weeks older than the newest session. What has no
cost of its own (a failure reported as success) counts by what it hides.
"""

from collections.abc import Iterable

HALF_LIFE_S = 8 * 7 * 86400.0
"""Seconds after which a case counts half. Guess of 2026-11-22: two of the report's usual windows of four weeks."""
SECONDS_A_DOLLAR = 60.0
"""For order only. Guess of 2026-11-22: an hour of a developer's waiting is worth about 60 dollars."""


def discount(at: float | None, newest: float | None) -> float:
    """Return what a case counts by its age, 0 to 1; of unknown age it counts half.

    >>> discount(0.0, HALF_LIFE_S)
    0.5
    """
    if at is None or newest is None:
        return 0.5
    return float(2.0 ** (-max(0.0, newest - at) / HALF_LIFE_S))


def rank_cases(costs: Iterable[tuple[float, float | None, float]]) -> float:
    """Return the seconds that acting on it saves, from seconds, dollars and discount of each case."""
    return sum((seconds + SECONDS_A_DOLLAR * (dollars or 0.0)) * weight for seconds, dollars, weight in costs)
