"""Whether a trial with a placebo holds what it promises: intervals, claims and the power said beforehand.

Called by ``python -m benchmarks advice_effect --part trial|power``. Sessions and rules are those of ``advice_effect``;
each rule has one ratio of bad ends when its warning is shown, and another one for the placebo.

- coverage: how often the 95 % interval of each comparison holds the true difference, and how often an effect is claimed
  where there is none, looked at once and at every tenth of the trial;
- power: trials of the size that is said beforehand, and in how many the expected effect of 30 % is seen.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from random import Random
from typing import NamedTuple

from benchmarks.advice_effect import World, bases, quantile_of
from twiceshy.advice.trial_effect import CUT, PLACEBO, SILENT, WARNED, estimate_outcomes, plan_cases, select_cases
from twiceshy.records.trial_effects import DrawnCase, TrialComparison
from twiceshy.stats.intervals import wilson

HELD, GIVEN = 0.15, 0.15
"""Shares of silence and placebo."""
LOOKS = 10


class TrialWorld(NamedTuple):
    """Sessions, and what a placebo does in them."""

    world: World
    placebo: float = 1.0
    """Ratio of bad ends with a placebo."""
    changed: bool = False
    """The shares are doubled half-way."""


def eight(name: str, sessions: int, ratio: float, base: float, together: float) -> World:
    return World(name, sessions, (ratio,) * 8, base, together, 0.3, 0.0)


WORLDS = (
    TrialWorld(eight("they help, a placebo does not", 200, 0.5, 0.5, 0.1)),
    TrialWorld(eight("the interruption is all that helps", 200, 0.6, 0.5, 0.1), 0.6),
    TrialWorld(eight("no effect", 200, 1.0, 0.5, 0.2)),
    TrialWorld(eight("no effect, 600 sessions", 600, 1.0, 0.5, 0.2)),
    TrialWorld(eight("no effect, 60 sessions", 60, 1.0, 0.5, 0.1)),
    TrialWorld(eight("seldom bad", 400, 0.6, 0.15, 0.2)),
    TrialWorld(eight("sessions hang together", 150, 0.6, 0.4, 0.5)),
    TrialWorld(World("rules differ", 200, (0.3, 0.5, 0.8, 1.0, 1.0), 0.5, 0.2, 0.3, 0.0)),
    TrialWorld(eight("the shares are doubled half-way", 200, 0.6, 0.5, 0.2), changed=True),
)


def lot(seed: int, session: int, rule: int) -> float:
    """From 0 to 1, the same for a session and rule."""
    drawn = blake2b(f"{seed}:{session}:{rule}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn, "big") / 2**64


def simulated(one: TrialWorld, rng: Random, mine: Sequence[float], given: float = GIVEN) -> Iterator[DrawnCase]:
    """Cases in order of time, without end: the caller takes as many sessions as it wants."""
    world, seed, session = one.world, rng.getrandbits(32), 0
    while True:
        luck = rng.random() if world.together > 0 else 0.5
        late = one.changed and session >= world.sessions / 2
        held, placebo = (2 * HELD, 2 * given) if late else (HELD, given)
        for rule, ratio in enumerate(world.effects):
            if rng.random() >= world.fits:
                continue
            drawn = lot(seed, session, rule)
            own = quantile_of(luck, mine[rule], world.together)
            own *= 1 if drawn < held else one.placebo if drawn >= 1 - placebo else ratio
            yield DrawnCase(
                rule=str(rule),
                session=session,
                shown=held <= drawn < 1 - placebo,
                placebo=drawn >= 1 - placebo,
                held_chance=held,
                placebo_chance=placebo,
                failed=rng.random() < own,
                again=None,
                at=session,
            )
        session += 1


def of_sessions(cases: Iterable[DrawnCase], sessions: int) -> list[DrawnCase]:
    """Those of the first sessions."""
    found: list[DrawnCase] = []
    for one in cases:
        if one.at >= sessions:
            return found
        found.append(one)
    return found


def compared(cases: Iterable[DrawnCase]) -> dict[tuple[str, str], TrialComparison]:
    outcomes = estimate_outcomes(select_cases(cases))
    return {(one.arm, one.other): one for one in outcomes[0].comparisons} if outcomes else {}


def truth(one: TrialWorld, mine: Sequence[float], pair: tuple[str, str]) -> float:
    """The mean difference over rules, which fit equally often."""
    ratios = [{WARNED: own, PLACEBO: one.placebo, SILENT: 1.0} for own in one.world.effects]
    return sum(base * (ratio[pair[0]] - ratio[pair[1]]) for base, ratio in zip(mine, ratios, strict=True)) / len(mine)


def coverage(runs: int, seed: int) -> None:
    """Nothing; prints how often intervals hold the truth, and how often something is claimed."""
    pairs = ((WARNED, SILENT), (WARNED, PLACEBO), (PLACEBO, SILENT))
    print(
        "| world | " + " | ".join(f"{arm} - {other}" for arm, other in pairs) + " | claimed at the end | at any look |"
    )
    print("|---|" + "---|" * (len(pairs) + 2))
    total = {pair: [0, 0] for pair in pairs}
    for place, one in enumerate(WORLDS):
        rng = Random(seed + 3000 + place)
        held = dict.fromkeys(pairs, 0)
        at_end = at_any = 0
        for _ in range(runs):
            mine = bases(one.world, rng)
            cases = of_sessions(simulated(one, rng, mine), one.world.sessions)
            found = compared(cases)
            for pair in pairs:
                difference = found[pair].difference
                held[pair] += difference.low <= truth(one, mine, pair) <= difference.high
            at_end += says_something(found)
            at_any += says_something(found) or any(
                says_something(compared(case for case in cases if case.at < one.world.sessions * look / LOOKS))
                for look in range(1, LOOKS)
            )
        for pair in pairs:
            total[pair][0] += held[pair]
            total[pair][1] += runs
        cells = [f"{held[pair] / runs:.1%}" for pair in pairs]
        print(f"| {one.world.name} | {' | '.join(cells)} | {at_end / runs:.1%} | {at_any / runs:.1%} |")
    cells = [f"{hits / n:.1%} ({wilson(hits, n).low:.1%}-{wilson(hits, n).high:.1%})" for hits, n in total.values()]
    print(f"| **all** | {' | '.join(cells)} | | |")


def says_something(found: dict[tuple[str, str], TrialComparison]) -> bool:
    """Whether an effect of the warning beside silence is claimed."""
    return (WARNED, SILENT) in found and found[WARNED, SILENT].verdict in {"fewer", "more"}


class Planned(NamedTuple):
    """A trial whose size is said beforehand."""

    base: float
    together: float
    given: float
    """Share of the placebo; 0: only a holdout."""
    other: str


PLANS = (
    *(Planned(base, 0.1, 0.0, SILENT) for base in (0.2, 0.4, 0.6, 0.8)),
    *(Planned(base, 0.1, GIVEN, PLACEBO) for base in (0.2, 0.4, 0.6, 0.8)),
    *(Planned(0.5, together, GIVEN, SILENT) for together in (0.0, 0.3, 0.6)),
)


def power(runs: int, seed: int) -> None:
    """Nothing; prints in how many trials of the planned size the effect is seen."""
    print("| calls that fail without | together | beside | cases, all arms | seen (goal .70 to .90) |")
    print("|---|---|---|---|---|")
    for place, plan in enumerate(PLANS):
        rng = Random(seed + 5000 + place)
        one = TrialWorld(eight("", 1, 1 - CUT, plan.base, plan.together))
        warned, share = 1 - HELD - plan.given, plan.given if plan.other == PLACEBO else HELD
        both = plan_cases(plan.base, CUT, warned / (warned + share)) or 0
        needed = math.ceil(both / (warned + share))
        seen = 0
        for _ in range(runs):
            cases = simulated(one, rng, [plan.base] * len(one.world.effects), plan.given)
            difference = compared(next(cases) for _ in range(needed))[WARNED, plan.other].difference
            seen += difference.high < 0
        told = wilson(seen, runs)
        print(
            f"| {plan.base:.0%} | {plan.together} | {plan.other} | {needed:,} | "
            f"{seen / runs:.0%} ({told.low:.0%}-{told.high:.0%}) |"
        )
