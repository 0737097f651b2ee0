"""Can it be told which changes are fixed later, better than by lines added? Time order, beside all baselines.

``python -m benchmarks risk_histories [--published CSV ...] [--git REPOSITORY ...] [--leave-out PATH ...]
[--cache FOLDER] [--json FILE]``. Published tables are those of just-in-time studies: Kamei's columns, a column ``bug``,
``buggy`` or ``__``, and a date. Of a repository the changes behind HEAD are described as ``twiceshy`` does it; a change
is bad where a later one names it (``Fixes:``, reverts), or, where hardly any does, where a fix took out lines of it.
``--leave-out``: files whose contents a stored copy lacks. ``--cache``: where described histories are kept.

The split is by time: published tables are learned on the first 80 %; a repository is learned on what was known four
years before its end, and tested on the two years after that, so that two more were there to find faults out. The split
at random stands beside it only to show by how much it flatters.
"""

import argparse
import csv
import json
import math
import random
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from benchmarks.risk_pool import name_repository, read_pool_table
from twiceshy.logs.described_changes import read_commit_tokens
from twiceshy.records.change_risk import ChangeRow
from twiceshy_git.predict.calibration import brier_skill, calibration_error
from twiceshy_git.predict.risk.risk_measures import (
    RankGain,
    WinTable,
    compare_orders,
    count_wins,
    measure_auc,
    measure_effort_recall,
    measure_popt,
    measure_top,
    order_by_line,
)
from twiceshy_git.predict.risk.risk_recipe import KnownChanges
from twiceshy_git.predict.risk.risk_rivals import MOST_LEARNED, WORDS, fit_words, make_baselines

YEAR = 365.25 * 86_400
MONTH = YEAR / 12
UNTUNED = {"num_leaves": 15, "learning_rate": 0.05, "min_data_in_leaf": 30, "rounds": 200}
"""As in the first measurement of the published tables (2026-11-23)."""
CAREFUL = {
    "num_leaves": 6,
    "learning_rate": 0.03,
    "min_data_in_leaf": 80,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "lambda_l2": 20.0,
    "rounds": 150,
}
"""Small trees that go on from lines added; chosen on DPDK and Open vSwitch (2026-11-23)."""
BOTH = "mean of words and careful trees"
RISING = {"la", "nf", "entropy"}
ALIASES = {"entrophy": "entropy", "ent": "entropy", "aexp": "exp", "arexp": "rexp", "asexp": "sexp"}
LABELS = ("bug", "buggy", "__")
DATES = ("date", "author_date")


@dataclass
class RiskData:
    """Changes in order of time, with what they are learned and tested on."""

    name: str
    columns: list[str]
    rows: list[Sequence[float]]
    at: list[float]
    bad: list[bool]
    """As known today."""
    found: list[float]
    """When it was known; endless for good ones."""
    learn: range = field(default_factory=lambda: range(0))
    test: range = field(default_factory=lambda: range(0))
    ids: list[str] = field(default_factory=list)
    """Of the commits; a published table has none."""

    def known(self) -> list[bool]:
        """What was known of the changes to learn from when the test begins."""
        cut = self.at[self.test.start]
        return [self.found[one] < cut for one in self.learn]

    def read_column(self, name: str, places: Sequence[int]) -> list[float]:
        """One number of these changes."""
        column = self.columns.index(name)
        return [self.rows[one][column] for one in places]


@dataclass
class RiskFigure:
    """One line of the table."""

    name: str
    tested: int
    share_bad: float
    auc: dict[str, float]
    random_split: float
    gain: RankGain | None
    effort_recall: dict[str, float]
    popt: dict[str, float]
    top: dict[str, float]
    ece: float
    brier_skill: float
    of_code: dict[str, float] | None
    """AUC on the changes that touch code, where these can be told: SZZ names no others."""
    gain_of_code: RankGain | None
    gains: dict[str, RankGain | None]
    """Over lines added, of what knows words."""


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks risk_histories", description=__doc__)
    parser.add_argument("--published", nargs="*", type=Path, default=[])
    parser.add_argument("--git", nargs="*", type=Path, default=[])
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args(argv)
    figures, tables = [], []
    for path in [*args.published, *args.git]:
        if path in args.published:
            figure, wins = judge(read_published(path), {})
        else:
            data = read_repository(path, args.leave_out, args.cache)
            figure, wins = judge(data, judge_words(data, path))
        figures.append(figure)
        tables.append(wins)
        show(figure)
        if args.json:
            args.json.write_text(json.dumps([asdict(one) for one in figures], indent=1))
    if len(tables) > 1:
        for name in dict.fromkeys(name for one in tables for name in one):
            some = [one[name] for one in tables if name in one]
            told = tell_gain(compare_orders(some))
            print(f"{name}, all {len(some)} together, months and repositories drawn again: {told}")
        ratio = statistics.geometric_mean(
            one.effort_recall["careful trees"] / one.effort_recall["smallest first"] for one in figures
        )
        print(f"recall at 20 % effort over smallest first, geometric mean: {ratio:.3f}")


def read_published(path: Path) -> RiskData:
    """A table of a study; labels count as known from the start, since it has no date for them."""
    with path.open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    date, label = (next(one for one in known if one in found[0]) for known in (DATES, LABELS))
    found.sort(key=lambda one: float(one[date]))
    columns = [one for one in found[0] if is_number(found[0][one]) and one not in {*LABELS, *DATES, "", "year"}]
    bad = [read_number(one[label]) > 0 for one in found]
    data = RiskData(
        path.stem,
        [ALIASES.get(one, one) for one in columns],
        [[read_number(one[name]) for name in columns] for one in found],
        [float(one[date]) for one in found],
        bad,
        [-math.inf if one else math.inf for one in bad],
    )
    cut = int(len(bad) * 0.8)
    data.learn, data.test = range(cut), range(cut, len(bad))
    return data


def is_number(word: str) -> bool:
    return not math.isnan(read_number(word))


def read_number(word: str) -> float:
    if word in {"True", "False"}:
        return float(word == "True")
    try:
        return float(word)
    except ValueError:
        return math.nan


def read_repository(repo: Path, leave_out: Sequence[str], cache: Path | None = None) -> RiskData:
    """The changes behind HEAD, as the product describes them; the split leaves four years behind it, two are tested."""
    table = read_pool_table(repo, leave_out, cache)
    first: dict[str, float] = {}
    for one in table.labels:
        first.setdefault(one.commit, one.known_at)
    found = [first.get(one.id, math.inf) for one in table.rows]
    data = RiskData(
        name_repository(repo),
        [one.name for one in table.columns],
        [one.values for one in table.rows],
        [one.at for one in table.rows],
        [one < math.inf for one in found],
        found,
        ids=[one.id for one in table.rows],
    )
    end = data.at[-1]
    cut, last = (next(place for place, at in enumerate(data.at) if at >= end - years * YEAR) for years in (4, 2))
    data.learn, data.test = range(cut), range(cut, last)
    return data


def judge_words(data: RiskData, repo: Path) -> dict[str, list[float]]:
    """Log-odds of the tested changes by the words of their patches and messages."""
    learned = list(data.learn)[-MOST_LEARNED:]
    tokens = dict(read_commit_tokens(repo, [data.ids[one] for one in [*learned, *data.test]]))
    rows = [ChangeRow(data.ids[one], data.at[one], 0, 0, data.rows[one]) for one in range(data.test.stop)]
    known = KnownChanges(rows[: data.learn.stop], data.known(), 0.0)
    return {WORDS: fit_words(known, data.columns, tokens)(rows[data.test.start :])}


def judge(data: RiskData, words: Mapping[str, Sequence[float]]) -> tuple[RiskFigure, dict[str, WinTable]]:
    """All orders on the same changes, and what their words say of them."""
    known = data.known()
    learned = [data.rows[one] for one in data.learn]
    tested = [data.rows[one] for one in data.test]
    bad = [data.bad[one] for one in data.test]
    risks = {
        name: [judge(row) for row in tested] for name, judge in make_baselines(data.columns, learned, known).items()
    }
    if "la_code" in data.columns:
        risks["lines of code added"] = data.read_column("la_code", data.test)
    risks |= {name: list(found) for name, found in words.items()}
    risks["untuned trees"] = grow(learned, known, tested, UNTUNED)
    careful = grow_upon_size(data, known)
    risks["careful trees"] = careful
    if words:
        risks[BOTH] = [(one + other) / 2 for one, other in zip(words[WORDS], careful, strict=True)]
    months = [int(data.at[one] // MONTH) for one in data.test]
    rivals = [name for name in ("careful trees", WORDS, BOTH) if name in risks]
    wins = {name: count_wins(bad, risks[name], risks["lines added"], months) for name in rivals}
    lines = [
        int(a + d) for a, d in zip(data.read_column("la", data.test), data.read_column("ld", data.test), strict=True)
    ]
    orders = {name: order_by_line([sigmoid(one) for one in risks[name]], lines) for name in ("careful trees",)}
    orders["smallest first"] = sorted(range(len(lines)), key=lines.__getitem__)
    stated = [sigmoid(one) for one in careful]
    tops = {name: measure_top(bad, risks[name]) for name in ("careful trees", "lines added")}
    figure = RiskFigure(
        data.name,
        len(bad),
        sum(bad) / len(bad),
        {name: measure_auc(bad, one) or math.nan for name, one in risks.items()},
        judge_random_split(data),
        compare_orders([wins["careful trees"]]),
        {name: measure_effort_recall(bad, one, lines) or math.nan for name, one in orders.items()},
        {name: measure_popt(bad, one, lines) or math.nan for name, one in orders.items()},
        {name: one.precision if one else math.nan for name, one in tops.items()},
        calibration_error(stated, bad),
        brier_skill(stated, bad),
        *judge_code(data, bad, risks, months),
        {name: compare_orders([wins[name]]) for name in rivals[1:]},
    )
    return figure, wins


def judge_code(
    data: RiskData, bad: Sequence[bool], risks: Mapping[str, Sequence[float]], months: Sequence[int]
) -> tuple[dict[str, float] | None, RankGain | None]:
    """The same orders on changes that touch code."""
    if "nf_code" not in data.columns:
        return None, None
    places = [at for at, files in enumerate(data.read_column("nf_code", data.test)) if files > 0]
    kinds = [bad[at] for at in places]
    orders = {name: [one[at] for at in places] for name, one in risks.items()}
    wins = count_wins(kinds, orders["careful trees"], orders["lines added"], [months[at] for at in places])
    return {name: measure_auc(kinds, one) or math.nan for name, one in orders.items()}, compare_orders([wins])


def grow(
    learned: Sequence[Sequence[float]],
    known: Sequence[bool],
    tested: Sequence[Sequence[float]],
    settings: dict[str, Any],
    start: tuple[Any, Any] | None = None,
) -> list[float]:
    """Log-odds of the tested changes; trees go on from ``start``: log-odds of learned and of tested ones."""
    values = {**settings, "objective": "binary", "seed": 1, "verbose": -1, "num_threads": 1, "deterministic": True}
    rounds = values.pop("rounds")
    table = np.array(learned, dtype=float)
    data = lightgbm.Dataset(table, np.array(known, dtype=int), init_score=None if start is None else start[0])
    found = lightgbm.train(values, data, rounds).predict(np.array(tested, dtype=float), raw_score=True)
    return [float(one) for one in (found if start is None else found + start[1])]


def grow_upon_size(data: RiskData, known: Sequence[bool]) -> list[float]:
    """Log-odds of the tested changes by small trees that go on from lines added."""
    sizes = np.log1p(np.array(data.read_column("la", range(len(data.rows)))))
    weights = fit_line(sizes[data.learn.start : data.learn.stop], np.array(known, dtype=float))
    start = weights[0] + weights[1] * sizes
    learned, tested = ([data.rows[one] for one in part] for part in (data.learn, data.test))
    pair = start[data.learn.start : data.learn.stop], start[data.test.start : data.test.stop]
    rising = {"monotone_constraints": [int(one in RISING) for one in data.columns]}
    return grow(learned, known, tested, CAREFUL | rising, pair)


def fit_line(sizes: Any, bad: Any) -> Any:
    """Logistic regression on one column, by Newton's method."""
    table = np.column_stack([np.ones(len(sizes)), sizes])
    weights = np.zeros(2)
    for _ in range(15):
        stated = 1 / (1 + np.exp(-table @ weights))
        curve = (table * (stated * (1 - stated))[:, None]).T @ table + 1e-6 * np.eye(2)
        weights += np.linalg.solve(curve, table.T @ (bad - stated))
    return weights


def judge_random_split(data: RiskData) -> float:
    """What others report: untuned trees where later changes are learned from too."""
    places = [*data.learn, *data.test]
    random.Random(1).shuffle(places)
    learn, test = places[len(data.test) :], places[: len(data.test)]
    found = grow(
        [data.rows[one] for one in learn], [data.bad[one] for one in learn], [data.rows[one] for one in test], UNTUNED
    )
    return measure_auc([data.bad[one] for one in test], found) or math.nan


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def tell_gain(gain: RankGain | None) -> str:
    if gain is None:
        return "no bad changes"
    return f"{gain.gain:+.3f} ({gain.low:+.3f} to {gain.high:+.3f}), least to be seen {gain.least:.3f}"


def show(one: RiskFigure) -> None:
    aucs = ", ".join(f"{name} {value:.3f}" for name, value in one.auc.items())
    print(
        f"{one.name}: {one.tested} tested, {one.share_bad:.3f} bad; AUC {aucs}, split at random {one.random_split:.3f}"
    )
    print(
        f"  careful trees over lines added: {tell_gain(one.gain)}; ECE {one.ece:.3f}, "
        f"Brier skill {one.brier_skill:+.3f}"
    )
    if one.of_code:
        print(
            "  on changes of code: "
            + ", ".join(f"{name} {value:.3f}" for name, value in one.of_code.items())
            + f"; careful trees over lines added {tell_gain(one.gain_of_code)}"
        )
    for name, gain in one.gains.items():
        print(f"  {name} over lines added: {tell_gain(gain)}")
    for label, values in (("recall at 20 % effort", one.effort_recall), ("Popt", one.popt), ("top tenth", one.top)):
        print(f"  {label}: " + ", ".join(f"{name} {value:.3f}" for name, value in values.items()), flush=True)
