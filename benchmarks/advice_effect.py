"""Whether the estimator of advice's effect holds what it promises, on simulated sessions in which the truth is known.

``python -m benchmarks advice_effect [--runs N] [--seed S] [--part coverage|retire|trial|power]``

Sessions differ: each has its own chance of ending badly, and several rules fit in it, some more than once. Rules of one
category differ in how often they are right and in what they do. A lot of session and rule, the one that is used live,
holds 15 % back. Nothing is tuned here: ``--seed`` of the reported run is another one than that of the tuning.

- coverage: how often the 95 % intervals of a category hold the true difference and ratio, beside intervals that take
  cases as independent and count repeated ones;
- trial, power: the same for a trial with a placebo, and the power said beforehand (``advice_trial``);
- retire: how many useless rules are retired after so many sessions, and how many useful and harmful ones.
"""

import argparse
import math
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from hashlib import blake2b
from random import Random
from typing import NamedTuple

from twiceshy.judgement.outcomes import effect
from twiceshy.judgement.outcomes.effect import group_by_session, select_first_times
from twiceshy.records.effects import AdviceCase
from twiceshy.stats import clusters, strata
from twiceshy.stats.intervals import Interval, wilson

SEED = 20261121
HELD = 15
"""Percent."""
LOOKS = (50, 100, 200, 400, 800)
"""Sessions after which it is told how many rules are retired; looked at is every 25."""
STEP = 25


class World(NamedTuple):
    """What sessions are drawn from. ``effects``: for each rule the ratio of bad ends when shown."""

    name: str
    sessions: int
    effects: tuple[float, ...]
    base: float
    together: float
    """Correlation of ends within a session."""
    fits: float
    """Chance that a rule fits in a session."""
    again: float
    """Mean number of further times that it fits there."""


WORLDS = (
    World("8 rules, they help, 200 sessions", 200, (0.4,) * 8, 0.5, 0.1, 0.3, 0.5),
    World("8 rules, 60 sessions", 60, (0.4,) * 8, 0.5, 0.1, 0.3, 0.5),
    World("rules differ, 200 sessions", 200, (0.3, 0.5, 0.8, 1.0, 1.0), 0.5, 0.2, 0.3, 0.5),
    World("no effect, 200 sessions", 200, (1.0,) * 5, 0.5, 0.2, 0.3, 0.5),
    World("one rule, 150 sessions", 150, (0.5,), 0.6, 0.0, 1.0, 1.0),
    World("seldom bad, 400 sessions", 400, (0.5,) * 6, 0.15, 0.2, 0.3, 0.5),
    World("sessions hang together", 150, (0.6,) * 10, 0.4, 0.5, 0.4, 0.5),
)


def held_back(seed: int, session: int, rule: int) -> bool:
    """The lot."""
    drawn = blake2b(f"{seed}:{session}:{rule}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn, "big") % 100 < HELD


def bases(world: World, rng: Random) -> list[float]:
    """How often each rule's calls end badly on their own."""
    return [min(0.9, world.base * math.exp(rng.gauss(0, 0.3))) for _ in world.effects]


def drawn(world: World, rng: Random, mine: Sequence[float], sessions: int) -> list[AdviceCase]:
    """Simulated cases, in order of time. A warning that was shown keeps its effect on later cases of its session."""
    seed = rng.getrandbits(32)
    found = []
    for session in range(sessions):
        luck = rng.random() if world.together > 0 else 0.5
        for rule, ratio in enumerate(world.effects):
            if rng.random() >= world.fits:
                continue
            own = quantile_of(luck, mine[rule], world.together)
            shown = not held_back(seed, session, rule)
            for time_ in range(1 + int(rng.expovariate(1 / world.again)) if world.again else 1):
                bad = rng.random() < (own * ratio if shown else own)
                found.append(
                    AdviceCase(
                        rule=f"w-{rule}",
                        category="c",
                        session=session,
                        shown=shown,
                        bad=bad,
                        at=session + rule / 100 + time_ / 10000,
                    )
                )
    return found


def quantile_of(luck: float, mean: float, together: float) -> float:
    """The session's chance at a rule: with one luck for all of its rules, a two-point mixture has the same spread."""
    if together <= 0:
        return mean
    reach = math.sqrt(together * mean * (1 - mean))
    high = min(1.0, mean + reach)
    share = (mean - max(0.0, mean - reach)) / (high - max(0.0, mean - reach))
    return high if luck < share else max(0.0, mean - reach)


Method = Callable[[Sequence[AdviceCase]], tuple[Interval, Interval]]


def ours(given: Sequence[AdviceCase]) -> tuple[Interval, Interval]:
    found = clusters.compare_clusters(group_by_session(select_first_times(given)))
    return found.ratio, found.difference


def independent(given: Sequence[AdviceCase]) -> tuple[Interval, Interval]:
    tables = clusters.sum_tables(group_by_session(given)).values()
    return strata.pooled_ratio(tables), strata.pooled_difference(tables)


METHODS: dict[str, Method] = {"ours": ours, "all cases, independent": independent}


def truth(world: World, mine: Sequence[float], given: Sequence[AdviceCase]) -> tuple[float, float]:
    """Mantel and Haenszel's mean of the rules' true ratios (by what held-back ones would give) and differences."""
    over = under = weight = gap = 0.0
    for rule, (_, n, _, m) in clusters.sum_tables(group_by_session(select_first_times(given))).items():
        if n and m:
            number = int(str(rule).removeprefix("w-"))
            base, ratio = mine[number], world.effects[number]
            share = n * m / (n + m)
            over, under = over + share * base * ratio, under + share * base
            gap, weight = gap + share * base * (ratio - 1), weight + share
    return (over / under if under else math.nan), (gap / weight if weight else math.nan)


def coverage(runs: int, seed: int) -> None:
    """Nothing; prints how often intervals hold the truth."""
    print("| world | method | ratio held | difference held | median width of the difference |")
    print("|---|---|---|---|---|")
    everywhere: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for place, world in enumerate(WORLDS):
        rng = Random(seed + place)
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        widths: dict[str, list[float]] = defaultdict(list)
        for _ in range(runs):
            mine = bases(world, rng)
            given = drawn(world, rng, mine, world.sessions)
            true_ratio, true_difference = truth(world, mine, given)
            if math.isnan(true_difference):
                continue
            for name, method in METHODS.items():
                ratio, difference = method(given)
                counts[name][0] += ratio.low <= true_ratio <= ratio.high
                counts[name][1] += difference.low <= true_difference <= difference.high
                counts[name][2] += 1
                widths[name].append(difference.high - difference.low)
        for name, (ratios, differences, n) in counts.items():
            width = sorted(widths[name])[len(widths[name]) // 2]
            print(f"| {world.name} | {name} | {ratios / n:.1%} | {differences / n:.1%} | {width:.2f} |")
            for column, value in enumerate((ratios, differences, n)):
                everywhere[name][column] += value
    for name, (ratios, differences, n) in everywhere.items():
        told = [
            f"{hits / n:.1%} ({wilson(hits, n).low:.1%}-{wilson(hits, n).high:.1%})" for hits in (ratios, differences)
        ]
        print(f"| **all** | {name} | {told[0]} | {told[1]} | |")


class Sort(NamedTuple):
    """A sort of rule in the retiring simulation."""

    name: str
    ratio: float
    base: float


SORTS = (
    Sort("useless, right half the time", 1.0, 0.5),
    Sort("useless, seldom right", 1.0, 0.04),
    Sort("harmful", 1.3, 0.5),
    Sort("useful: takes away half", 0.5, 0.5),
    Sort("useful: takes away two thirds", 0.33, 0.5),
    Sort("useful: takes away a third", 0.67, 0.6),
)


def retire(runs: int, seed: int) -> None:
    """Nothing; prints which rules were retired after how many sessions in which they fit."""
    print("| rule | " + " | ".join(f"{look} sessions" for look in LOOKS) + " |")
    print("|---|" + "---|" * len(LOOKS))
    for place, sort in enumerate(SORTS):
        # Beside it four others of mixed use: the category's prior is not made for it.
        world = World(sort.name, max(LOOKS), (sort.ratio, 0.5, 0.8, 1.0, 0.4), 0.5, 0.1, 1.0, 0.0)
        rng = Random(seed + 1000 + place)
        gone = dict.fromkeys(LOOKS, 0)
        for _ in range(runs):
            mine = [sort.base, *bases(world, rng)[1:]]
            given = drawn(world, rng, mine, max(LOOKS))
            retired_at = first_retired(given)
            for look in LOOKS:
                gone[look] += retired_at <= look
        print(f"| {sort.name} | " + " | ".join(f"{gone[look] / runs:.0%}" for look in LOOKS) + " |")


def first_retired(given: Sequence[AdviceCase]) -> float:
    """After how many sessions the first rule is retired, looked at every ``STEP``; infinite for never."""
    for look in range(STEP, max(LOOKS) + 1, STEP):
        some = [one for one in given if isinstance(one.session, int) and one.session < look]
        tables: dict[str, list[AdviceCase]] = defaultdict(list)
        for one in some:
            tables[one.rule].append(one)
        own = {rule: effect.count_arms(mine) for rule, mine in tables.items()}
        expected = effect.build_prior([one for rule, one in own.items() if rule != "w-0"])
        if effect.estimate_rule("w-0", "c", own["w-0"], expected, (effect.WORTH, effect.DOUBT)).retired:
            return look
    return math.inf


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--part", choices=["coverage", "retire", "trial", "power"])
    args = parser.parse_args(argv)
    started = time.process_time()
    if args.part in {None, "coverage"}:
        coverage(args.runs, args.seed)
    if args.part in {None, "retire"}:
        print()
        retire(max(1, args.runs // 5), args.seed)
    from benchmarks import advice_trial  # noqa: PLC0415  # it draws from this module's worlds

    if args.part in {None, "trial"}:
        print()
        advice_trial.coverage(args.runs, args.seed)
    if args.part in {None, "power"}:
        print()
        advice_trial.power(args.runs, args.seed)
    print(f"\n{time.process_time() - started:.0f} s CPU")
