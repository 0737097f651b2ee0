"""How well human turns that correct the work before them are told from others, on labelled turns of real logs.

``python -m benchmarks corrections STORE... [--fit] [--show]``: STORE is a data folder filled from the logs that
``benchmarks/labels/corrections*.json`` were drawn from. The labels name prompts by uid only, and the project (and
person) that they are from by a hash. Rows are weighted by how many turns each stands for, so that precision and recall
are those of all human turns; intervals are a bootstrap over sessions.

Projects are in two parts. On the first (`tune`) the later signs and the curve were fitted; its figure is
cross-validated, each project's turns judged by a fit without that project. The other (`held`) and projects that came
later (`field`) were labelled when the rules stood. ``--fit`` prints weights, curve and the probability for a precision
of .85.

Beside it: a usual list of regexes, every turn after an interrupt or a refusal, and each kind of evidence on its own.
"""

import argparse
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twiceshy.archive.db import Store
from twiceshy.archive.reads import stories
from twiceshy.judgement.outcomes import corrections as detector
from twiceshy.judgement.outcomes.corrections import WeighedTurn, weigh_turn
from twiceshy.judgement.outcomes.turns import load_signs
from twiceshy.records.stories import Story
from twiceshy.stats.intervals import wilson

LABELS = Path(__file__).parent / "labels"
SETS = ("corrections.json", "corrections-2.json", "corrections-3.json", "corrections-4.json")
USUAL = re.compile(r"^no\b,?|wrong|instead|revert|undo|actually|don'?t|not what|still|fix|stop|why", re.IGNORECASE)
FITTED = "labels-tune"
PATTERNS_FROM = frozenset("AB")
"""Sets that the older signs' words were written on: for fitting only, with less weight, and in no figure."""
GOAL = 0.85
RIDGE = 0.3
MOST_WEIGHT = 6.0
DRAWS = 1000
BINS = 10
SMALL = 15
"""Turns below which projects are left out together."""
Vector = NDArray[np.float64]


class Row(NamedTuple):
    """One labelled turn."""

    session: bytes
    weighed: WeighedTurn
    label: bool
    weight: float
    half: str
    part: str
    project: str


class Fit(NamedTuple):
    """Weights of the later signs, and the curve."""

    slugs: tuple[str, ...]
    weights: Vector
    """Intercept, slope of the older points, then a log-odds for each slug."""

    def judge(self, rows: Sequence[Row]) -> Vector:
        """The probability of each row."""
        return sigmoid(table(rows, self.slugs) @ self.weights)


def rows_of(told: Iterable[Story]) -> list[Row]:
    """The labelled turns, weighed."""
    labels: dict[bytes, dict[str, Any]] = {}
    for name in SETS:
        tree = json.loads((LABELS / name).read_text())
        labels |= {bytes.fromhex(row[0]): dict(zip(tree["columns"], row, strict=True)) for row in tree["rows"]}
    found = []
    for story in told:
        for judged in detector.list_judged_turns(story):
            label = labels.get(judged.turn.prompt.step.uid) if judged.turn.prompt else None
            if label is not None:
                weighed = weigh_turn(judged)
                given = (label[name] for name in ("weight", "half", "part", "project"))
                found.append(Row(story.session, weighed, bool(label["label"]), *given))
    return found


def sigmoid(odds: Vector) -> Vector:
    sure: Vector = 1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30)))
    return sure


def table(rows: Sequence[Row], slugs: Sequence[str]) -> Vector:
    """A row's 1, its points from the older signs, and whether it has each of the later ones."""
    by_slug = load_signs().by_slug
    out = np.zeros((len(rows), 2 + len(slugs)))
    for number, row in enumerate(rows):
        seen = {one.slug for one in row.weighed.seen}
        older = sum(one.points for one in row.weighed.seen if by_slug[one.slug].fit != FITTED)
        out[number] = [1.0, older, *(slug in seen for slug in slugs)]
    return out


def fit(rows: Sequence[Row]) -> Fit:
    """Fit the later signs and the curve: a logistic regression whose weights keep their signs."""
    later = [sign for sign in load_signs().by_slug.values() if sign.fit == FITTED and sign.points]
    slugs = tuple(sign.slug for sign in later)
    signs = np.array([0.0, 1.0, *(np.sign(sign.points) for sign in later)])
    given, wanted = table(rows, slugs), np.array([float(row.label) for row in rows])
    weight = np.sqrt([min(row.weight, MOST_WEIGHT) * (0.3 if row.half in PATTERNS_FROM else 1.0) for row in rows])
    ridge = np.array([0.0, 0.01, *(RIDGE for _ in slugs)])
    found = np.zeros(len(signs))
    for _ in range(200):
        before = found.copy()
        for place in range(len(found)):  # one weight at a time, a step of Newton's each, held to its sign
            sure = sigmoid(given @ found)
            slope = given[:, place] @ (weight * (sure - wanted)) + ridge[place] * found[place]
            bend = given[:, place] ** 2 @ (weight * sure * (1 - sure)) + ridge[place] + 1e-9
            moved = found[place] - slope / bend
            found[place] = max(0.0, moved * signs[place]) * signs[place] if signs[place] else moved
        if np.abs(found - before).max() < 1e-4:
            break
    return Fit(slugs, found)


def cross_validate(rows: Sequence[Row]) -> Vector:
    """Each row's probability by a fit without its project; small projects are left out together."""
    sizes: dict[str, int] = defaultdict(int)
    for row in rows:
        sizes[row.project] += 1
    fold = [row.project if sizes[row.project] >= SMALL else "small" for row in rows]
    out = np.zeros(len(rows))
    for name in dict.fromkeys(fold):
        inside = [number for number, one in enumerate(fold) if one == name]
        rest = [row for row, one in zip(rows, fold, strict=True) if one != name]
        out[inside] = fit(rest).judge([rows[number] for number in inside])
    return out


def average_precision(label: Vector, sure: Vector, weight: Vector) -> float:
    order = np.argsort(-sure, kind="stable")
    right, all_ = np.cumsum((weight * label)[order]), np.cumsum(weight[order])
    return float((right / all_ * (weight * label)[order]).sum() / max((weight * label).sum(), 1e-9))


def calibration_error(label: Vector, sure: Vector, weight: Vector) -> float:
    """Mean distance of probability and share, over ten bins of equal weight."""
    order = np.argsort(sure, kind="stable")
    places = np.minimum((np.cumsum(weight[order]) / weight.sum() - 1e-12) * BINS, BINS - 1).astype(int)
    error = 0.0
    for number in range(BINS):
        inside = order[places == number]
        if len(inside):
            w = weight[inside]
            error += (
                w.sum() / weight.sum() * abs(np.average(label[inside], weights=w) - np.average(sure[inside], weights=w))
            )
    return error


def threshold_for(goal: float, label: Vector, sure: Vector, weight: Vector) -> float:
    """The lowest probability from which on precision is at least ``goal``; 1 where none is."""
    order = np.argsort(-sure, kind="stable")
    precision = np.cumsum((weight * label)[order]) / np.cumsum(weight[order])
    reached = np.flatnonzero(precision >= goal)
    return float(sure[order][reached.max()]) if len(reached) else 1.0


def figures(label: Vector, sure: Vector, weight: Vector, counting: float) -> tuple[float, ...]:
    said = sure >= counting
    both = (weight * label)[said].sum()
    return (
        both / max(weight[said].sum(), 1e-9),
        both / max((weight * label).sum(), 1e-9),
        calibration_error(label, sure, weight),
        average_precision(label, sure, weight),
    )


def line(name: str, rows: Sequence[Row], sure: Vector, counting: float) -> str:
    """Precision, recall, calibration error and average precision with 95 % intervals, and plain counts."""
    label, weight = np.array([float(row.label) for row in rows]), np.array([row.weight for row in rows])
    by_session: dict[bytes, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        by_session[row.session].append(number)
    groups, rng, drawn = list(by_session.values()), Random(20261122), []
    for _ in range(DRAWS):
        some = [number for group in rng.choices(groups, k=len(groups)) for number in group]
        drawn.append(figures(label[some], sure[some], weight[some], counting))
    ends = np.quantile(np.array(drawn), (0.025, 0.975), axis=0)
    shown = [
        f"{value:.2f} ({low:.2f}-{high:.2f})"
        for value, low, high in zip(figures(label, sure, weight, counting), *ends, strict=True)
    ]
    said = sure >= counting
    right, true = int(label[said].sum()), int(label.sum())
    return f"{name:36} {'  '.join(shown)}  {right}/{int(said.sum())} right, {right}/{true} found, n {len(rows)}"


def kinds(rows: Sequence[Row], sure: Vector, counting: float) -> None:
    """Print the share right and the mean confidence of each kind of evidence."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if sure[number] >= counting:
            found[row.weighed.evidence].append(number)
    for why, of in sorted(found.items()):
        right = sum(rows[number].label for number in of)
        ends = wilson(right, len(of))
        print(f"    {why:22} stated {sure[of].mean():.2f}, right {right}/{len(of)} ({ends.low:.2f}-{ends.high:.2f})")


def report(name: str, rows: list[Row], sure: Vector) -> None:
    if not rows:
        return
    counting = load_signs().counting
    print(line(name, rows, sure, counting))

    def beside(what: str, says: Callable[[Row], bool]) -> None:
        print(line(f"  {what}", rows, np.array([float(says(row)) for row in rows]), 0.5))

    beside("usual regexes", lambda row: bool(USUAL.search(row.weighed.turn.words)))
    beside("after an interrupt or a refusal", lambda row: row.weighed.stopped or bool(row.weighed.before.refusals))
    acted = [number for number, row in enumerate(rows) if row.weighed.before.has_acted]
    talked = [number for number, row in enumerate(rows) if not row.weighed.before.has_acted]
    for what, some in (("after work", acted), ("after a plan or an answer", talked)):
        if some:
            print(line(f"  {what}", [rows[number] for number in some], sure[some], counting))
    kinds(rows, sure, counting)


def _cap(row: Row, alone: float) -> float:
    """What may be stated of a row at most, whatever the weights."""
    weighed = row.weighed
    return 0.0 if weighed.wording.settled or weighed.nobodys else alone if weighed.evidence == "words" else 1.0


def show_fit(rows: Sequence[Row]) -> None:
    """Print the fit to all of these, and the threshold for the goal, cross-validated."""
    found = fit(rows)
    intercept, slope, *weights = found.weights
    print(f"slope = {slope:.3f}\nintercept = {intercept:.3f}")
    for slug, weight in sorted(zip(found.slugs, weights, strict=True), key=lambda one: -abs(one[1])):
        seen = sum(slug in {one.slug for one in row.weighed.seen} for row in rows)
        print(f"  {slug:24} {weight / slope:6.2f}  seen {seen}")
    sure = cross_validate(rows)
    some = [number for number, row in enumerate(rows) if row.half not in PATTERNS_FROM]
    label, weight = (np.array([float(getattr(rows[n], name)) for n in some]) for name in ("label", "weight"))
    print(f"precision {GOAL} from probability {threshold_for(GOAL, label, sure[some], weight):.3f} on")


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks corrections", description=__doc__)
    parser.add_argument("stores", type=Path, nargs="+", metavar="STORE")
    parser.add_argument("--fit", action="store_true", help="print the weights that the tune part gives")
    parser.add_argument("--show", action="store_true", help="uids of the wrong ones")
    parser.add_argument("--part", choices=("tune", "held", "field", "unseen"), help="this part only")
    args = parser.parse_args(argv)
    told: list[Story] = []
    for folder in args.stores:
        with Store.open(folder, readonly=True) as store:
            told += stories.read_stories(store, stories.hash_inputs(store.connection))
    rows = rows_of(told)
    tune = [row for row in rows if row.part == "tune"]
    print(f"{'':36} {'precision':18}{'recall':18}{'calibration':18}average precision")
    if args.part in (None, "tune"):
        alone = load_signs().most_alone
        caps = np.array([_cap(row, alone) for row in tune])
        sure = np.minimum(cross_validate(tune), caps)
        some = [number for number, row in enumerate(tune) if row.half not in PATTERNS_FROM]
        report("tune, cross-validated by project", [tune[number] for number in some], sure[some])
    if args.fit:
        show_fit(tune)
    for parts in (("held",), ("field",), ("held", "field"), ("unseen",)):
        if args.part in (None, *parts[: len(parts) == 1]):
            some_rows = [row for row in rows if row.part in parts and row.half not in "ABC"]
            report(" and ".join(parts), some_rows, np.array([row.weighed.probability for row in some_rows]))
    if args.show:
        for row in rows:
            if row.label != (row.weighed.probability >= load_signs().counting) and row.weighed.turn.prompt is not None:
                print(f"  {row.part} {'missed' if row.label else 'false '} {row.weighed.turn.prompt.step.uid.hex()}")
    started = time.process_time()
    everything = sum(len(detector.find_corrections(story)) for story in told)
    print(f"{everything} may be, in all {len(told)} stories, {time.process_time() - started:.2f} s CPU")
