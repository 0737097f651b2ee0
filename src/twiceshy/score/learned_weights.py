"""Weights of a score's parts, learned from what became of past edits, where there are enough to tell.

A logistic regression of "turned out bad" on the parts, drawn towards the starting weights: with few edits it gives
those back. It learns on the older sessions and is used only if it ranks the edits of the newer ones surely better than
the starting weights do, sessions being the witnesses. Everything else keeps the starting weights, and says why.
Penalised maximum likelihood by Newton's method (Hastie, Tibshirani, Friedman: Elements of Statistical Learning, 4.4).
"""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from twiceshy.score.aggregate import WEIGHTS, mean

LEAST_CASES = 500
LEAST_BAD = 50
LEAST_RAISED = 20
"""Edits in which a part is above zero, for it to be one that says something. These three are guesses of 2026-11-21."""
LEAST_PARTS = 2
"""Parts that say something: with one there is nothing to weigh."""
OLDER = 2 / 3
"""Share of the sessions that is learned from."""
STRENGTH = 25.0
"""Penalty of a squared step away from the starting weights, as so many edits (guess)."""
STEPS = 25
ROUNDS = 400
SEED = 20261121
Parts = tuple[float | None, float | None, float | None, float | None]
NAMES = ("taint", "pattern", "refactor", "past")


class Case(NamedTuple):
    """An edit of which it is known what became."""

    session: bytes
    at: float
    """Of its session, seconds since the epoch."""
    parts: Parts
    bad: bool


class Learned(NamedTuple):
    """Weights that add up to 1, and how they came about."""

    weights: tuple[float, float, float, float]
    why: str


def learned(cases: Sequence[Case]) -> Learned:
    """The weights for these past edits; always the same for the same edits, in any order."""
    bad = sum(case.bad for case in cases)
    raised = [sum((case.parts[part] or 0.0) > 0 for case in cases) for part in range(len(WEIGHTS))]
    said = f"starting weights: {len(cases):,} past edits are known, {bad:,} of them bad"
    if len(cases) < LEAST_CASES or bad < LEAST_BAD:
        return Learned(WEIGHTS, f"{said}; learning needs {LEAST_CASES} and {LEAST_BAD}")
    if sum(count >= LEAST_RAISED for count in raised) < LEAST_PARTS:
        counts = ", ".join(f"{name} {count:,}" for name, count in zip(NAMES, raised, strict=True))
        return Learned(WEIGHTS, f"{said}; too few have findings to weigh parts ({counts}; needed are {LEAST_RAISED} in "
                                f"{LEAST_PARTS})")  # fmt: skip
    ordered = sorted(cases, key=lambda case: (case.at, case.session, [part or 0.0 for part in case.parts], case.bad))
    sessions = list(dict.fromkeys(case.session for case in ordered))
    older = set(sessions[: int(len(sessions) * OLDER)])
    found = weights_of([case for case in ordered if case.session in older])
    newer = [case for case in ordered if case.session not in older]
    low = sure_gain(newer, found)
    if low <= 0:
        return Learned(WEIGHTS, f"{said}; learned ones do not rank newer edits surely better")
    return Learned(found, f"learned from {len(ordered) - len(newer):,} older of {len(cases):,} past edits; they rank "
                          f"the newer ones better, by {low:.3f} AUC or more")  # fmt: skip


def weights_of(cases: Sequence[Case]) -> tuple[float, float, float, float]:
    """Coefficients of the parts, as weights; an unknown part counts as nothing found."""
    rows = [(1.0, *(part or 0.0 for part in case.parts)) for case in cases]
    truths = [float(case.bad) for case in cases]
    scale = fitted([(1.0, sum(w * x for w, x in zip(WEIGHTS, row[1:], strict=True))) for row in rows], truths,
                   (0.0, 1.0), (0.0, 1.0))[1]  # fmt: skip
    towards = (0.0, *(max(scale, 1.0) * weight for weight in WEIGHTS))
    found = fitted(rows, truths, towards, (0.0, *(STRENGTH for _ in WEIGHTS)))
    positive = [max(0.0, one) for one in found[1:]]
    total = sum(positive)
    if not total:
        return WEIGHTS
    taint, pattern, refactor, history = (round(one / total, 3) for one in positive)
    return taint, pattern, refactor, history


def fitted(
    rows: Sequence[Sequence[float]], truths: Sequence[float], towards: Sequence[float], strengths: Sequence[float]
) -> list[float]:
    """The likeliest coefficients, each step away from ``towards`` costing ``strength / 2`` times its square."""
    size = len(towards)
    now = list(towards)
    for _ in range(STEPS):
        slope = [-strength * (here - there) for strength, here, there in zip(strengths, now, towards, strict=True)]
        curve = [[strengths[i] if i == j else 0.0 for j in range(size)] for i in range(size)]
        for row, truth in zip(rows, truths, strict=True):
            chance = sigmoid(sum(w * x for w, x in zip(now, row, strict=True)))
            spread = chance * (1.0 - chance)
            for i, x in enumerate(row):
                if x:
                    slope[i] += (truth - chance) * x
                    for j, y in enumerate(row):
                        curve[i][j] += spread * x * y
        step = solved(curve, slope)
        now = [here + max(-2.0, min(2.0, by)) for here, by in zip(now, step, strict=True)]
        if max(map(abs, step)) < 1e-8:
            break
    return now


def sigmoid(value: float) -> float:
    """1 / (1 + e^-value), for any value."""
    return 1.0 / (1.0 + math.exp(-max(-35.0, min(35.0, value))))


def solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a small system, by Gauss; where it has none, a little is added to the diagonal."""
    size = len(right)
    rows = [[*line, right[i]] for i, line in enumerate(matrix)]
    for i in range(size):
        rows[i][i] += 1e-9
    for i in range(size):
        pivot = max(range(i, size), key=lambda at: abs(rows[at][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for other in range(size):
            if other != i:
                by = rows[other][i] / rows[i][i]
                rows[other] = [a - by * b for a, b in zip(rows[other], rows[i], strict=True)]
    return [rows[i][size] / rows[i][i] for i in range(size)]


def sure_gain(cases: Sequence[Case], weights: Sequence[float]) -> float:
    """The low end of the 95 % interval of the AUC that the weights add; sessions are drawn again, with a fixed seed."""
    by_session: dict[bytes, list[tuple[float, float, bool]]] = defaultdict(list)
    for case in cases:
        scores = mean(case.parts, WEIGHTS), mean(case.parts, weights)
        by_session[case.session].append((scores[0] or 0.0, scores[1] or 0.0, case.bad))
    groups = list(by_session.values())
    rng = Random(SEED)  # noqa: S311  # no secret
    gains = []
    for _ in range(ROUNDS if groups else 0):
        drawn = [one for group in rng.choices(groups, k=len(groups)) for one in group]
        before, after = auc([(old, bad) for old, _, bad in drawn]), auc([(new, bad) for _, new, bad in drawn])
        if before is not None and after is not None:
            gains.append(after - before)
    return sorted(gains)[len(gains) // 40] if gains else 0.0


def auc(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """The chance that a bad one has the higher number, ties half; None without both kinds.

    >>> auc([(0.1, False), (0.5, True), (0.5, False)]), auc([(1.0, True)])
    (0.75, None)
    """
    good = sorted(value for value, bad in pairs if not bad)
    bad = [value for value, bad in pairs if bad]
    if not good or not bad:
        return None
    return sum(bisect_left(good, one) + bisect_right(good, one) for one in bad) / (2 * len(good) * len(bad))
