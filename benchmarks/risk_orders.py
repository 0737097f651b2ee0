"""In which order does who reads changes by the line find most of those fixed later? Beside smallest first.

``python -m benchmarks risk_orders [--published CSV ...] [--git REPOSITORY ...] [--leave-out PATH ...]
[--cache FOLDER]``: the tables,
splits and careful trees of ``risk_histories``. Told is what a fifth of all changed lines holds of the changes fixed
later, over what smallest first finds there; ``best`` knows what became of each and cannot be had.
"""

import argparse
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from benchmarks.risk_histories import CAREFUL, RiskData, grow_upon_size, read_published, read_repository, sigmoid
from twiceshy_git.predict.risk.risk_answers import rate_by_line
from twiceshy_git.predict.risk.risk_measures import measure_effort_recall

LIKELY = 0.5
"""Share of the changes that count as likely bad where they are sorted before they are weighed (CBS+)."""
POWERS = (0.5, 0.7, 0.9, 1.1)
"""Of the lines by which risk is divided."""
Rate = Callable[[float, int], Any]


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks risk_orders", description=__doc__)
    parser.add_argument("--published", nargs="*", type=Path, default=[])
    parser.add_argument("--git", nargs="*", type=Path, default=[])
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument("--cache", type=Path)
    args = parser.parse_args(argv)
    told = []
    for path in [*args.published, *args.git]:
        data = read_published(path) if path in args.published else read_repository(path, args.leave_out, args.cache)
        ratios = compare(data)
        told.append(ratios)
        print(f"{data.name}: " + ", ".join(f"{name} {value:.3f}" for name, value in ratios.items()), flush=True)
    if len(told) > 1:
        means = {name: statistics.geometric_mean(one[name] for one in told) for name in told[0]}
        print("geometric mean: " + ", ".join(f"{name} {value:.3f}" for name, value in means.items()))


def compare(data: RiskData) -> Mapping[str, float]:
    """What each order finds, over what smallest first finds."""
    known, bad = data.known(), [data.bad[one] for one in data.test]
    lines = count_lines(data, data.test)
    risks = [sigmoid(one) for one in grow_upon_size(data, known)]
    smallest = measure_effort_recall(bad, sort(lines), lines) or math.nan
    found = {name: measure_effort_recall(bad, order, lines) for name, order in list_orders(risks, lines).items()}
    found["density grown"] = measure_effort_recall(bad, sort([-one for one in grow_density(data, known)]), lines)
    found["best"] = measure_effort_recall(
        bad, sort([(not one, size) for one, size in zip(bad, lines, strict=True)]), lines
    )
    return {name: (value or 0.0) / smallest for name, value in found.items()}


def list_orders(risks: Sequence[float], lines: Sequence[int]) -> Mapping[str, list[int]]:
    """Orders by risk and lines."""
    edge = sorted(risks, reverse=True)[int(len(risks) * LIKELY)]
    rates: dict[str, Rate] = {
        "as --order": lambda risk, size: -rate_by_line(risk, size),
        **{f"risk / lines^{power}": make_rate(power) for power in POWERS},
        "likely first, small ones first": lambda risk, size: (risk < edge, size),
        "likely first, risk / lines": lambda risk, size: (risk < edge, -risk / max(1, size)),
    }
    return {
        name: sort([rate(risk, size) for risk, size in zip(risks, lines, strict=True)]) for name, rate in rates.items()
    }


def make_rate(power: float) -> Rate:
    return lambda risk, size: -risk / max(1, size) ** power


def sort(keys: Sequence[Any]) -> list[int]:
    return sorted(range(len(keys)), key=keys.__getitem__)


def count_lines(data: RiskData, places: Sequence[int]) -> list[int]:
    return [int(a + d) for a, d in zip(data.read_column("la", places), data.read_column("ld", places), strict=True)]


def grow_density(data: RiskData, known: Sequence[bool]) -> list[float]:
    """What trees say that learned bad changes for each line, as effort-aware models do (EALR)."""
    target = [bad / max(10, size) for bad, size in zip(known, count_lines(data, data.learn), strict=True)]
    values: dict[str, Any] = {
        **CAREFUL,
        "objective": "regression",
        "seed": 1,
        "verbose": -1,
        "num_threads": 1,
        "deterministic": True,
    }
    rounds = int(values.pop("rounds"))
    table = np.array([data.rows[one] for one in data.learn], dtype=float)
    booster = lightgbm.train(values, lightgbm.Dataset(table, np.array(target)), rounds)
    return [float(one) for one in booster.predict(np.array([data.rows[one] for one in data.test], dtype=float))]
