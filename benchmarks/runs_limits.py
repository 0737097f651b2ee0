"""How many healthy runs learned limits end, and how soon they end a hang, beside three other rules on the same runs.

``python -m benchmarks runs_limits [--commands N] [--home FOLDER --projects NAME,...]``: histories of eight shapes, of
first runs in a new folder and, with a data folder, of agents' logs are replayed run by run; a healthy run that a limit
ended goes into the history as one that was cut there, and nobody gives feedback.
"""

import argparse
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

from benchmarks.limit_pasts import SHAPES, CommandPast, read_logged, simulate, simulate_elsewhere
from twiceshy.run.limits import LEAST_LIMIT_S, RunDuration, compute_limit
from twiceshy.stats.intervals import binomial

SEED = "measured"
MANY, FEW = (6, 10, 20, 40, 80), (1, 2, 3, 4)
"""Lengths of histories."""
LONG_S = 5.0
"""The .99 quantile from which three times that are above the least limit."""
Rule = Callable[[Sequence[RunDuration], Sequence[RunDuration]], float | None]
"""A limit from the runs here and elsewhere."""


class Tally(NamedTuple):
    """What a rule did."""

    healthy: int = 0
    ended: int = 0
    limits: int = 0
    over: int = 0
    long: int = 0
    soon: int = 0
    soon_or_least: int = 0


def learned(here: Sequence[RunDuration], elsewhere: Sequence[RunDuration]) -> float | None:
    """What ``--timeout auto`` takes."""
    found = compute_limit(here, elsewhere)
    return None if found is None else found.limit_s


def tolerance(here: Sequence[RunDuration], elsewhere: Sequence[RunDuration]) -> float | None:
    """The rule before, without its fading: a log-normal's tolerance limit from five runs here, else anywhere."""
    past = next((runs for runs in (here, elsewhere) if sum(not run.cut for run in runs) >= 5), None)
    if past is None:
        return None
    past = past[-200:]
    finished = [run.value_s for run in past if not run.cut]
    longest_cut = max((run.value_s for run in past if run.cut), default=0.0)
    logs = [math.log(max(value, 0.001)) for value in finished]
    if longest_cut > max(finished):
        logs.append(math.log(2 * longest_cut))
    n = len(logs)
    mean = sum(logs) / n
    spread = max(math.sqrt(sum((value - mean) ** 2 for value in logs) / (n - 1)), 0.1)
    z_p, z_g = NormalDist().inv_cdf(0.995), NormalDist().inv_cdf(0.95)
    a, b = 1 - z_g**2 / (2 * (n - 1)), z_p**2 - z_g**2 / n
    factor = (z_p + math.sqrt(max(z_p**2 - a * b, 0.0))) / a
    return max(math.exp(mean + factor * spread), 1.5 * max(finished), 1.5 * longest_cut, 2.0)


RULES: dict[str, Rule] = {
    "learned": learned,
    "tolerance limit (before)": tolerance,
    "4 x the longest seen": lambda here, _: 4 * max(run.value_s for run in here) if here else None,
    "10 min for all": lambda here, elsewhere: 600.0,  # noqa: ARG005  # whatever is known
}


def main(argv: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks runs_limits", description=__doc__)
    parser.add_argument("--commands", type=int, default=20, help="of each shape")
    parser.add_argument("--home", type=Path, help="a data folder that holds agents' commands")
    parser.add_argument("--projects", default="", help="names of projects in it, commas between")
    args = parser.parse_args(argv)
    numbers = range(args.commands)
    pasts = {shape: [simulate(shape, f"{SEED}{number}", MANY) for number in numbers] for shape in SHAPES}
    report("simulated, 6 to 80 runs before", [(past, ()) for shape in SHAPES for past in pasts[shape]])
    for shape in SHAPES:
        report(f"  {shape}", [(past, ()) for past in pasts[shape]], {"learned": learned})
    few = [simulate(shape, f"{SEED}few{number}", FEW) for shape in SHAPES for number in numbers]
    report("simulated, 1 to 4 runs before", [(past, ()) for past in few])
    new = [simulate_elsewhere(f"{SEED}{number}") for number in range(args.commands * 4)]
    report("a new place, known in nine others", [(past, known) for known, past in new])
    if args.home:
        logged = list(read_logged(args.home, frozenset(args.projects.split(","))))
        for origin, name in (("log", "logs, times that the agent measured"), ("stamp", "logs, from call to result")):
            report(name, [(CommandPast(origin, runs, 1), ()) for at, runs in logged if at == origin and len(runs) > 1])


def report(
    title: str, pasts: Iterable[tuple[CommandPast, Sequence[RunDuration]]], rules: dict[str, Rule] | None = None
) -> None:
    """A line a rule."""
    pasts = list(pasts)
    for name, rule in (rules or RULES).items() if pasts else ():
        done = Tally(*map(sum, zip(*(replay(past, known, rule) for past, known in pasts), strict=True)))
        upper = find_upper_bound(done.ended, done.healthy)
        print(
            f"{title}: {name}: {len(pasts)} commands, ended {done.ended} of {done.healthy} healthy runs "
            f"(<= {upper:.2%}), {done.over} of {done.limits} limits over the bound; hangs within 3 x p99 "
            f"{done.soon / max(done.long, 1):.3f} of {done.long} where that is {3 * LONG_S:.0f} s or more, "
            f"within that or {LEAST_LIMIT_S:.0f} s {done.soon_or_least / max(done.limits, 1):.3f} of all",
            flush=True,
        )


def replay(past: CommandPast, elsewhere: Sequence[RunDuration], rule: Rule) -> Tally:
    """Run after run: the limit, what it does to this run, and when it would end a hang in its place."""
    seen = list(past.runs[: past.history])
    healthy = ended = limits = over = long = soon = soon_or_least = 0
    for at in range(past.history, len(past.runs)):
        run = past.runs[at]
        limit = rule(seen, elsewhere)
        is_healthy = not run.cut and not run.failed
        healthy += is_healthy
        if limit is not None:
            p99 = past.p99(at)
            limits += 1
            longest = max([one.value_s for one in seen] + [run.value_s])
            over += limit > max(1800.0, 4 * longest)
            long += p99 >= LONG_S
            soon += p99 >= LONG_S and limit <= 3 * p99
            soon_or_least += limit <= max(3 * p99, LEAST_LIMIT_S)
            if is_healthy and run.value_s > limit:
                ended += 1
                run = run._replace(value_s=limit, cut=True)
        seen.append(run)
    return Tally(healthy, ended, limits, over, long, soon, soon_or_least)


def find_upper_bound(count: int, of: int) -> float:
    """The upper end of Clopper and Pearson's two-sided 95 % interval, by halving."""
    low, high = count / max(of, 1), 1.0
    for _ in range(60):
        middle = (low + high) / 2
        below = sum(binomial(number, of, middle) for number in range(count + 1))
        low, high = (middle, high) if below > 0.025 else (low, middle)
    return high


if __name__ == "__main__":
    main()
