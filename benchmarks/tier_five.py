"""What watching the agent adds to the risk of a commit: tier 5's gain on commits whose sessions are known.

``python -m benchmarks tier_five HOME REPOSITORY ...``: HOME holds the repositories' sessions, linked (``ingest``,
``backfill --all``, ``judge``). Each repository is tested by forward chaining: trained on what was known at 40, 55, 70
and 85 % of its commits, with the labels known then, tested on those up to the next cut with all that is known today.
Only commits with code and a log count. Columns meet a logistic regression with a ridge, since some hundred commits
feed no trees; trees are shown beside it. Intervals draw sessions again, 2,000 times, paired.
"""

import sys
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twiceshy.archive.db import Store
from twiceshy.archive.reads.authorship import find_sessions
from twiceshy.archive.session_links import links_of_session
from twiceshy.base.config import Config
from twiceshy.logs.projects import find_project
from twiceshy.records.change_risk import RiskTable
from twiceshy_git.predict.risk.risk_bands import LoggedChange, compare_habits
from twiceshy_git.risk_recipes.known_changes import read_change_table

Numbers = NDArray[np.float64]

CUTS: Final = (0.4, 0.55, 0.7, 0.85, 1.0)
"""Shares of a repository's commits, in the order of time, up to which is trained and then tested, by the protocol."""
DRAWS: Final = 2000
"""Times that sessions are drawn again, by the protocol."""
RIDGE: Final = 10.0
"""Weight of the squares of the weights of scaled columns. Guess of 2026-11-23, as the pilot's; not tuned."""
FARTHEST: Final = 3.0
"""Spreads from the mean beyond which a number counts no more. Guess of 2026-11-23."""
SHUFFLES: Final = 50
"""Times that a tier's columns change rows for its importance. Guess of 2026-11-23."""
SEED: Final = 20261123
SOURCES: Final = ("trailer", "revert", "szz")
"""Labels that later commits give. What sessions say of commits is left out: tier 5 comes from the same sessions."""


class Gain(NamedTuple):
    """By how much one order has the larger area under the curve, with the interval and the least gain that shows."""

    gain: float
    low: float
    high: float
    least: float
    """In four of five trials at 5 %."""


class Rows(NamedTuple):
    """A repository's commits with code and a log, in the order of time."""

    tiers: NDArray[np.int64]
    """Of each column."""
    names: Sequence[str]
    values: Numbers
    bad: NDArray[np.bool_]
    found_at: Numbers
    """When it was known to be bad; infinite where it is not."""
    at: Numbers
    sessions: Sequence[Hashable]


def measure(bad: NDArray[np.bool_], risks: Numbers) -> tuple[float, int]:
    """How many pairs of a bad and a good one have the bad one above, ties half; and the number of pairs."""
    _, place, count = np.unique(risks, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    hits = int(bad.sum())
    return float(rank[bad].sum() - hits * (hits + 1) / 2), hits * (len(bad) - hits)


class Orders:
    """Orders of the same rows, measured with whole clusters drawn again; the same draws for each order."""

    def __init__(
        self, bad: Sequence[bool], clusters: Sequence[Hashable], strata: Sequence[Hashable] | None = None
    ) -> None:
        """``strata``: only rows of one stratum are compared with each other."""
        self._bad = np.array(bad, bool)
        parts = strata or [0] * len(bad)
        self._strata = [np.array([one == part for one in parts]) for part in dict.fromkeys(parts)]
        members: dict[Hashable, list[int]] = {}
        for place, one in enumerate(clusters):
            members.setdefault(one, []).append(place)
        groups = [np.array(one) for one in members.values()]
        rng = np.random.default_rng(SEED)
        self._draws = [
            np.concatenate([groups[one] for one in rng.integers(0, len(groups), len(groups))]) for _ in range(DRAWS)
        ]

    def area(self, risks: Sequence[float], rows: NDArray[np.int64] | None = None) -> float:
        """The area under the curve, over all pairs of one stratum; NaN without such a pair."""
        order = np.array(risks, float)
        chosen = np.arange(len(order)) if rows is None else rows
        wins, pairs = zip(
            *(measure(self._bad[part], order[part]) for part in (chosen[one[chosen]] for one in self._strata)),
            strict=True,
        )
        return sum(wins) / sum(pairs) if sum(pairs) else float("nan")

    def areas(self, risks: Sequence[Sequence[float]]) -> Numbers:
        """The area in each draw; of several orders each draw meets one."""
        return np.array([self.area(risks[draw % len(risks)], rows) for draw, rows in enumerate(self._draws)])


def compare(first: float, firsts: Numbers, second: float, seconds: Numbers) -> Gain:
    """The paired gain of one order over another, from their areas, whole and by draw."""
    drawn = firsts - seconds
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return Gain(first - second, float(low), float(high), (1.96 + 0.84) * float(np.nanstd(drawn)))


def main(words: Sequence[str] = ()) -> None:
    if len(words) < 2:
        print("give the data folder, then the repositories", file=sys.stderr)
        return
    home = Path(words[0])
    tested = []
    for word in words[1:]:
        rows = read_rows(home, Path(word))
        print(f"{Path(word).name}: {len(rows.bad)} commits with code and a log, {int(rows.bad.sum())} bad")
        tested.append(rows)
    for rows, word in zip(tested, words[1:], strict=True):
        tell(Path(word).name, [rows])
    if len(tested) > 1:
        tell("pooled", tested)
    tell_habits(tested)


def read_rows(home: Path, repo: Path) -> Rows:
    """The commits of a repository that add or remove lines of code, and have a log."""
    table = read_change_table(Config(home=home), repo)
    labels = tuple(one for one in table.labels if one.source in SOURCES)
    return choose_rows(table._replace(labels=labels), find_authors(home, repo))


def find_authors(home: Path, repo: Path) -> Mapping[str, bytes]:
    """The session of each linked commit: of several the one with most of its lines."""
    most: dict[str, tuple[int, bytes]] = {}
    with Store.open(home, readonly=True) as store:
        for session in find_sessions(store.connection, find_project(repo.resolve()).identity):
            for link in links_of_session(store, session):
                one = (link.lines_shared, session)
                most[link.commit_hash] = max(one, most.get(link.commit_hash, one))
    return {commit: session for commit, (_, session) in most.items()}


def choose_rows(table: RiskTable, authors: Mapping[str, bytes]) -> Rows:
    names = [one.name for one in table.columns]
    logged, code = names.index("has_log"), names.index("nf_code")
    kept = [one for one in table.rows if one.values[logged] == 1 and one.values[code] > 0]
    found: dict[str, float] = {}
    for label in table.labels:
        found[label.commit] = min(label.known_at, found.get(label.commit, np.inf))
    return Rows(
        tiers=np.array([one.tier for one in table.columns]),
        names=names,
        values=np.array([one.values for one in kept], float),
        bad=np.array([one.id in found for one in kept]),
        found_at=np.array([found.get(one.id, np.inf) for one in kept]),
        at=np.array([one.at for one in kept]),
        sessions=[authors.get(one.id, one.id) for one in kept],
    )


class Tested(NamedTuple):
    """Later commits, each with what models of the earlier ones say."""

    bad: NDArray[np.bool_]
    sessions: Sequence[Hashable]
    strata: Sequence[Hashable]
    """The cut of the repository: what one model said is compared with nothing else."""
    risks: Mapping[str, Numbers]
    """By the name of the set of columns."""
    shuffled: Mapping[str, Sequence[Numbers]]
    """The same of all columns, those of one tier of other rows."""


def list_sets(rows: Rows) -> Mapping[str, NDArray[np.bool_]]:
    """The sets of columns that are compared."""
    tiers, size = rows.tiers, np.array([name == "la" for name in rows.names])
    there = [int(tier) for tier in np.unique(tiers)]
    sets = {"without tier 5": tiers != 5, "all": tiers > 0, "tier 5 alone": tiers == 5}
    sets |= {"lines added and tier 5": size | (tiers == 5)}
    return sets | {f"all but tier {tier}": tiers != tier for tier in there if tier != 5}


def test_forward(rows: Rows, rng: np.random.Generator) -> Tested:
    """Train on what was known at each cut and ask about the commits up to the next."""
    places = [int(len(rows.bad) * cut) for cut in CUTS]
    risks: dict[str, list[Numbers]] = {}
    shuffled: dict[str, list[list[Numbers]]] = {}
    for start, end in pairwise(places):
        known = rows.found_at[:start] <= rows.at[start]
        table, asked = scale(rows.values[:start], rows.values[start:end])
        risks.setdefault("lines added", []).append(rows.values[start:end, rows.names.index("la")])
        for name, columns in list_sets(rows).items():
            weights = fit(table[:, columns], known)
            risks.setdefault(name, []).append(answer(weights, asked[:, columns]))
        trees = grow(rows.values[:start], known)
        for name, columns in (("all, trees", rows.tiers > 0), ("without tier 5, trees", rows.tiers != 5)):
            grown = trees if columns.all() else grow(np.where(columns, rows.values[:start], np.nan), known)
            risks.setdefault(name, []).append(np.asarray(grown.predict(rows.values[start:end])))
        weights = fit(table, known)
        for tier in np.unique(rows.tiers):
            for time in range(SHUFFLES):
                other = asked.copy()
                other[:, rows.tiers == tier] = asked[rng.permutation(len(asked))][:, rows.tiers == tier]
                turns = shuffled.setdefault(f"tier {tier}", [[] for _ in range(SHUFFLES)])
                turns[time].append(answer(weights, other))
    part = slice(places[0], places[-1])
    return Tested(
        rows.bad[part],
        rows.sessions[part],
        [(id(rows), cut) for cut, (start, end) in enumerate(pairwise(places)) for _ in range(start, end)],
        {name: np.concatenate(some) for name, some in risks.items()},
        {name: [np.concatenate(one) for one in some] for name, some in shuffled.items()},
    )


def scale(table: Numbers, asked: Numbers) -> tuple[Numbers, Numbers]:
    """Both on the scale of the first; long tails are drawn in, and what is not known is in the middle."""
    drawn, other = np.sign(table) * np.log1p(np.abs(table)), np.sign(asked) * np.log1p(np.abs(asked))
    known = ~np.isnan(drawn)
    count = np.maximum(1, known.sum(axis=0))
    mean = np.where(known, drawn, 0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, drawn - mean, 0) ** 2).sum(axis=0) / count)
    spread[spread == 0] = 1
    low, high = -FARTHEST, FARTHEST
    return tuple(np.clip(np.nan_to_num((one - mean) / spread), low, high) for one in (drawn, other))


def fit(table: Numbers, bad: NDArray[np.bool_]) -> Numbers:
    """Weights of a logistic regression with a ridge, by Newton's method; the first is of every row."""
    rows = np.column_stack([np.ones(len(table)), table])
    ridge = np.diag([1e-6, *[RIDGE] * table.shape[1]])
    weights = np.zeros(rows.shape[1])
    for _ in range(25):
        risk = 1 / (1 + np.exp(-rows @ weights))
        curve = rows.T @ (rows * (risk * (1 - risk))[:, None]) + ridge
        weights -= np.linalg.solve(curve, rows.T @ (risk - bad) + ridge @ weights)
    return weights


def answer(weights: Numbers, table: Numbers) -> Numbers:
    """Log-odds."""
    return np.asarray(weights[0] + table @ weights[1:])


def grow(table: Numbers, bad: NDArray[np.bool_]) -> Any:
    import lightgbm  # noqa: PLC0415  # the whole benchmark but this runs without it

    settings = {"objective": "binary", "num_leaves": 7, "min_data_in_leaf": 15, "lambda_l2": 5.0, "learning_rate": 0.05}
    settings |= {"verbose": -1, "seed": 1, "deterministic": True, "force_row_wise": True, "num_threads": 1}
    return lightgbm.train(settings, lightgbm.Dataset(table, bad.astype(int)), 100)


def tell(name: str, repositories: Sequence[Rows]) -> None:
    rng = np.random.default_rng(SEED)
    tested = [test_forward(rows, rng) for rows in repositories]
    bad = np.concatenate([one.bad for one in tested])
    sessions = [session for one in tested for session in one.sessions]
    orders = Orders(bad.tolist(), sessions, [stratum for one in tested for stratum in one.strata])
    risks = {key: np.concatenate([one.risks[key] for one in tested]).tolist() for key in tested[0].risks}
    whole = {key: orders.area(mine) for key, mine in risks.items()}
    drawn = {key: orders.areas([mine]) for key, mine in risks.items()}
    print(f"\n{name}: {len(bad)} tested, {int(bad.sum())} bad, of {len(set(sessions))} sessions")
    print("| columns | AUC (95 %) | against lines added | against all but tier 5 |")
    print("|---|---|---|---|")
    for key in risks:
        low, high = np.nanquantile(drawn[key], (0.025, 0.975))
        gains = [compare(whole[key], drawn[key], whole[of], drawn[of]) for of in ("lines added", "without tier 5")]
        print(f"| {key} | {whole[key]:.3f} ({low:.3f}-{high:.3f}) | {' | '.join(map(say, gains))} |")
    print("\n| tier | area lost where its columns are those of other commits |")
    print("|---|---|")
    for key in tested[0].shuffled:
        others = [np.concatenate([one.shuffled[key][time] for one in tested]).tolist() for time in range(SHUFFLES)]
        mean = float(np.mean([orders.area(one) for one in others]))
        print(f"| {key} | {say(compare(whole['all'], drawn['all'], mean, orders.areas(others)))} |")


def say(found: Gain) -> str:
    return f"{found.gain:+.3f} ({found.low:+.3f} to {found.high:+.3f}); power {found.least:.3f}"


def tell_habits(repositories: Sequence[Rows]) -> None:
    """What each step left out, and each habit, adds to the share that is fixed later, at equal size."""
    changes = [
        LoggedChange(dict(zip(rows.names, values, strict=True)), bool(bad), session, number)
        for number, rows in enumerate(repositories)
        for values, bad, session in zip(rows.values.tolist(), rows.bad, rows.sessions, strict=True)
    ]
    print("\n| habit | commits with it: bad | without it: bad | adds, at equal size (95 % by sessions) |")
    print("|---|---|---|---|")
    for one in compare_habits(changes):
        with_it = f"{one.changes}: {one.fixed / one.changes:.3f}"
        without = f"{one.other_changes}: {one.other_fixed / one.other_changes:.3f}"
        print(
            f"| {one.habit} | {with_it} | {without} | {one.adds[0]:+.3f} ({one.adds[1]:+.3f} to {one.adds[2]:+.3f}) |"
        )
