"""What a team learns sooner than one user: weeks until an effect is told, and whether intervals over people are right.

``python -m benchmarks team_of_ten [--runs N] [--weeks-runs N] [--seed S] [--part coverage|weeks|habits]``

People differ: in how much they work, in how often their calls fail, and in what a warning does for them. Each has
sessions that hang together. A lot of session and rule holds some warnings back at each person's home; what leaves is
each person's sums by kind of rule and arm, and the server pools them with the person as the witness.

- coverage: how often the 95 % interval of the difference holds the true one (goal 93 to 97 %);
- weeks: looked at each week, when an effect of 30 % is told by a team of ten and by one user alone, and how often one
  is told where there is none;
- habits: the same intervals for habits in strata that nobody drew lots for.
"""

import argparse
import math
import time
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from benchmarks.advice_effect import quantile_of
from twiceshy.advice.team_trials import pool_trials
from twiceshy.advice.trial_effect import CUT, SILENT, WARNED, estimate_outcomes, plan_cases
from twiceshy.judgement.outcomes.team_effects import pool_effects
from twiceshy.records.team_knowledge import EffectSum, TrialSum
from twiceshy.records.trial_effects import TrialCase
from twiceshy.stats.intervals import wilson

SEED = 20261123
HELD = 0.15
"""Share of warnings held back."""
KINDS = 4
"""Kinds of rules."""
SESSION = 3.0
"""Mean cases of one session."""


class Team(NamedTuple):
    """What people are drawn from."""

    name: str
    people: int = 10
    cases: float = 80
    """Mean cases of one person."""
    base: float = 0.43
    """Share of calls that fail without a warning (measured on 831 sessions of public projects, 2026-11-22)."""
    ratio: float = 1 - CUT
    """Of bad ends when warned, of the mean person."""
    work: float = 0.5
    """Spread of how much people do (of the logarithm)."""
    fail: float = 0.3
    """Spread of how often their calls fail (of the log odds)."""
    differ: float = 0.1
    """Spread of the ratio over people (of the logarithm)."""
    together: float = 0.1
    """Correlation of ends within a session."""
    changed: bool = False
    """The share held back is doubled half-way, and calls fail half as often from then on."""


TEAMS = (
    Team("ten people, 80 cases each"),
    Team("no effect", ratio=1.0, differ=0.0),
    Team("30 cases each", cases=30),
    Team("300 cases each", cases=300),
    Team("some do much more than others", cases=150, work=1.0),
    Team("people differ much", cases=150, fail=0.8, differ=0.3),
    Team("sessions hang together", together=0.4),
    Team("4 % fail, 500 cases each", cases=500, base=0.04),
    Team("the share held back is doubled", changed=True),
    Team("five people", people=5, cases=160),
    Team("three people", people=3, cases=270),
    Team("two people", people=2, cases=400),
)


class Person(NamedTuple):
    """One of a team."""

    base: float
    ratio: float
    cases: float


class Case(NamedTuple):
    """One time that a rule fits."""

    session: int
    kind: int
    warned: bool
    chance: float
    bad: bool


def draw_person(team: Team, rng: Random) -> Person:
    odds = math.log(team.base / (1 - team.base)) + rng.gauss(0, team.fail)
    base = 1 / (1 + math.exp(-odds))
    ratio = team.ratio * math.exp(rng.gauss(0, team.differ) - team.differ**2 / 2)
    return Person(base, min(ratio, 1 / base), team.cases * math.exp(rng.gauss(0, team.work) - team.work**2 / 2))


def draw_cases(team: Team, person: Person, rng: Random) -> Iterator[Case]:
    """Cases in the order of time, without end."""
    session = done = 0
    while True:
        luck = rng.random()
        for _ in range(1 + int(rng.expovariate(1 / (SESSION - 1)))):
            late = team.changed and done >= person.cases / 2
            held, base = (2 * HELD, person.base / 2) if late else (HELD, person.base)
            warned = rng.random() >= held
            chance = quantile_of(luck, base, team.together) if team.together else base
            bad = rng.random() < chance * (person.ratio if warned else 1.0)
            yield Case(session, rng.randrange(KINDS), warned, 1 - held if warned else held, bad)
            done += 1
        session += 1


class Sums:
    """One person's sums, as they leave."""

    def __init__(self, member: int) -> None:
        self.member = bytes([member])
        self.cells: dict[tuple[int, str], list[float]] = {}

    def add(self, case: Case) -> None:
        """Count one case."""
        cell = self.cells.setdefault((case.kind, WARNED if case.warned else SILENT), [0.0] * 5)
        weight = 1 / case.chance
        for place, value in enumerate((case.bad, 1, weight, weight * weight, weight * case.bad)):
            cell[place] += value

    def rows(self) -> Iterator[TrialSum]:
        """The rows that leave."""
        for (kind, arm), (bad, n, *weights) in self.cells.items():
            yield TrialSum(self.member, str(kind), arm, "failed", int(bad), int(n), *weights)


@cache
def find_truth(team: Team) -> float:
    """The mean difference over people, each as often as they work, which has nothing to do with what a warning does."""
    rng = Random(SEED)
    people = [draw_person(team, rng) for _ in range(100_000)]
    half = 0.75 if team.changed else 1.0
    return half * math.fsum(one.base * (one.ratio - 1) for one in people) / len(people)


def cover(runs: int, seed: int) -> None:
    """Print how often intervals hold the truth."""
    print("| team | true difference | held | median width | called an effect |")
    print("|---|---|---|---|---|")
    total = 0
    for place, team in enumerate(TEAMS):
        rng, held, told = Random(seed + place), 0, 0
        widths = []
        for _ in range(runs):
            rows: list[TrialSum] = []
            for member in range(team.people):
                sums, person = Sums(member), draw_person(team, rng)
                for case, _ in zip(draw_cases(team, person, rng), range(max(1, round(person.cases))), strict=False):
                    sums.add(case)
                rows += sums.rows()
            found = pool_trials(rows)
            if not found:
                held += 1
                continue
            held += found[0].low <= find_truth(team) <= found[0].high
            told += found[0].verdict in {"fewer", "more"}
            widths.append(found[0].high - found[0].low)
        total += held if team.people > 2 else 0
        share = wilson(held, runs)
        print(
            f"| {team.name} | {find_truth(team):+.3f} | {share.estimate:.1%} ({share.low:.1%}-{share.high:.1%}) | "
            f"{sorted(widths)[len(widths) // 2]:.2f} | {told / runs:.1%} |",
            flush=True,
        )
    n = runs * sum(team.people > 2 for team in TEAMS)
    share = wilson(total, n)
    print(f"| **all of three and more** | | {share.estimate:.1%} ({share.low:.1%}-{share.high:.1%}) | | |")


class Pace(NamedTuple):
    """How often rules fit."""

    name: str
    team: Team
    weekly: float
    """Cases of one person a week."""
    most_weeks: int


PACES = (
    Pace("43 % fail, 3.3 warnings a week each", Team("", cases=3.3), 3.3, 600),
    Pace("43 % fail, 3.3 a week, no effect", Team("", cases=3.3, ratio=1.0, differ=0.0), 3.3, 312),
    Pace("4 % fail, 50 matched calls a week each", Team("", cases=50, base=0.04), 50, 600),
)


def wait_for_verdict(pace: Pace, people: int, rng: Random) -> tuple[int | None, str]:
    """The week in which something is told, and what; None for never."""
    team = pace.team
    drawn = []
    for member in range(people):
        person = draw_person(team, rng)
        drawn.append((person, draw_cases(team, person, rng), Sums(member)))
    alone: list[TrialCase] = []
    planned = plan_cases(team.base, CUT, 1 - HELD) or 0
    for week in range(1, pace.most_weeks + 1):
        for person, cases, sums in drawn:
            for case, _ in zip(cases, range(draw_count(person.cases, rng)), strict=False):
                sums.add(case)
                if people == 1:
                    arm = WARNED if case.warned else SILENT
                    alone.append(TrialCase(str(case.kind), case.session, arm, case.chance, case.bad, None, week))
        n = sum(cell[1] for _, _, sums in drawn for cell in sums.cells.values())
        if n < planned * 0.6 or (people == 1 and week % 4):  # no verdict is given so early; one user looks each month
            continue
        if people == 1:
            verdict = estimate_outcomes(alone)[0].comparisons[0].verdict
        else:
            verdict = pool_trials(row for _, _, sums in drawn for row in sums.rows())[0].verdict
        if verdict in {"fewer", "more"}:
            return week, verdict
    return None, ""


def draw_count(mean: float, rng: Random) -> int:
    """A count of Poisson's distribution (Knuth's way for few, the normal one for many)."""
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def tell_weeks(runs: int, seed: int) -> None:
    """Print when an effect is told."""
    heads = "by week 26 | 52 | 104 | never | wrong"
    print(f"| pace | people | week by which a quarter, half, three quarters are told | {heads} |")
    print("|---|---|---|---|---|---|---|---|")
    for place, pace in enumerate(PACES):
        for people in (10, 1):
            rng = Random(seed + 100 + place * 10 + people)
            found = [wait_for_verdict(pace, people, rng) for _ in range(runs)]
            weeks = [math.inf if week is None else float(week) for week, _ in found]
            wrong = sum(verdict == "more" or (bool(verdict) and pace.team.ratio == 1) for _, verdict in found)
            quarters = ", ".join("never" if math.isinf(one) else f"{one:.0f}" for one in name_quarters(weeks))
            cells = [f"{sum(one <= limit for one in weeks) / runs:.0%}" for limit in (26, 52, 104)]
            never = sum(map(math.isinf, weeks)) / runs
            print(
                f"| {pace.name} | {people} | {quarters} | {' | '.join(cells)} | {never:.0%} | {wrong / runs:.1%} |",
                flush=True,
            )


def name_quarters(weeks: Sequence[float]) -> list[float]:
    ordered = sorted(weeks)
    return [ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.25, 0.5, 0.75)]


def cover_habits(runs: int, seed: int) -> None:
    """Print how often intervals hold the truth where each person has strata and habits of their own."""
    print("| people | strata each | held |")
    print("|---|---|---|")
    for place, (people, strata) in enumerate(((10, 1), (10, 6), (5, 6), (3, 6))):
        rng, held = Random(seed + 500 + place), 0
        for _ in range(runs):
            rows = []
            for member in range(people):
                step = rng.gauss(0.1, 0.03)
                for stratum in range(strata):
                    base, share = rng.uniform(0.1, 0.5), rng.uniform(0.2, 0.8)
                    cases = [
                        rng.random() < share
                        for _ in range(max(4, draw_count(240 / strata * math.exp(rng.gauss(0, 0.5)), rng)))
                    ]
                    bad = [rng.random() < base + step * has for has in cases]
                    n, hits = sum(cases), sum(one for one, has in zip(bad, cases, strict=True) if has)
                    rows.append(
                        EffectSum(bytes([member]), "h", "o", bytes([stratum]), n, hits, len(cases) - n, sum(bad) - hits)
                    )
            found = pool_effects(rows)
            held += not found or found[0].low <= 0.1 <= found[0].high
        told = wilson(held, runs)
        print(f"| {people} | {strata} | {told.estimate:.1%} ({told.low:.1%}-{told.high:.1%}) |", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="team_of_ten")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--weeks-runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--part", choices=("coverage", "weeks", "habits"))
    args = parser.parse_args(arguments)
    begun = time.monotonic()
    if args.part in {None, "coverage"}:
        cover(args.runs, args.seed)
    if args.part in {None, "habits"}:
        cover_habits(args.runs, args.seed)
    if args.part in {None, "weeks"}:
        tell_weeks(args.weeks_runs, args.seed)
    print(f"\n{time.monotonic() - begun:.0f} s")
