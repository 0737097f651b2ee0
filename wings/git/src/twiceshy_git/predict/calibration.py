"""Calibration: how probable it is that a ranked file is part of the task, learned from known outcomes.

Platt's way (logistic regression) on four numbers of a ranked file, since the raw score of a ranker only orders the
files of one task: 1.2 may be a sure hit in one and a guess in another. Then a monotone step (isotonic regression by
pooling) mends what the logistic curve cannot bend to. Only predictions of commits that the ranker had not seen go in.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

TOP = 10
"""Places that are shown and calibrated, by convention of the ranking's measures (recall@10)."""
_RIDGE = 1e-3
"""Weight of the squares of the weights. Guess of 2026-11-21: enough that a column without spread divides by nothing."""
_MOST_STEPS = 12
"""Steps of Newton's method at most. Guess of 2026-11-21: it needs about six."""
_SMALL_STEP = 1e-6
"""Change of a weight below which it ends. Guess of 2026-11-21."""
_FEWEST_STEPPED = 3000
"""Outcomes below which the monotone step would follow chance. Guess of 2026-11-21."""
_FEWEST = 200
"""Shown files with known outcome below which nothing is fitted. Guess of 2026-11-21."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted map from a ranking's scores to probabilities."""

    weights: tuple[float, ...]
    steps: tuple[tuple[float, float], ...]
    """(logistic probability from which on, probability): rising in both; empty where too few outcomes were known."""
    outcomes: int
    """Ranked files with known outcome behind it."""

    def probabilities(self, scores: Sequence[float]) -> list[float]:
        """Return the probabilities of the first ``TOP`` files of a ranking whose scores fall.

        They never rise from one place to the next.
        """
        stated = (self._apply_steps(sigmoid(dot(self.weights, row))) for row in _describe_ranking(scores))
        return list(accumulate(stated, min))

    def _apply_steps(self, probability: float) -> float:
        if not self.steps:
            return probability
        before = self.steps[0]
        if probability <= before[0]:
            return before[1]
        for step in self.steps:
            if step[0] >= probability:
                share = (probability - before[0]) / ((step[0] - before[0]) or 1.0)
                return before[1] + share * (step[1] - before[1])
            before = step
        return before[1]


def _describe_ranking(scores: Sequence[float]) -> list[tuple[float, ...]]:
    """Return what the probability depends on, for each of the first places.

    That is 1, the score, the logarithm of the place, the gap to the best score and the logarithm of the share.
    """
    shown = scores[:TOP]
    if not shown:
        return []
    top = shown[0]
    shares = [math.exp(max(-30.0, score - top)) for score in scores]
    total = sum(shares)
    return [
        (1.0, score, math.log(place), score - top, math.log(shares[place - 1] / total + 1e-6))
        for place, score in enumerate(shown, 1)
    ]


def fit(rankings: Sequence[tuple[Sequence[float], Sequence[bool]]]) -> Calibration | None:
    """Fit the calibration to rankings (falling scores, and which files were hits).

    None where too few outcomes are known.
    """
    rows, hits = [], []
    for scores, found in rankings:
        for row, hit in zip(_describe_ranking(scores), found, strict=False):
            rows.append(row)
            hits.append(1.0 if hit else 0.0)
    if len(rows) < _FEWEST or not 0 < sum(hits) < len(hits):
        return None
    weights = fit_logistic_weights(rows, hits)
    logistic = [sigmoid(dot(weights, row)) for row in rows]
    return Calibration(
        weights=tuple(weights),
        steps=_fit_isotonic(logistic, hits) if len(rows) >= _FEWEST_STEPPED else (),
        outcomes=len(rows),
    )


def fit_logistic_weights(rows: Sequence[tuple[float, ...]], hits: Sequence[float]) -> list[float]:
    """Fit weights by Newton's method with a small ridge."""
    weights = [0.0] * len(rows[0])
    for _ in range(_MOST_STEPS):
        step = _find_step(rows, hits, weights)
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < _SMALL_STEP:
            break
    return weights


def _find_step(rows: Sequence[tuple[float, ...]], hits: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return by how much to change the weights: the gradient by the inverse of the Hessian matrix."""
    size = len(weights)
    gradient = [-_RIDGE * weight for weight in weights]
    hessian = [[_RIDGE * (row == column) for column in range(size)] for row in range(size)]
    for row, hit in zip(rows, hits, strict=True):
        probability = sigmoid(dot(weights, row))
        error, curve = hit - probability, max(1e-6, probability * (1 - probability))
        for one in range(size):
            gradient[one] += error * row[one]
            line, factor = hessian[one], curve * row[one]
            for other in range(one + 1):
                line[other] += factor * row[other]
    for one in range(size):
        for other in range(one):
            hessian[other][one] = hessian[one][other]
    return _solve(hessian, gradient)


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a small system of equations, by elimination with pivots."""
    size = len(right)
    table = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for at in range(size):
        pivot = max(range(at, size), key=lambda line: abs(table[line][at]))
        table[at], table[pivot] = table[pivot], table[at]
        for line in range(at + 1, size):
            factor = table[line][at] / table[at][at]
            for column in range(at, size + 1):
                table[line][column] -= factor * table[at][column]
    answer = [0.0] * size
    for at in reversed(range(size)):
        known = sum(table[at][column] * answer[column] for column in range(at + 1, size))
        answer[at] = (table[at][size] - known) / table[at][at]
    return answer


def _fit_isotonic(predicted: Sequence[float], hits: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Fit rising steps to groups of at least one in fifteen of the outcomes: finer ones would follow chance."""
    order = sorted(range(len(predicted)), key=predicted.__getitem__)
    least = max(40, len(order) // 15)
    blocks: list[tuple[float, float, int]] = []  # sum of predicted, sum of hits, count
    for start in range(0, len(order), least):
        group = order[start : start + least]
        blocks.append((sum(predicted[at] for at in group), sum(hits[at] for at in group), len(group)))
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((last[0] + before[0], last[1] + before[1], last[2] + before[2]))
    return tuple((round(total / count, 6), round(hit / count, 6)) for total, hit, count in blocks)


def calibration_error(probabilities: Sequence[float], hits: Sequence[bool], *, bins: int = 10) -> float:
    """Return the expected calibration error: mean distance of stated and real share of hits over equal-width bins.

    >>> calibration_error([0.8] * 10, [True] * 8 + [False] * 2)
    0.0
    """
    groups: dict[int, list[tuple[float, bool]]] = {}
    for probability, hit in zip(probabilities, hits, strict=True):
        groups.setdefault(min(bins - 1, int(probability * bins)), []).append((probability, hit))
    distance = sum(abs(sum(each[0] for each in group) - sum(each[1] for each in group)) for group in groups.values())
    return round(distance / max(1, len(hits)), 6)


def brier_skill(probabilities: Sequence[float], hits: Sequence[bool]) -> float:
    """Return 1 - Brier score over that of always saying the mean: above 0 the probabilities are informative.

    >>> brier_skill([1.0, 0.0], [True, False])
    1.0
    """
    if not hits:
        return 0.0
    mean = sum(hits) / len(hits)
    plain = sum((mean - hit) ** 2 for hit in hits)
    ours = sum((probability - hit) ** 2 for probability, hit in zip(probabilities, hits, strict=True))
    return 1 - ours / plain if plain else 0.0


def sigmoid(value: float) -> float:
    """Return the value of the logistic curve, 0 to 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def dot(weights: Sequence[float], row: Sequence[float]) -> float:
    """Return the weighted sum of a row."""
    return sum(weight * value for weight, value in zip(weights, row, strict=True))
