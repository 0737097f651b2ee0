"""Grow trees that rank messages, by LightGBM; the only module of messages that needs it, and only when it is called.

One thread, fixed seeds and sorted input make the same trees from the same history.
"""

import importlib
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from twiceshy.base.errors import ToolMissing
from twiceshy_git.predict.calibration import fit_logistic_weights
from twiceshy_git.predict.lightgbm_trees import score_table
from twiceshy_git.predict.messages.candidates import COLUMNS, MessageCandidate
from twiceshy_git.predict.messages.message_ranker import MessageModel, describe_best, rank_candidates
from twiceshy_git.predict.messages.wording import count_edited_words, measure_b_norm, measure_rouge_l
from twiceshy_git.predict.trees import Tree, from_lightgbm

ROUNDS: Final = 200
"""Trees of a general model (tuned on the fourth fifths of six public histories, 2026-11-24: of 150 and 300 the latter
ranks better by .4 of B-Norm, and twice the bytes)."""
OWN_ROUNDS: Final = 60
"""Trees that a repository's own history adds (guess, 2026-11-24)."""
_NEARLY: Final = 2
"""Words in which a message that is nearly right may be wrong (asked for)."""
_FEWEST: Final = 100
"""Asked commits below which no probability is fitted (guess, 2026-11-24)."""
SETTINGS: Final[dict[str, Any]] = {
    "objective": "regression",
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "learning_rate": 0.06,
    "verbose": -1,
    "seed": 1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
}
"""Of LightGBM (guess of 2026-11-24)."""


class AnsweredChange(NamedTuple):
    """A commit with what might have been offered, and what was written."""

    candidates: Sequence[MessageCandidate]
    written: str
    weight: float = 1.0
    """How much it counts in training, beside another change."""


def grow_message_trees(
    histories: Sequence[Sequence[AnsweredChange]], *, upon: tuple[Tree, ...] = (), rounds: int = ROUNDS
) -> tuple[Tree, ...]:
    """Grow trees on the changes of one or more histories, each weighing by the root of its length.

    ``upon``: trees to go on from; the answer has only the new ones, to be added.

    Raises:
        ToolMissing: LightGBM is not installed.
    """
    lightgbm, numpy = open_lightgbm()
    kept = [[one for one in history if len(one.candidates) > 1] for history in histories]
    flat = [one for history in kept for one in history]
    if not flat:
        return ()
    table = numpy.array([candidate.row for one in flat for candidate in one.candidates], dtype=numpy.float32)
    data = lightgbm.Dataset(
        table,
        list(chain.from_iterable(map(_measure_lead, flat))),
        weight=list(chain.from_iterable(map(_weigh, kept))),
        init_score=score_table(upon, table, numpy) if upon else None,
        feature_name=list(COLUMNS),
    )
    return from_lightgbm(lightgbm.train(SETTINGS, data, rounds).dump_model())


def open_lightgbm() -> tuple[Any, Any]:
    """Return LightGBM and NumPy.

    Raises:
        ToolMissing: LightGBM is not installed.
    """
    try:
        return importlib.import_module("lightgbm"), importlib.import_module("numpy")
    except ImportError as error:
        raise ToolMissing("training trees needs LightGBM: pip install './wings/git[train]' in the checkout") from error


def _weigh(history: Sequence[AnsweredChange]) -> list[float]:
    """Return the weight of each candidate of a history."""
    share = (len(history) or 1) ** -0.5
    return [share * one.weight for one in history for _ in one.candidates]


def _measure_lead(change: AnsweredChange) -> list[float]:
    """Return how much nearer than the mean of them all each candidate is, by the mean of B-Norm and ROUGE-L.

    Both together are better by both than B-Norm alone (.12 and .19 in per cent; measured on the fourth fifths of six
    public histories, 2026-11-24).
    """
    written = change.written
    marks = [
        (measure_b_norm(one.subject, written) + measure_rouge_l(one.subject, written)) / 2 for one in change.candidates
    ]
    mean = sum(marks) / len(marks)
    return [mark - mean for mark in marks]


def fit_probability(model: MessageModel, changes: Sequence[AnsweredChange]) -> tuple[float, ...]:
    """Return the weights of ``tell_probability``, from changes that no tree was grown on; empty where they are few."""
    rows, hits = [], []
    for one in changes:
        if one.candidates:
            ranked = rank_candidates(model, one.candidates)
            rows.append(describe_best(one.candidates, ranked))
            best = one.candidates[ranked[0][1]].subject
            hits.append(float(count_edited_words(best, one.written) <= _NEARLY))
    if len(rows) < _FEWEST or not 0 < sum(hits) < len(hits):
        return ()
    return tuple(round(weight, 6) for weight in fit_logistic_weights(rows, hits))
