"""Where new files go: is it foretold which commits add files, in which folder and under what form of name?

``python -m benchmarks new_file_places [--write FILE --tune OWNER/NAME=FOLDER ...] OWNER/NAME=FOLDER ...``: of each
history the newest 6,000 commits, in time's order; commits of the last fifth are asked by their subject before each is
learned, evenly spread, 1,500 at most. ``--tune``: fits the weights on these histories, from .3 of each on; each of
them is measured by weights that the others gave. Histories without ``--tune`` are measured by the weights that come
with twiceshy, or by those that were just fitted.

*At 1* and *at 3*: commits that add files for which one of the first places was right, folder and form. *Folder at 3*:
the same by folder alone. *Reach*: commits of which a place was a candidate at all. Intervals (95 %) draw one author's
days again.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import fmean
from typing import NamedTuple

import numpy as np

from benchmarks.new_file_replay import AskedPlaces, replay_new_files
from twiceshy.logs.commit_words import read_changes
from twiceshy.stats.intervals import Interval
from twiceshy_git.predict.calibration import brier_skill, calibration_error
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import load_general_model
from twiceshy_git.predict.new_files.place_candidates import MadePlace
from twiceshy_git.predict.new_files.place_model import PlaceModel, encode_place_model, load_place_model
from twiceshy_git.predict.rank import rank_files
from twiceshy_git.predict.ranking_task import RankingTask

SALT = b"new-file-places"
NEWEST, MOST_ASKED, SEED, RESAMPLES = 6000, 1500, 1, 1000
RIDGE, STEPS = 1e-2, 25
SHOWN = 0.25  # from which probability of any new file ``predict`` shows places
Measure = Callable[[Sequence[MadePlace], frozenset[MadePlace]], float]
WAYS = ("ours", "nearest", "newest", "usual", "beside likely files")


class Replayed(NamedTuple):
    """One history, as each commit was asked."""

    name: str
    commits: int
    asked: list[AskedPlaces]
    first_of_last_fifth: int
    seconds: float


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks new_file_places", description=__doc__)
    parser.add_argument("--tune", nargs="+", default=[], metavar="OWNER/NAME=FOLDER")
    parser.add_argument("--write", type=Path, help="write the fitted weights to this file")
    parser.add_argument("repositories", nargs="*", metavar="OWNER/NAME=FOLDER")
    args = parser.parse_args(argv)
    tuned = [replay(one, begin=0.3) for one in args.tune]
    model = load_place_model() if not tuned else fit_model(tuned)
    if args.write:
        args.write.write_bytes(encode_place_model(model))
    rows = [
        (one, fit_model([other for other in tuned if other is not one]) if len(tuned) > 1 else model) for one in tuned
    ]
    rows += [(replay(one, begin=0.8), model) for one in args.repositories]
    show(rows)


def replay(named: str, *, begin: float) -> Replayed:
    name, _, folder = named.partition("=")
    start = time.process_time()
    changes = [one for one in read_changes(Path(folder), salt=SALT, limit=NEWEST) if one.files]
    first = round(begin * len(changes))
    step = max(1, (len(changes) - first) // MOST_ASKED)
    asked = list(replay_new_files(changes, first, rank_likely, step=step))
    cut = round(len(asked) * (0.8 - begin) / (1 - begin))
    done = Replayed(name, len(changes), asked, cut, time.process_time() - start)
    print(f"{name}: {len(changes)} commits, {len(asked)} asked, {done.seconds:.0f} s of CPU", flush=True)
    return done


def rank_likely(index: Index, task: RankingTask) -> Mapping[str, float]:
    return {one.path: one.probability or 0.01 for one in rank_files(index, task, load_general_model(), 10)}


def fit_model(histories: Sequence[Replayed]) -> PlaceModel:
    """Each history weighs as much as any other."""
    creating, places = [], []
    for one in histories:
        adding = [asked for asked in one.asked if asked.made]
        creating += [(asked.creating, bool(asked.made), 1 / len(one.asked)) for asked in one.asked]
        for asked in adding:
            for place, row in zip(asked.found.places, asked.found.rows, strict=True):
                places.append((row, place in asked.made, 1 / len(adding)))
    return PlaceModel(
        creating=fit(creating),
        places=fit(places),
        card={
            "histories": sorted(one.name for one in histories),
            "asked": sum(len(one.asked) for one in histories),
            "adding": sum(bool(asked.made) for one in histories for asked in one.asked),
            "made_at": time.strftime("%Y-%m-%d", time.gmtime()),
        },
    )


def fit(rows: Sequence[tuple[tuple[float, ...], bool, float]]) -> tuple[float, ...]:
    """Logistic regression by Newton's method, with a small ridge; weights of rows are scaled to a mean of 1."""
    table = np.array([row for row, _, _ in rows])
    hits = np.array([float(hit) for _, hit, _ in rows])
    shares = np.array([share for _, _, share in rows])
    shares /= shares.mean()
    weights = np.zeros(table.shape[1])
    for _ in range(STEPS):
        stated = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (shares * (hits - stated)) - RIDGE * weights
        curve = (table.T * (shares * stated * (1 - stated))) @ table + RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    return tuple(round(float(one), 4) for one in weights)


def show(rows: Sequence[tuple[Replayed, PlaceModel]]) -> None:
    print("\n| history | asked | add files | AUC | ECE | Brier skill | of places: ECE | Brier skill | reach |")
    print("|---|---|---|---|---|---|---|---|---|")
    for one, model in rows:
        print("| " + " | ".join([one.name, *judge_probabilities(one, model)]) + " |")
    for title, measure in (("at 1", hit_at(1)), ("at 3", hit_at(3)), ("folder at 3", folder_at(3))):
        print(f"\n| {title} | " + " | ".join([*WAYS, "ours over the best of the others"]) + " |")
        print("|---" * (len(WAYS) + 2) + "|")
        for one, model in rows:
            print("| " + " | ".join([one.name, *compare([(one, model)], measure)]) + " |")
        if len(rows) > 1:
            print("| " + " | ".join(["mean", *compare(rows, measure)]) + " |")
    print("\n| said with a probability of | places | right | mean of what was said |\n|---|---|---|---|")
    stated = [pair for one, model in rows for pair in state_places(one, model, least=SHOWN)]
    for low, high in ((0.1, 0.2), (0.2, 0.4), (0.4, 0.7), (0.7, 1.0)):
        inside = [(value, hit) for value, hit in stated if low <= value < high]
        if inside:
            right = fmean(hit for _, hit in inside)
            print(f"| {low:.1f} to {high:.1f} | {len(inside)} | {right:.3f} | {fmean(v for v, _ in inside):.3f} |")
    show_said(rows)


def show_said(rows: Sequence[tuple[Replayed, PlaceModel]]) -> None:
    """How often a user sees places, and how often one of them is right."""
    asked = [(each, model) for one, model in rows for each in one.asked[one.first_of_last_fifth :]]
    said = [(each, model) for each, model in asked if model.tell_creating(each.creating) >= SHOWN]
    adding = [(each, model) for each, model in said if each.made]
    right = [any(place in each.made for place in name_places(each, model)) for each, model in adding]
    made = sum(bool(each.made) for each, _ in asked)
    print(
        f"\nOf {len(asked)} commits, places are shown for {len(said)} (probability of any new file at least {SHOWN}); "
        f"{len(adding)} of these add files, of {made} that do; for {sum(right)} of the {len(adding)} one was right."
    )


def name_places(asked: AskedPlaces, model: PlaceModel) -> list[MadePlace]:
    """The places that are shown."""
    return [place for place, stated in rank_places(asked, model) if stated >= 0.1]


def rank_places(asked: AskedPlaces, model: PlaceModel) -> list[tuple[MadePlace, float]]:
    """The first three places with the probability that is said of them."""
    stated = [(place, model.tell_place(row)) for place, row in zip(asked.found.places, asked.found.rows, strict=True)]
    return sorted(stated, key=lambda pair: -pair[1])[:3]


def judge_probabilities(one: Replayed, model: PlaceModel) -> list[str]:
    asked = one.asked[one.first_of_last_fifth :]
    creating = [model.tell_creating(each.creating) for each in asked]
    made = [bool(each.made) for each in asked]
    adding = [each for each in asked if each.made]
    places = list(state_places(one, model))
    reach = fmean(any(place in each.made for place in each.found.places) for each in adding)
    values, hits = [value for value, _ in places], [hit for _, hit in places]
    return [
        str(len(asked)),
        str(len(adding)),
        f"{area(creating, made):.3f}",
        f"{calibration_error(creating, made):.3f}",
        f"{brier_skill(creating, made):+.3f}",
        f"{calibration_error(values, hits):.3f}",
        f"{brier_skill(values, hits):+.3f}",
        f"{reach:.2f}",
    ]


def state_places(one: Replayed, model: PlaceModel, *, least: float = 0.0) -> Iterator[tuple[float, bool]]:
    """The first places of each commit that adds files, with what is said of them, and whether it was so."""
    for asked in one.asked[one.first_of_last_fifth :]:
        if asked.made and model.tell_creating(asked.creating) >= least:
            yield from ((stated, place in asked.made) for place, stated in rank_places(asked, model))


def area(scores: Sequence[float], hits: Sequence[bool]) -> float:
    """Area under the ROC curve, ties at half."""
    good = [score for score, hit in zip(scores, hits, strict=True) if hit]
    bad = [score for score, hit in zip(scores, hits, strict=True) if not hit]
    wins = sum((one > other) + 0.5 * (one == other) for one in good for other in bad)
    return wins / (len(good) * len(bad)) if good and bad else float("nan")


def list_ways(asked: AskedPlaces, model: PlaceModel) -> dict[str, list[MadePlace]]:
    """Places as each way ranks them, best first."""
    places, rows = asked.found.places, asked.found.rows
    order = range(len(places))
    return {
        "ours": [places[at] for at in sorted(order, key=lambda at: -model.tell_place(rows[at]))],
        "nearest": [places[at] for at in sorted(order, key=lambda at: -rows[at][1])],
        "newest": list(asked.last),
        "usual": [places[at] for at in sorted(order, key=lambda at: -rows[at][4])],
        "beside likely files": list(asked.beside),
    }


def hit_at(top: int) -> Measure:
    return lambda ranked, made: float(any(place in made for place in ranked[:top]))


def folder_at(top: int) -> Measure:
    def measure(ranked: Sequence[MadePlace], made: frozenset[MadePlace]) -> float:
        folders = list(dict.fromkeys(place.folder for place in ranked))[:top]
        return float(any(place.folder in folders for place in made))

    return measure


def compare(rows: Sequence[tuple[Replayed, PlaceModel]], measure: Measure) -> list[str]:
    """Each way's mean over histories, and by how much ours leads the best of the others."""
    marks: list[tuple[str, dict[str, float]]] = []
    means: dict[str, list[float]] = {name: [] for name in WAYS}
    for one, model in rows:
        own = [
            (
                f"{one.name} {asked.group}",
                {way: measure(found, asked.made) for way, found in list_ways(asked, model).items()},
            )
            for asked in one.asked[one.first_of_last_fifth :]
            if asked.made
        ]
        for name in WAYS:
            means[name].append(fmean(values[name] for _, values in own))
        marks += own
    best = max(WAYS[1:], key=lambda name: fmean(means[name]))
    lead = draw_lead(marks, best)
    told = f"{lead.estimate:+.3f} ({lead.low:+.3f} to {lead.high:+.3f}), {best}"
    return [*(f"{fmean(means[name]):.3f}" for name in WAYS), told]


def draw_lead(marks: Sequence[tuple[str, dict[str, float]]], other: str) -> Interval:
    """Mean lead over commits; whole groups are drawn again."""
    groups: dict[str, list[float]] = {}
    for group, values in marks:
        groups.setdefault(group, []).append(values["ours"] - values[other])
    pool, rng = list(groups.values()), Random(SEED)
    means = sorted(fmean(gap for group in rng.choices(pool, k=len(pool)) for gap in group) for _ in range(RESAMPLES))
    gaps = [gap for group in pool for gap in group]
    return Interval(fmean(gaps), means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1])
