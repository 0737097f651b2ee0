"""Training: a repository's own ranking model: trees that go on from the general ones, used only where they win.

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

from twiceshy.records.predictions import HistoryCommit
from twiceshy_git.predict import lightgbm_trees
from twiceshy_git.predict.baselines import make_baselines
from twiceshy_git.predict.calibration import TOP, Calibration, brier_skill, calibration_error, fit
from twiceshy_git.predict.model import Model
from twiceshy_git.predict.ranking_evaluation import (
    RankingMetrics,
    average_metrics,
    compare_metrics,
    find_split,
    measure_ranking,
    replay,
)
from twiceshy_git.predict.training_samples import SURE_ROWS, TrainingSample, build_samples
from twiceshy_git.predict.trees import Tree, score

_HELD_OUT = 0.2
"""Share of the commits that is held out for the figures, by definition of the protocol (the last fifth)."""
_MOST_GROWN_ON = 2500
"""Newest commits that trees are grown on; more of a long past adds seconds. Guess of 2026-11-21."""
_FEWEST_GROWN_ON = 100
"""Commits with a target below which own trees follow chance. Guess of 2026-11-21."""
_FEWEST_OUTCOMES = 3000
"""Ranked files with known outcome below which the general calibration errs less than one of their own (measured on
three histories, 2026-11-21: calibration error .056, .030, .041 against .062, .037, .066)."""
_FEWEST_JUDGED = 20
"""Held-out commits below which no figure is stated. Guess of 2026-11-21."""
_ROUNDS = (20, 40, 80)
"""Numbers of own trees to choose from, besides none."""
_MOST_ROUNDS, _RATE, _SEED = _ROUNDS[-1], 0.04, 1
_Grow = Callable[..., tuple[Tree, ...]]


def train(changes: Sequence[HistoryCommit], general: Model, name: str, *, grow: _Grow | None = None) -> Model:
    """Return the model of this history, with its card.

    ``grow`` grows trees; where it is None (LightGBM is missing) the general trees stay. The same history gives the
    same model.
    """
    cut, middle = find_split(changes, _HELD_OUT), find_split(changes, 2 * _HELD_OUT)
    first = max(len(changes) // 5, middle - _MOST_GROWN_ON)
    made = build_samples(changes, first, len(changes), Random(_SEED), thin_before=middle)  # noqa: S311  # thinning, no secret
    early = [one for one in made if one.number < middle]
    choosing = [one for one in made if middle <= one.number < cut]
    trees, between = _grow_upon(general.trees, early, choosing, grow)
    calibration = fit([_sort_by_score(one, scores) for one, scores in zip(choosing, between, strict=True)])
    if general.calibration is not None and (calibration is None or calibration.outcomes < _FEWEST_OUTCOMES):
        calibration = general.calibration
    model = Model(name=name, trees=trees, calibration=calibration)
    held = [one for one in made if one.number >= cut]
    return _judge(model, changes, held, cut, own=len(trees) > len(general.trees))


def _grow_upon(
    base: tuple[Tree, ...], early: Sequence[TrainingSample], choosing: Sequence[TrainingSample], grow: _Grow | None
) -> tuple[tuple[Tree, ...], list[list[float]]]:
    """Return the trees with those of the history's own that help, and scores of ``choosing`` by trees unseen there."""
    between = [_score_sample(base, one) for one in choosing]
    if grow is None or sum(any(one.hits) for one in early) < _FEWEST_GROWN_ON:
        return base, between
    more = grow([early], upon=base, rounds=_MOST_ROUNDS, rate=_RATE)
    rounds, between = choose_rounds(more, choosing, between)
    if not rounds:
        return base, between
    later = [_thin_sample(one) for one in choosing]
    return base + grow([[*early, *later]], upon=base, rounds=rounds, rate=_RATE), between


def choose_rounds(
    more: tuple[Tree, ...], choosing: Sequence[TrainingSample], between: list[list[float]]
) -> tuple[int, list[list[float]]]:
    """Return how many of ``more`` trees rank best on commits they were not grown on, with the scores.

    Among equals the fewer win.
    """
    best, kept, most = 0, between, _value_of(_measure_samples(choosing, between))
    done = 0
    for rounds in _ROUNDS:
        piece = more[done:rounds]
        between = [_add_scores(base, _score_sample(piece, one)) for base, one in zip(between, choosing, strict=True)]
        done = rounds
        if (found := _value_of(_measure_samples(choosing, between))) > most:
            best, kept, most = rounds, between, found
    return best, kept


def _judge(
    model: Model, changes: Sequence[HistoryCommit], held: Sequence[TrainingSample], cut: int, *, own: bool
) -> Model:
    """Return the model with its figures on the held-out commits beside the baselines'.

    It is used only where it beats them all.
    """
    scores = [_score_sample(model.trees, one) for one in held]
    ours = _measure_samples(held, scores)
    against = replay(changes, make_baselines(), first=cut)
    beaten = {name: compare_metrics(ours, against.marks[name]) for name in against.marks}
    lost = [
        name for name, marks in against.marks.items() if not _is_better(average_metrics(ours), average_metrics(marks))
    ]
    enough = len(ours) >= _FEWEST_JUDGED
    best = max(against.marks, key=lambda name: _value_of(against.marks[name]))
    card: dict[str, Any] = {
        "own_trees": own,
        "seed": _SEED,
        "data_hash": hashlib.sha256("".join(change.id for change in changes).encode()).hexdigest()[:16],
        "commits": len(changes),
        "trained_until": cut,
        "first_at": _format_time(changes[0].at) if changes else "",
        "last_at": _format_time(changes[-1].at) if changes else "",
        "protocol": "online: each commit of the last fifth is ranked by its subject, then learned",
        "judged": len(ours),
        "figures": {"model": average_metrics(ours)._asdict()}
        | {name: average_metrics(rows)._asdict() for name, rows in against.marks.items()},
        "ahead": beaten,
        "probability": _measure_reliability(model.calibration, held, scores),
        "not_when": "a task whose files do not exist yet; the first commits after a rewrite or a large move",
    }
    if enough and lost:
        card["why_not_used"] = f"no better than {', '.join(lost)} on the last {len(ours)} commits"
    return replace(model, card=card, used=not (enough and lost), instead=best if enough and lost else "")


def _score_sample(trees: Sequence[Tree], sample: TrainingSample) -> list[float]:
    """Return the score of each row."""
    return score(trees, sample.columns(), len(sample.hits))


def _add_scores(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """Return the sums of two scores of the same rows."""
    return [left + right for left, right in zip(one, other, strict=True)]


def _sort_by_score(sample: TrainingSample, scores: Sequence[float]) -> tuple[list[float], list[bool]]:
    """Return the scores, falling, and the hits in that order."""
    places = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    return [scores[place] for place in places], [sample.hits[place] for place in places]


def _measure_samples(held: Sequence[TrainingSample], scores: Sequence[Sequence[float]]) -> list[RankingMetrics]:
    """Return the metrics of each sample's ranking; targets that are no candidates count as missed."""
    rows = []
    for sample, values in zip(held, scores, strict=True):
        hits = _sort_by_score(sample, values)[1][:TOP]
        ranking = [str(place) if hit else "-" for place, hit in enumerate(hits)]
        targets = {str(place) for place, hit in enumerate(hits) if hit}
        targets |= {f"missed {number}" for number in range(sample.targets - len(targets))}
        rows.append(measure_ranking(ranking, frozenset(targets)))
    return rows


def _thin_sample(sample: TrainingSample) -> TrainingSample:
    """Return the sample without most of its misses, to grow on.

    Some far ones stay, or far would come to mean hit.
    """
    width = len(sample.rows) // max(1, len(sample.hits))
    kept = [place for place, hit in enumerate(sample.hits) if hit or place < SURE_ROWS or place % 7 == 0]
    rows = sample.rows[:0]
    for place in kept:
        rows.extend(sample.rows[place * width : (place + 1) * width])
    return replace(sample, rows=rows, hits=tuple(sample.hits[place] for place in kept))


def _value_of(rows: Sequence[RankingMetrics]) -> float:
    """Return the one number by which a choice is made: the mean of MRR and recall@10."""
    means = average_metrics(rows)
    return (means.mrr + means.recall10) / 2


def _is_better(ours: RankingMetrics, theirs: RankingMetrics) -> bool:
    """Tell whether ours is ahead by MRR and not behind by recall@10."""
    return ours.mrr > theirs.mrr and ours.recall10 >= theirs.recall10


def _measure_reliability(
    calibration: Calibration | None, held: Sequence[TrainingSample], scores: Sequence[Sequence[float]]
) -> dict[str, float]:
    """Return calibration error and Brier skill of the first ten places of each held-out ranking."""
    if calibration is None:
        return {}
    stated, hits = [], []
    for sample, values in zip(held, scores, strict=True):
        falling, found = _sort_by_score(sample, values)
        stated += calibration.probabilities(falling)
        hits += found[:TOP]
    return {
        "ece": round(calibration_error(stated, hits), 4),
        "brier_skill": round(brier_skill(stated, hits), 4),
        "outcomes": calibration.outcomes,
        "shown": len(hits),
    }


def _format_time(at: int) -> str:
    """Return seconds since 1970 as ISO 8601."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def find_grower() -> _Grow | None:
    """Return ``lightgbm_trees.grow`` where LightGBM is installed; None elsewhere."""
    return lightgbm_trees.grow if lightgbm_trees.is_installed() else None
