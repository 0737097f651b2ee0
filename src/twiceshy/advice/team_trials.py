"""What warnings do over a whole team: each person's own trial, pooled with the person as the witness.

The lot is drawn at each person's home, so warned and silent cases are compared within that person's work; how far
people differ is in the interval. Verdicts are held back until the number of cases that was planned, as at home. A
server looks again whenever rows come, for years: so of the 5 % of wrong verdicts that are allowed altogether, a part is
spent each time that the cases have doubled.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from twiceshy.advice.trial_effect import COMPARED, CUT, PLACEBO, SILENT, WARNED, plan_cases
from twiceshy.base.values import Verdict
from twiceshy.records.effects import PooledEffect
from twiceshy.records.team_knowledge import TrialSum
from twiceshy.stats.people import WeighedSide, compare_weighed

_ARMS = {
    WARNED: "calls that were warned of",
    PLACEBO: "calls with a neutral line",
    SILENT: "calls with no word",
}
_FIRST_LEVEL = 0.025
"""Half of it is the error of each look until the planned cases have doubled, a sixth until they doubled again, and so
on: over weekly looks until 24 times the planned number 5.3 % of 20,000 drawn trials without an effect were called one,
and 36 % with the usual 5 % at each look (measured, 2026-11-23)."""
_Arms = Mapping[str, Sequence[TrialSum]]
"""One person's sums by arm."""


def pool_trials(sums: Iterable[TrialSum]) -> list[PooledEffect]:
    """Return the comparisons of arms in which two or more people had both; first those of all kinds of rules."""
    groups: dict[tuple[str, str], dict[bytes, dict[str, list[TrialSum]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for one in sums:
        if one.n and one.weight > 0 and one.weight_squared > 0:
            for about in ("", one.rule_kind):
                groups[about, one.outcome][one.member][one.arm].append(one)
    found = (
        _compare_arms(about, outcome, arm, other, list(people.values()))
        for (about, outcome), people in sorted(groups.items())
        for arm, other in COMPARED
    )
    return [one for one in found if one is not None]


def _compare_arms(about: str, outcome: str, arm: str, other: str, people: Sequence[_Arms]) -> PooledEffect | None:
    """Compare two arms within each person who had both; None where fewer than two had."""
    mine = [one for one in people if one.get(arm) and one.get(other)]
    if len(mine) < 2:
        return None
    sides = [(_weigh(one[arm]), _weigh(one[other])) for one in mine]
    found = compare_weighed(sides)
    (_, n), (other_bad, other_n) = _count_cases(mine, arm), _count_cases(mine, other)
    needed = plan_cases((other_bad + 0.5) / (other_n + 1), CUT, n / (n + other_n))
    return PooledEffect(
        kind="trial",
        name=f"trial:{about}:{arm}/{other}" if about else f"trial:{arm}/{other}",
        says=f"{_ARMS[arm]}, beside {_ARMS[other]}{f' (rules of the kind {about})' if about else ''}",
        outcome=outcome,
        people=found.sessions,
        n=n + other_n,
        difference=found.difference.estimate,
        low=found.difference.low,
        high=found.difference.high,
        needed=needed,
        verdict=_judge(sides, n + other_n, needed),
    )


def _judge(sides: Sequence[tuple[WeighedSide, WeighedSide]], n: int, needed: int | None) -> Verdict:
    """Return what may be said, however often it was asked before."""
    if needed is None or n < needed:
        return "too-few"
    doublings = int(math.log2(n / needed))
    level = _FIRST_LEVEL / ((doublings + 1) * (doublings + 2))
    estimate, low, high = compare_weighed(sides, 1 - level).difference
    if low <= 0 <= high:
        return "no-difference"
    return "fewer" if estimate < 0 else "more"


def _count_cases(people: Iterable[_Arms], arm: str) -> tuple[int, int]:
    """Return an arm's bad ends and cases, of all people."""
    sums = [one for mine in people for one in mine[arm]]
    return sum(one.bad for one in sums), sum(one.n for one in sums)


def _weigh(sums: Sequence[TrialSum]) -> WeighedSide:
    return WeighedSide(
        sum(one.weighted_bad for one in sums), sum(one.weight for one in sums), sum(one.weight_squared for one in sums)
    )
