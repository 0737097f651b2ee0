"""A repository's own ranking model: trees that go on from the general ones, kept only where they win.

Time is cut twice. On the third fifth to the fourth it is decided whether own trees help, and there the calibration is
fitted; the last fifth is touched once, for the figures on the card. A model that does not beat every baseline there is
marked as not used, with the baseline that ranks instead.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from twiceshy.predict import growing
from twiceshy.predict.baselines import baselines
from twiceshy.predict.calibration import TOP, Calibration, brier_skill, expected_error, fit
from twiceshy.predict.evaluate import Marks, ahead_of, marks_of, mean, replay, split_at
from twiceshy.predict.model import Model
from twiceshy.predict.samples import SURE_ROWS, Sample, samples
from twiceshy.predict.trees import Tree, score
from twiceshy.records.changes import Change

HELD_OUT = 0.2
MOST_GROWN_ON = 2500  # newest commits; more of a long past adds seconds (guess)
FEWEST_GROWN_ON = 100  # commits with a target below which own trees follow chance (guess)
FEWEST_OUTCOMES = 3000
"""Ranked files with known outcome below which the general calibration errs less than one of their own (measured on
three histories: calibration error .056, .030, .041 against .062, .037, .066)."""
FEWEST_JUDGED = 20  # held-out commits below which no figure is stated
ROUNDS = (20, 40, 80)
"""Numbers of own trees to choose from, besides none."""
MOST_ROUNDS, RATE, SEED = ROUNDS[-1], 0.04, 1
Grow = Callable[..., tuple[Tree, ...]]


def train(changes: Sequence[Change], general: Model, name: str, *, grow: Grow | None = None) -> Model:
    """The model of this history, with its card. ``grow``: None where LightGBM is missing; then the general trees stay.

    The same history gives the same model.
    """
    cut, middle = split_at(changes, HELD_OUT), split_at(changes, 2 * HELD_OUT)
    first = max(len(changes) // 5, middle - MOST_GROWN_ON)
    made = samples(changes, first, len(changes), Random(SEED), thin_before=middle)  # noqa: S311  # thinning, no secret
    early = [one for one in made if one.number < middle]
    choosing = [one for one in made if middle <= one.number < cut]
    held = [one for one in made if one.number >= cut]
    trees, own, between = general.trees, False, [scored(general.trees, one) for one in choosing]
    if grow is not None and sum(any(one.hits) for one in early) >= FEWEST_GROWN_ON:
        rounds, between = best_rounds(
            grow([early], upon=general.trees, rounds=MOST_ROUNDS, rate=RATE), choosing, between
        )
        if rounds:
            own = True
            later = [thinned(one) for one in choosing]
            trees += grow([early + later], upon=general.trees, rounds=rounds, rate=RATE)
    calibration = fit([ordered(one, scores) for one, scores in zip(choosing, between, strict=True)])
    if general.calibration is not None and (calibration is None or calibration.outcomes < FEWEST_OUTCOMES):
        calibration = general.calibration
    model = Model(name=name, trees=trees, calibration=calibration)
    return judge(model, changes, held, cut, own=own)


def best_rounds(
    more: tuple[Tree, ...], choosing: Sequence[Sample], between: list[list[float]]
) -> tuple[int, list[list[float]]]:
    """How many of ``more`` trees rank best on commits they were not grown on, with the scores; the fewer win."""
    best, kept, most = 0, between, worth(judged(choosing, between))
    done = 0
    for rounds in ROUNDS:
        piece = more[done:rounds]
        between = [summed(base, scored(piece, one)) for base, one in zip(between, choosing, strict=True)]
        done = rounds
        if (found := worth(judged(choosing, between))) > most:
            best, kept, most = rounds, between, found
    return best, kept


def judge(model: Model, changes: Sequence[Change], held: Sequence[Sample], cut: int, *, own: bool) -> Model:
    """The model with its figures on the held-out commits beside the baselines', used only where it beats them all."""
    scores = [scored(model.trees, one) for one in held]
    ours = judged(held, scores)
    against = replay(changes, baselines(), first=cut)
    beaten = {name: ahead_of(ours, against.marks[name]) for name in against.marks}
    lost = [name for name, marks in against.marks.items() if not better(mean(ours), mean(marks))]
    enough = len(ours) >= FEWEST_JUDGED
    best = max(against.marks, key=lambda name: worth(against.marks[name]))
    card: dict[str, Any] = {
        "own_trees": own,
        "seed": SEED,
        "data_hash": hashlib.sha256("".join(change.id for change in changes).encode()).hexdigest()[:16],
        "commits": len(changes),
        "trained_until": cut,
        "first_at": stamp(changes[0].at) if changes else "",
        "last_at": stamp(changes[-1].at) if changes else "",
        "protocol": "online: each commit of the last fifth is ranked by its subject, then learned",
        "judged": len(ours),
        "figures": {"model": mean(ours)._asdict()}
        | {name: mean(rows)._asdict() for name, rows in against.marks.items()},
        "ahead": beaten,
        "probability": reliability(model.calibration, held, scores),
        "not_when": "a task whose files do not exist yet; the first commits after a rewrite or a large move",
    }
    if enough and lost:
        card["why_not_used"] = f"no better than {', '.join(lost)} on the last {len(ours)} commits"
    return replace(model, card=card, used=not (enough and lost), instead=best if enough and lost else "")


def scored(trees: Sequence[Tree], sample: Sample) -> list[float]:
    """The score of each row."""
    return score(trees, sample.columns(), len(sample.hits))


def summed(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """Two scores of the same rows together."""
    return [left + right for left, right in zip(one, other, strict=True)]


def ordered(sample: Sample, scores: Sequence[float]) -> tuple[list[float], list[bool]]:
    """Falling scores and the hits in that order."""
    places = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    return [scores[place] for place in places], [sample.hits[place] for place in places]


def judged(held: Sequence[Sample], scores: Sequence[Sequence[float]]) -> list[Marks]:
    """The marks of each sample's ranking; targets that are no candidates count as missed."""
    rows = []
    for sample, values in zip(held, scores, strict=True):
        hits = ordered(sample, values)[1][:TOP]
        ranking = [str(place) if hit else "-" for place, hit in enumerate(hits)]
        targets = {str(place) for place, hit in enumerate(hits) if hit}
        targets |= {f"missed {number}" for number in range(sample.targets - len(targets))}
        rows.append(marks_of(ranking, frozenset(targets)))
    return rows


def thinned(sample: Sample) -> Sample:
    """The sample without most of its misses, to grow on; some far ones stay, or far would come to mean hit."""
    width = len(sample.rows) // max(1, len(sample.hits))
    kept = [place for place, hit in enumerate(sample.hits) if hit or place < SURE_ROWS or place % 7 == 0]
    rows = sample.rows[:0]
    for place in kept:
        rows.extend(sample.rows[place * width : (place + 1) * width])
    return replace(sample, rows=rows, hits=tuple(sample.hits[place] for place in kept))


def worth(rows: Sequence[Marks]) -> float:
    """The one number by which a choice is made: the mean of MRR and recall@10."""
    means = mean(rows)
    return (means.mrr + means.recall10) / 2


def better(ours: Marks, theirs: Marks) -> bool:
    """Ahead by MRR and not behind by recall@10."""
    return ours.mrr > theirs.mrr and ours.recall10 >= theirs.recall10


def reliability(
    calibration: Calibration | None, held: Sequence[Sample], scores: Sequence[Sequence[float]]
) -> dict[str, float]:
    """Calibration error and Brier skill of the first ten places of each held-out ranking."""
    if calibration is None:
        return {}
    stated, hits = [], []
    for sample, values in zip(held, scores, strict=True):
        falling, found = ordered(sample, values)
        stated += calibration.probabilities(falling)
        hits += found[:TOP]
    return {
        "ece": round(expected_error(stated, hits), 4),
        "brier_skill": round(brier_skill(stated, hits), 4),
        "outcomes": calibration.outcomes,
        "shown": len(hits),
    }


def stamp(at: int) -> str:
    """Seconds since 1970 as ISO 8601."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def own_grower() -> Grow | None:
    """``growing.grow`` where LightGBM is installed."""
    return growing.grow if growing.installed() else None
