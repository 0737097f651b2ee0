"""Whether effects hold what they promise, on simulated logs in which the truth is known.

``python -m benchmarks effects [--runs N] [--seed S] [--part coverage|null|power]``

Sessions differ: each has its own chance of ending badly and its own habit, both drawn around its project's, which
differ too (projects with bad ends may have the habit more often: confounding). Sizes are geometric, so a few sessions
hold much of everything.

- coverage: how often a 95 % interval holds the true ratio and difference, ours beside the percentile bootstrap by
  session and the intervals for independent observations. The true difference is Mantel and Haenszel's mean of the
  projects' differences;
- errors: the same where the outcome is told by rules that miss some and make up others, known from as many labelled
  cases as the measured outcomes have: how often the plain interval and the one that carries the errors hold the truth;
- null: no habit has any effect; how often the whole pipeline still tells one at a false discovery rate of .05. With
  some true effects among them: which share of what it tells is false, by the mean over runs;
- power: success of 89 % where compliant, 34 % where not, in 120 sessions: how often it is found.
"""

import argparse
import math
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from twiceshy.judgement.outcomes import correlate
from twiceshy.records.effects import Effect, Observation, size_band
from twiceshy.stats import clusters, misclassification, strata
from twiceshy.stats.clusters import Cluster
from twiceshy.stats.intervals import Interval, wilson
from twiceshy.stats.misclassification import AnswerLabels
from twiceshy.stats.strata import TwoByTwoTable

SEED = 20261121
ROUNDS = 200
BOOTSTRAPPED = 4
"""One run in so many is bootstrapped too: it is the slow part."""


class World(NamedTuple):
    """What sessions are drawn from. Correlations are of two cases of one session (ICC)."""

    name: str
    sessions: int
    projects: int
    ratio: float
    base: float
    together: float
    """Correlation of ends."""
    habit: float
    habit_together: float
    """Correlation of doing it."""
    size: float
    """Mean number of cases; 1: exactly one."""


WORLDS = (
    World("edits, 120 sessions", 120, 6, 2.0, 0.15, 0.1, 0.3, 0.3, 12),
    World("edits, 30 sessions", 30, 3, 2.0, 0.15, 0.1, 0.3, 0.3, 12),
    World("edits, 15 sessions", 15, 2, 2.0, 0.2, 0.1, 0.3, 0.3, 12),
    World("edits, 9 sessions", 9, 1, 2.0, 0.2, 0.1, 0.3, 0.3, 12),
    World("no effect, 60 sessions", 60, 4, 1.0, 0.15, 0.2, 0.3, 0.3, 12),
    World("rare, 60 sessions", 60, 4, 2.0, 0.05, 0.1, 0.1, 0.3, 12),
    World("400 sessions", 400, 10, 1.5, 0.1, 0.2, 0.2, 0.3, 20),
    World("one case each, 120", 120, 4, 1.6, 0.4, 0.0, 0.5, 0.0, 1),
    World("one case each, 40", 40, 2, 1.6, 0.4, 0.0, 0.5, 0.0, 1),
    World("whole sessions do it", 60, 4, 1.6, 0.3, 0.2, 0.4, 0.95, 8),
    World("it protects", 60, 4, 0.5, 0.3, 0.2, 0.4, 0.5, 8),
)


class Project(NamedTuple):
    """Its mean chances of ending badly and of doing it."""

    base: float
    habit: float


class Drawn(NamedTuple):
    """A simulated store, and the truth."""

    clusters: list[Cluster]
    ratio: float
    difference: float


def around(rng: Random, mean: float, together: float) -> float:
    """A session's own chance, with the given mean and correlation of its cases (beta)."""
    if together <= 0:
        return mean
    spread = 1 / together - 1
    return rng.betavariate(mean * spread, (1 - mean) * spread)


def drawn(world: World, rng: Random) -> Drawn:
    """One simulated store."""
    most = 0.9 / max(world.ratio, 1)
    projects = []
    for _ in range(world.projects):
        effect = rng.gauss(0, 0.5)
        habit = min(0.95, world.habit * math.exp(0.4 * effect))  # confounded: bad projects do it more
        projects.append(Project(min(most, world.base * math.exp(effect)), around(rng, habit, 0.05)))
    found: list[Cluster] = []
    for _ in range(world.sessions):
        place = int(world.projects * rng.random() ** 1.7)
        found.append({place: session(world, projects[place], rng)})
    over = weight = 0.0
    for key, (_, n, _, m) in clusters.sum_tables(found).items():
        if n and m and isinstance(key, int):
            weight += n * m / (n + m)
            over += n * m / (n + m) * projects[key].base * (world.ratio - 1)
    return Drawn(found, world.ratio, over / weight if weight else math.nan)


def session(world: World, project: Project, rng: Random) -> TwoByTwoTable:
    """One session's table."""
    other = around(rng, project.base, world.together)
    habit = around(rng, project.habit, world.habit_together)
    if world.ratio <= 1:
        exposed = other * world.ratio
    else:  # what is left to go well shrinks alike, so that the mean's ratio is exact
        exposed = 1 - (1 - other) * (1 - project.base * world.ratio) / (1 - project.base)
    counts = [0, 0, 0, 0]
    for _ in range(max(1, int(rng.expovariate(1 / world.size))) if world.size > 1 else 1):
        done = rng.random() < habit
        column = 0 if done else 2
        counts[column + 1] += 1
        counts[column] += rng.random() < (exposed if done else other)
    return TwoByTwoTable(*counts)


Method = Callable[[Sequence[Cluster], Random], tuple[Interval, Interval]]


def ours(some: Sequence[Cluster], _: Random) -> tuple[Interval, Interval]:
    found = clusters.compare_clusters(some)
    return found.ratio, found.difference


def bootstrap(some: Sequence[Cluster], rng: Random) -> tuple[Interval, Interval]:
    return clusters.bootstrap_pooled(some, rng, rounds=ROUNDS)


def independent(some: Sequence[Cluster], _: Random) -> tuple[Interval, Interval]:
    tables = clusters.sum_tables(some).values()
    return strata.pooled_ratio(tables), strata.pooled_difference(tables)


METHODS: dict[str, Method] = {"ours": ours, "bootstrap": bootstrap, "independent": independent}


def coverage(runs: int, seed: int) -> None:
    """A table of how often intervals hold the truth."""
    print(f"| sessions | runs | {' | '.join(f'{name}: ratio, difference' for name in METHODS)} | ms each |")
    print("|---|---|---|---|---|---|")
    worst: list[float] = []
    for place, world in enumerate(WORLDS):
        rng, drawing = Random(f"{seed} {place}"), Random(f"{seed} {place} drawing")
        held: dict[str, list[list[bool]]] = defaultdict(lambda: [[], []])
        spent = 0.0
        told = 0
        for run in range(runs):
            one = drawn(world, rng)
            if not any(table.n and table.other_n for table in clusters.sum_tables(one.clusters).values()):
                continue
            told += 1
            for name, method in METHODS.items():
                if name == "bootstrap" and run % BOOTSTRAPPED:
                    continue
                start = time.process_time()
                intervals = method(one.clusters, drawing)
                spent += time.process_time() - start if name == "ours" else 0.0
                for column, (interval, truth) in enumerate(zip(intervals, (one.ratio, one.difference), strict=True)):
                    held[name][column].append(interval.low <= truth <= interval.high)
        cells = [", ".join(share(column) for column in held[name]) for name in METHODS]
        worst += [sum(column) / len(column) for column in held["ours"]]
        print(f"| {world.name} | {told} | {' | '.join(cells)} | {1000 * spent / told:.1f} |", flush=True)
    print(f"\nOurs: from {min(worst):.1%} to {max(worst):.1%}, mean {sum(worst) / len(worst):.1%}")


def share(held: Sequence[bool]) -> str:
    return f"{sum(held) / len(held):.1%}" if held else "-"


class Errors(NamedTuple):
    """How badly an outcome is told, and from how many labels that is known."""

    name: str
    sensitivity: float
    false_share: float
    true_labels: int
    other_labels: int


ERRORS = (
    Errors("perfect, many labels", 1.0, 0.0, 2000, 2000),
    Errors("as corrections: .45 found, .05 made up, 465 labels", 0.45, 0.05, 113, 352),
    Errors("as rollbacks: .64 found, .025 made up, 91 labels", 0.64, 0.025, 11, 80),
    Errors("poor: .6 found, .15 made up, 200 labels", 0.6, 0.15, 60, 140),
)
ERROR_WORLDS = (WORLDS[0], WORLDS[4], WORLDS[6], WORLDS[8], WORLDS[10])


def mistell(table: TwoByTwoTable, errors: Errors, rng: Random) -> TwoByTwoTable:
    """What the rules tell of one session's true outcomes."""

    def tell(hits: int, n: int) -> int:
        right = sum(rng.random() < errors.sensitivity for _ in range(hits))
        return right + sum(rng.random() < errors.false_share for _ in range(n - hits))

    hits, n, other_hits, other_n = table
    return TwoByTwoTable(tell(hits, n), n, tell(other_hits, other_n), other_n)


def label(errors: Errors, rng: Random) -> AnswerLabels:
    """Labelled cases, drawn anew."""
    right = sum(rng.random() < errors.sensitivity for _ in range(errors.true_labels))
    wrong = sum(rng.random() < errors.false_share for _ in range(errors.other_labels))
    return AnswerLabels(right, wrong, errors.true_labels - right, errors.other_labels - wrong)


def carried(runs: int, seed: int) -> None:
    """A table of how often intervals hold the true ratio and difference of an outcome that is told with errors."""
    print(
        "| outcome | sessions | runs | plain: ratio, difference | with the errors: ratio, difference | no upper end |"
    )
    print("|---|---|---|---|---|---|")
    for errors in ERRORS:
        for place, world in enumerate(ERROR_WORLDS):
            rng = Random(f"{seed} {errors.name} {place}")
            plain: list[list[bool]] = [[], []]
            true: list[list[bool]] = [[], []]
            endless = 0
            for _ in range(runs):
                one = drawn(world, rng)
                told = [{key: mistell(table, errors, rng) for key, table in each.items()} for each in one.clusters]
                if not any(table.n and table.other_n for table in clusters.sum_tables(told).values()):
                    continue
                rates = misclassification.estimate_error_rates(label(errors, rng))
                for held, found in (
                    (plain, ours(told, rng)),
                    (true, misclassification.correct_comparison(told, rates)),
                ):
                    for column, (interval, truth) in enumerate(zip(found, (one.ratio, one.difference), strict=True)):
                        held[column].append(interval.low <= truth <= interval.high)
                endless += math.isinf(found[0].high)
            n = len(plain[0])
            cells = [", ".join(share(column) for column in held) for held in (plain, true)]
            print(f"| {errors.name} | {world.name} | {n} | {' | '.join(cells)} | {endless / n:.0%} |", flush=True)


HABITS = 8
ENDS = ("corrected", "rolled-back", "rejected")
FILES = 15


def store(rng: Random, sessions: int, true: int) -> list[Observation]:
    """A simulated store: of ``HABITS`` habits the first ``true`` double the chance of every end."""
    projects = [(0.15 * math.exp(rng.gauss(0, 0.5)), [around(rng, 0.3, 0.05) for _ in range(HABITS)]) for _ in range(5)]
    found = []
    for number in range(sessions):
        place = int(5 * rng.random() ** 1.7)
        base, usual = projects[place]
        own = [around(rng, min(0.4, base), 0.15) for _ in ENDS]
        lazy = [rng.random(), rng.random()]  # habits go together, but those with an effect not with those without
        habits = [around(rng, min(0.95, habit * (0.5 + lazy[i < true])), 0.3) for i, habit in enumerate(usual)]
        edits = max(1, int(rng.expovariate(1 / 12)))
        for _ in range(edits):
            did = [rng.random() < habit for habit in habits]
            factor = 2.0 ** sum(did[:true])
            luck = rng.random()  # ends go together
            became = {end: (luck + rng.random() * 0.2) / 1.2 < min(0.9, own[i] * factor) for i, end in enumerate(ENDS)}
            file = int(FILES * rng.random() ** 2)
            found.append(
                Observation(
                    unit="edit",
                    session=number.to_bytes(4, "big"),
                    project=f"p{place}",
                    agent="a" if rng.random() < 0.7 else "b",
                    model="m",
                    at=None,
                    path=f"src/{'api' if file % 2 else 'web'}/{file}.py",
                    size=size_band(edits),
                    did={f"habit-{i}": done for i, done in enumerate(did)},
                    became=became,
                )
            )
    return found


def is_false(effect: Effect, true: int) -> bool:
    return int(effect.exposure.rpartition("-")[2]) >= true


def null(runs: int, seed: int) -> None:
    """False discoveries of the whole pipeline."""
    for sessions, true in ((40, 0), (120, 0), (120, 2)):
        shares, told, tests, start = [], [], [], time.process_time()
        for run in range(runs):
            found = [
                one
                for one in correlate.find_effects(store(Random(f"{seed} {sessions} {true} {run}"), sessions, true))
                if one.refusal is None
            ]
            sure = [one for one in found if one.q <= correlate.SURE]
            tests.append(len(found))
            told.append(len(sure))
            shares.append(sum(is_false(one, true) for one in sure) / len(sure) if sure else 0.0)
        spread = math.sqrt(sum((one - sum(shares) / runs) ** 2 for one in shares) / max(1, runs - 1) / runs)
        print(
            f"{sessions} sessions, {true} of {HABITS} habits with an effect: {runs} runs, "
            f"{sum(tests) / runs:.0f} tests each, {sum(told) / runs:.2f} told; "
            f"false discovery rate {sum(shares) / runs:.3f} "
            f"(standard error {spread:.3f}); {(time.process_time() - start) / runs:.2f} CPU s each",
            flush=True,
        )


def power(runs: int, seed: int) -> None:
    """How often 89 against 34 % is found, by whether it is asked alone or among many."""
    for sessions in (30, 60, 120):
        hits = 0
        for run in range(runs):
            rng = Random(f"{seed} {sessions} {run} power")
            found = correlate.find_effects(planted(rng, sessions))
            hits += any(
                one.q <= correlate.SURE
                and (one.exposure, one.outcome, one.scope) == ("workflow-compliant", "first-pass", "all")
                and one.ratio is not None
                and one.ratio.low > 1
                for one in found
            )
        interval = wilson(hits, runs)
        print(
            f"89 / 34 % at {sessions} sessions: found in {hits} of {runs} runs "
            f"({100 * interval.low:.0f}-{100 * interval.high:.0f} %)",
            flush=True,
        )


def planted(rng: Random, sessions: int) -> list[Observation]:
    """Tasks of compliant and other sessions, with seven habits beside that do nothing."""
    found = []
    for number in range(sessions):
        compliant = rng.random() < 0.5
        chance = around(rng, 0.89 if compliant else 0.34, 0.1)
        habits: dict[str, bool] = {f"habit-{i}": rng.random() < 0.3 for i in range(HABITS - 1)}
        for _ in range(max(1, int(rng.expovariate(1 / 2)))):
            success = rng.random() < chance
            found.append(
                Observation(
                    unit="session",
                    session=number.to_bytes(4, "big"),
                    project=f"p{number % 3}",
                    agent="a",
                    model="m",
                    at=None,
                    size=size_band(int(rng.expovariate(1 / 8))),
                    did={"workflow-compliant": compliant, **habits},
                    became={"first-pass": success, "rolled-back": not success and rng.random() < 0.3},
                )
            )
    return found


PARTS: dict[str, Callable[[int, int], None]] = {"coverage": coverage, "errors": carried, "null": null, "power": power}
RUNS = {"coverage": 2000, "errors": 500, "null": 300, "power": 200}


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks effects", description=__doc__)
    parser.add_argument("--runs", type=int, help="of each part; else " + str(RUNS))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--part", choices=sorted(PARTS))
    args = parser.parse_args(argv)
    for name in [args.part] if args.part else PARTS:
        print(f"\n{name}, seed {args.seed}\n", flush=True)
        PARTS[name](args.runs or RUNS[name], args.seed)
