"""Pasts of commands whose truth is known: eight shapes of run times, and times as agents' logs have them.

Nothing here is asked of a limit: ``runs_limits`` replays these.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.run.limits import RunDuration

SHAPES = ("steady", "noisy", "two ways", "growing", "step", "heavy tail", "fails at once", "cut")
NEXT = 50
"""Runs that are replayed after a history."""
_AROUND = 60
"""Runs on each side from which the true .99 quantile at a run is taken: a command that grows has none for all time."""


class CommandPast(NamedTuple):
    """One command's runs in one folder, and how many of them are its history."""

    shape: str
    runs: list[RunDuration]
    history: int

    def p99(self, at: int) -> float:
        """The .99 quantile of healthy runs about that one; 0 for none."""
        near = self.runs[max(0, at - _AROUND) : at + _AROUND]
        values = sorted(one.value_s for one in near if not one.cut and not one.failed) or [0.0]
        return values[math.ceil(0.99 * len(values)) - 1]


def simulate(shape: str, seed: str, histories: tuple[int, ...]) -> CommandPast:
    """One command of a shape, with a usual time between half a second and five minutes."""
    rng = Random(f"{shape}/{seed}")
    history = rng.choice(histories)
    count = history + NEXT
    usual = math.exp(rng.uniform(math.log(0.5), math.log(300)))
    spread = rng.choice([0.5, 0.7] if shape == "noisy" else [0.05, 0.1, 0.2, 0.3])
    quick, share = rng.choice([0.03, 0.1, 0.3]), rng.choice([0.1, 0.3, 0.6])
    growth = rng.uniform(1.002, 1.012) if shape == "growing" else 1.0
    step_at, step = rng.randrange(1, count), rng.choice([0.4, 0.5, 2.0, 2.5]) if shape == "step" else 1.0
    fails = rng.uniform(0.1, 0.4)
    runs = []
    for number in range(count):
        value = usual * growth**number * (step if number >= step_at else 1.0) * rng.lognormvariate(0, spread)
        if shape == "two ways" and rng.random() < share:
            value *= quick  # from a cache
        if shape == "heavy tail" and rng.random() < 0.1:
            value *= 1.3 * rng.paretovariate(3)
        run = RunDuration(value)
        if shape == "fails at once" and rng.random() < fails:
            run = RunDuration(usual * rng.uniform(0.005, 0.05), failed=True)
        if shape == "cut" and rng.random() < 0.08:
            run = RunDuration(
                rng.choice([value * rng.random(), max(120.0, value * 3), max(600.0, value * 3)]), cut=True
            )
        runs.append(run)
    return CommandPast(shape, runs, history)


def simulate_elsewhere(seed: str) -> tuple[list[RunDuration], CommandPast]:
    """Runs of a command in nine folders, and its first runs in a tenth; folders differ as projects do."""
    rng = Random(f"places/{seed}")
    usual = math.exp(rng.uniform(math.log(0.5), math.log(120)))
    places = [usual * rng.lognormvariate(0, 1.0) for _ in range(10)]
    spread = rng.choice([0.1, 0.2, 0.3, 0.5])
    known = [RunDuration(place * rng.lognormvariate(0, spread)) for place in places[:9] for _ in range(20)]
    rng.shuffle(known)
    here = [RunDuration(places[9] * rng.lognormvariate(0, spread)) for _ in range(NEXT)]
    return known, CommandPast("new place", here, 0)


def read_logged(home: Path, projects: frozenset[str]) -> Iterator[tuple[str, list[RunDuration]]]:
    """Each command and folder of these projects: how its times were taken (log or stamp), and its runs in order."""
    with Store.open(home, readonly=True) as store:
        names = dict(
            store.connection.execute(
                """SELECT c.uid, p.name FROM call c JOIN session s ON s.id = c.session_id
                JOIN project p ON p.id = s.project_id"""
            )
        )
        groups: dict[tuple[bytes, str], list[RunDuration]] = {}
        rows = store.connection.execute(
            """SELECT uid, place_hash, origin, runtime_s, runtime_cut, failed FROM run_history
            WHERE origin <> 'run' AND place_hash IS NOT NULL ORDER BY at"""
        )
        for uid, place, origin, seconds, cut, failed in rows:
            if names.get(uid) in projects:
                run = RunDuration(seconds, bool(cut), bool(failed), waited=origin == "stamp")
                groups.setdefault((place, origin), []).append(run)
    for (_, origin), runs in groups.items():
        yield origin, runs
