"""Make ``risk/general_risk.json``, the risk model for a repository's first day, and tell whether it may ship.

``python -m benchmarks general_risk REPOSITORY ... [--held REPOSITORY ...] [--leave-out PATH ...] [--cache FOLDER]
[--write FILE]``. Each repository is judged by a model of the others (leave one out), against the number of lines added
on the same changes; ``--held`` ones are judged and never learned from, as those under other than permissive licences
must be. *Young*: the changes made before the repository knew enough to learn from its own. Intervals draw repositories
and months (of long spans quarters of a year) again. The file is written only where the pooled interval on young changes
lies above 0, with all histories and with those alone on which nothing was tuned.

Only changes of code are learned from and answered. Where fixes name the bad changes by their lines of code (SZZ), no
other change can ever be named: lines of documents would seem safe because nobody looked.
"""

import argparse
import hashlib
import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from benchmarks.risk_pool import ENOUGH_SAID, name_repository, read_pool_table
from twiceshy.records.change_risk import RiskTable
from twiceshy_git.predict.calibration import brier_skill, calibration_error
from twiceshy_git.predict.risk.lent_risk import FIRST_DIGITS
from twiceshy_git.predict.risk.risk_calibration import ScoreStep, find_nearest, fit_steps, read_probability
from twiceshy_git.predict.risk.risk_growing import RiskGrower, plant_size_tree
from twiceshy_git.predict.risk.risk_judging import GENERAL_TREES, LINES_ADDED
from twiceshy_git.predict.risk.risk_measures import RankGain, WinTable, compare_orders, count_wins, measure_auc
from twiceshy_git.predict.risk.risk_model import GENERAL, RiskModel, encode_risk_model
from twiceshy_git.predict.risk.risk_recipe import look_back
from twiceshy_git.predict.risk.risk_trees import RiskTree, read_dumped_trees

PERMISSIVE = {
    "DPDK+dpdk": "BSD-3-Clause",
    "openvswitch+ovs": "Apache-2.0",
    "matrix-org+synapse": "Apache-2.0",
    "getredash+redash": "BSD-2-Clause",
    "louislam+uptime-kuma": "MIT",
    "psf+requests": "Apache-2.0",
    "gogs+gogs": "MIT",
    "JanDeDobbeleer+oh-my-posh": "MIT",
    "usememos+memos": "MIT",
    "joernio+joern": "Apache-2.0",
    "dbcli+mycli": "BSD-3-Clause",
    "dbcli+pgcli": "BSD-3-Clause",
    "simonw+datasette": "Apache-2.0",
    "binwiederhier+ntfy": "Apache-2.0",
    "git-ai-project+git-ai": "Apache-2.0",
    "4gray+iptvnator": "MIT",
    "entireio+cli": "MIT",
}
"""Licences as their files say at the commit that was read (2026-11-23). Of others no weight is made."""
COLUMNS = (
    *("la", "ld", "nf", "nd", "ns", "entropy", "new_files", "lt", "fix", "message_words"),
    *("ndev", "age", "nuc", "commits_90d", "days_active_in_range", "earlier_bugs", "earlier_bugs_most"),
    *("words_past", "places_past", "author_past", "exp", "rexp", "sexp", "author_days_away"),
    *("la_code", "ld_code", "la_tests", "nf_code", "largest_code", "code_share", "tests_share", "languages"),
)
"""What means the same in each repository; no hours, no trailers that few projects write."""
RISING = {"la", "nf", "entropy"}
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 4,
    "min_data_in_leaf": 500,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 100.0,
    "learning_rate": 0.03,
    "verbose": -1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
}
ROUNDS = 150
TUNED = {
    *("openvswitch+ovs", "psf+requests", "entireio+cli", "simonw+datasette"),
    *("usememos+memos", "louislam+uptime-kuma", "gogs+gogs"),
}
"""On these settings and columns were chosen (2026-11-23); the others were opened once."""
WEIGHT = 3000
"""Changes that a history counts for at most, so that one large history is not all that is learned."""
FEWEST_BAD = 20
FEWEST_LIKE = 50
MONTH = 365.25 * 86_400 / 12
DRAWS = 500
"""Times that repositories and months are drawn again."""
MOST_MONTHS = 60
"""Months up to which single months are drawn again; of longer spans quarters of a year."""


@dataclass(frozen=True, slots=True)
class Part:
    """One history's changes that were old enough to be found out."""

    name: str
    first: str
    said: bool
    """Whether developers named the bad ones."""
    values: Any
    bad: list[bool]
    at: list[float]
    code: list[bool]
    """Whether it changes code."""
    young: list[bool]

    def added(self) -> list[float]:
        """Lines that each change adds."""
        return [float(one) for one in self.values[:, 0]]

    def choose(self, which: str) -> list[int]:
        """The places of all changes, of those of code, or of the young ones of these."""
        fit = [which == "all" or one for one in self.code]
        return [at for at, one in enumerate(fit) if one and (which != "young" or self.young[at])]


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks general_risk", description=__doc__)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--held", nargs="*", type=Path, default=[])
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    refused = [name for one in args.repositories if (name := name_repository(one)) not in PERMISSIVE]
    if refused:
        parser.error(f"no permissive licence is known of {', '.join(refused)}: name them behind --held")
    read = [
        (one in args.repositories, read_pool_table(one, args.leave_out, args.cache))
        for one in (*args.repositories, *args.held)
    ]
    names = [name_repository(one) for one in (*args.repositories, *args.held)]
    parts = [build_part(name, table) for name, (_, table) in zip(names, read, strict=True)]
    taught = [part for part, (learned, _) in zip(parts, read, strict=True) if learned]
    scores = [score(grow([one for one in taught if one is not part]), part) for part in parts]
    gains = show(parts, scores)
    lead = gains["young"]
    may_ship = all(one is not None and one.low > 0 for one in (lead, gains["young, opened once"]))
    if args.write and may_ship and lead is not None:
        model = make_model(
            taught, [found for part, found in zip(parts, scores, strict=True) if any(part is one for one in taught)]
        )
        model.card.update(describe_figures(parts, scores, lead))
        args.write.write_bytes(encode_risk_model(model))
        print(f"written: {args.write.stat().st_size:,} bytes")


def build_part(name: str, table: RiskTable) -> Part:
    known = look_back(table, table.rows[-1].at)
    columns = [one.name for one in table.columns]
    places = [columns.index(one) for one in COLUMNS]
    values = np.array([row.values for row in known.rows], dtype=np.float64)
    enough = bisect_left(range(len(known.rows)), True, key=lambda at: look_back(table, known.rows[at].at).is_enough())
    return Part(
        name,
        table.rows[0].id[:FIRST_DIGITS],
        sum(one.source == "trailer" for one in table.labels) >= ENOUGH_SAID,
        values[:, places],
        list(known.bad),
        [row.at for row in known.rows],
        [bool(one) for one in values[:, columns.index("nf_code")] > 0],
        [at < enough for at in range(len(known.rows))],
    )


def grow(parts: Sequence[Part]) -> tuple[RiskTree, ...]:
    """Trees of all these histories: first what lines added say in all of them, then trees that go on from it.

    Each history has a share of bad changes of its own, from which its changes start: so trees learn what tells changes
    of one history apart, not one history from another.
    """
    rows, bad, history, weight = [], [], [], []
    for part in parts:
        chosen = part.choose("code")
        if sum(part.bad[at] for at in chosen) < FEWEST_BAD:
            continue
        rows.append(part.values[chosen])
        bad += [part.bad[at] for at in chosen]
        history += [len(rows) - 1] * len(chosen)
        weight += [min(1.0, WEIGHT / len(chosen))] * len(chosen)
    table, known, of, weights = np.concatenate(rows), np.array(bad, float), np.array(history), np.array(weight)
    sizes = np.log1p(table[:, 0])
    starts, slope = fit_sizes(sizes, known, of, weights)
    data = lightgbm.Dataset(
        table, known, weight=weights, init_score=starts[of] + slope * sizes, feature_name=list(COLUMNS)
    )
    constraints = [int(one in RISING) for one in COLUMNS]
    booster = lightgbm.train(SETTINGS | {"monotone_constraints": constraints}, data, ROUNDS)
    return plant_sizes(table[:, 0], float(starts.mean()), slope), *read_dumped_trees(booster.dump_model())


def fit_sizes(sizes: Any, bad: Any, of: Any, weights: Any) -> tuple[Any, float]:
    """Logistic regression on lines added, with a start for each history, by Newton's method in turns."""
    starts, slope = np.zeros(of.max() + 1), 0.0
    for _ in range(60):
        stated = 1 / (1 + np.exp(-(starts[of] + slope * sizes)))
        miss, curve = (bad - stated) * weights, stated * (1 - stated) * weights
        starts = starts + np.bincount(of, miss) / np.bincount(of, curve)
        stated = 1 / (1 + np.exp(-(starts[of] + slope * sizes)))
        miss, curve = (bad - stated) * weights, stated * (1 - stated) * weights
        slope += float((miss * sizes).sum() / (curve * sizes * sizes).sum())
    return starts, slope


def plant_sizes(added: Any, start: float, slope: float) -> RiskTree:
    """What lines added say, as a tree."""
    lines = sorted({float(one) for one in added})
    steps = [ScoreStep(one, 1 / (1 + math.exp(-(start + slope * math.log1p(one))))) for one in lines]
    return plant_size_tree(0, [float(one) for one in added], steps)


def score(trees: Sequence[RiskTree], part: Part) -> list[float]:
    return RiskGrower(COLUMNS).score(trees, list(part.values))


def make_model(parts: Sequence[Part], scores: Sequence[Sequence[float]]) -> RiskModel:
    """The model of all parts; what its scores mean is told by models that had not seen the part."""
    trees = grow(parts)
    steps = fit_shares(parts, scores)
    base = sum(one.bad for one in steps) / sum(one.changes for one in steps)
    return RiskModel(
        name="general",
        kind=GENERAL,
        columns=COLUMNS,
        trees=trees,
        steps=steps,
        spread=find_spread(parts, scores, steps),
        base=base,
        card=describe(parts),
    )


def fit_shares(parts: Sequence[Part], scores: Sequence[Sequence[float]]) -> tuple[ScoreStep, ...]:
    """How likely changes with such a score are bad, each history with as many changes as another at most."""
    told = [(found[at], part.bad[at]) for part, found in zip(parts, scores, strict=True) for at in thin(part)]
    return fit_steps([one for one, _ in told], [bad for _, bad in told])


def thin(part: Part) -> list[int]:
    """Changes of code of a part, at most so many, evenly over its time."""
    chosen = part.choose("code")
    most = min(len(chosen), WEIGHT)
    return [chosen[len(chosen) * at // most] for at in range(most)]


def find_spread(
    parts: Sequence[Part], scores: Sequence[Sequence[float]], steps: Sequence[ScoreStep]
) -> tuple[tuple[float, float], ...]:
    """Of each step the least and the most share of bad ones among the histories."""
    shares: list[list[float]] = [[] for _ in steps]
    for part, found in zip(parts, scores, strict=True):
        near: dict[int, list[bool]] = {}
        for at in part.choose("code"):
            near.setdefault(find_nearest(steps, found[at]), []).append(part.bad[at])
        for step, bad in near.items():
            if len(bad) >= FEWEST_LIKE:
                shares[step].append(sum(bad) / len(bad))
    return tuple((round(min(one), 4), round(max(one), 4)) for one in shares)


def describe(parts: Sequence[Part]) -> dict[str, Any]:
    """The card."""
    digest = hashlib.sha256(b"".join(part.values.tobytes() + bytes(part.bad) for part in parts)).hexdigest()[:16]
    return {
        "seed": 1,
        "data_hash": digest,
        "changes": sum(len(part.choose("code")) for part in parts),
        "bad": sum(sum(part.bad[at] for at in part.choose("code")) for part in parts),
        "protocol": "each history judged by a model of the others, against lines added",
        "not_when": "the repository has enough changes of its own; its history is squashed, imported or cut off",
        "histories": [
            {
                "name": part.name.replace("+", "/"),
                "licence": PERMISSIVE[part.name],
                "first": part.first,
                "labels": "trailers and reverts" if part.said else "what fixes took out, and reverts",
                "changes": len(part.choose("code")),
                "bad": sum(part.bad[at] for at in part.choose("code")),
                "from": day(part.at[0]),
                "to": day(part.at[-1]),
            }
            for part in parts
        ],
    }


def describe_figures(parts: Sequence[Part], scores: Sequence[Sequence[float]], lead: RankGain) -> dict[str, Any]:
    """How the model ranks young changes of histories that it did not see; the mean over the histories."""
    aucs, judged = [], []
    for part, found in zip(parts, scores, strict=True):
        chosen = part.choose("young")
        bad, added = [part.bad[at] for at in chosen], part.added()
        judged += bad
        ours, theirs = (measure_auc(bad, [one[at] for at in chosen]) for one in (found, added))
        if ours is not None and theirs is not None:
            aucs.append((ours, theirs))
    ours, theirs = (round(sum(one) / len(one), 4) for one in zip(*aucs, strict=True))
    return {
        "judged": len(judged),
        "judged_bad": sum(judged),
        "figures": {
            GENERAL_TREES: {"auc": ours, "lead": [round(one, 4) for one in (lead.gain, lead.low, lead.high)]},
            LINES_ADDED: {"auc": theirs},
        },
        "last_at": day(max(part.at[-1] for part in parts)),
    }


def day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def show(parts: Sequence[Part], scores: Sequence[Sequence[float]]) -> dict[str, RankGain | None]:
    """Print each history and all together; return what is gained by all together."""
    for part, found in zip(parts, scores, strict=True):
        print(f"{part.name} ({'trailers' if part.said else 'szz'}, {part.first})")
        for which in ("code", "young", "all"):
            chosen = part.choose(which)
            print(f"  {which}: {tell(part, found, chosen)}", flush=True)
    calibrate(parts, scores)
    some = {
        "": parts,
        ", opened once": [one for one in parts if one.name not in TUNED],
        ", trailers": [one for one in parts if one.said],
        ", szz": [one for one in parts if not one.said],
    }
    gains: dict[str, RankGain | None] = {}
    for name, which in product(some, ("code", "young", "all")):
        tables = [
            build_wins(part, found, part.choose(which))
            for part, found in zip(parts, scores, strict=True)
            if any(part is one for one in some[name])
        ]
        gain = compare_orders([one for one in tables if sum(one.bad) and sum(one.good)], DRAWS)
        gains[which + name] = gain
        print(f"together, {which}{name}: {tell_gain(gain)}", flush=True)
    return gains


def calibrate(parts: Sequence[Part], scores: Sequence[Sequence[float]]) -> None:
    """Print how far stated shares are off, where no share of the judged history was known."""
    for which in ("code", "young"):
        errors, stated_all, bad_all = [], [], []
        for number, part in enumerate(parts):
            steps = fit_shares([*parts[:number], *parts[number + 1 :]], [*scores[:number], *scores[number + 1 :]])
            chosen = part.choose(which)
            stated, bad = (
                [read_probability(steps, scores[number][at]) for at in chosen],
                [part.bad[at] for at in chosen],
            )
            stated_all += stated
            bad_all += bad
            if chosen:
                errors.append(calibration_error(stated, bad))
        print(
            f"stated shares, {which}: ECE of a history {min(errors):.3f} to {max(errors):.3f}, middle"
            f" {sorted(errors)[len(errors) // 2]:.3f}; of all {calibration_error(stated_all, bad_all):.3f};"
            f" Brier skill of all {brier_skill(stated_all, bad_all):+.3f}"
        )


def tell(part: Part, scores: Sequence[float], chosen: Sequence[int]) -> str:
    bad = [part.bad[at] for at in chosen]
    if not 0 < sum(bad) < len(bad):
        return f"{len(bad)} changes, {sum(bad)} bad"
    added = part.added()
    size, ours = (measure_auc(bad, [one[at] for at in chosen]) or 0.0 for one in (added, scores))
    code = measure_auc(bad, [float(part.values[at, COLUMNS.index("la_code")]) for at in chosen]) or 0.0
    return (
        f"{len(bad)} changes, {sum(bad) / len(bad):.3f} bad; lines added {size:.3f}, lines of code added {code:.3f},"
        f" general {ours:.3f}; {tell_gain(compare_orders([build_wins(part, scores, chosen)], DRAWS))}"
    )


def build_wins(part: Part, scores: Sequence[float], chosen: Sequence[int]) -> WinTable:
    added = part.added()
    months = [int(part.at[at] // MONTH) for at in chosen]
    length = 3 if len(set(months)) > MOST_MONTHS else 1
    return count_wins(
        [part.bad[at] for at in chosen],
        [scores[at] for at in chosen],
        [added[at] for at in chosen],
        [one // length for one in months],
    )


def tell_gain(gain: RankGain | None) -> str:
    if gain is None:
        return "nothing to compare"
    return f"{gain.gain:+.3f} ({gain.low:+.3f} to {gain.high:+.3f}), least to be seen {gain.least:.3f}"
