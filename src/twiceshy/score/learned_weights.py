"""Weights of a score's parts, learned from the outcomes of past edits, where there are enough to tell.

A logistic regression of "turned out bad" on the parts, shrunk towards the starting weights: with few edits it returns
those. It learns on the older sessions and is used only if it ranks the edits of the newer ones significantly better
than the starting weights do, by a bootstrap over sessions. Otherwise the starting weights stay, with the reason why.
Penalised maximum likelihood by Newton's method (Hastie, Tibshirani, Friedman: Elements of Statistical Learning, 4.4).
"""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from twiceshy.score.aggregate import WEIGHTS, mean_of_parts

LEAST_CASES = 500
"""Edits with a known outcome, below which nothing is learned (guess, 2026-11-21)."""
_LEAST_BAD = 50
"""Edits that turned out bad, below which nothing is learned (guess, 2026-11-21)."""
_LEAST_HITS = 20
"""Edits in which a part is above zero, for it to say something (guess, 2026-11-21)."""
_LEAST_PARTS = 2
"""Parts that say something: by definition of a weight, with one there is nothing to weigh."""
_OLDER_SHARE = 2 / 3
"""Share of the sessions that is learned from (guess, 2026-11-21)."""
_STRENGTH = 25.0
"""Penalty of a squared step away from the starting weights, as so many edits (guess, 2026-11-21)."""
_STEPS = 25
"""Newton steps at most; ten mostly suffice (guess, 2026-11-21)."""
_CONVERGED = 1e-8
"""Largest change of a coefficient that ends the steps (guess, 2026-11-21)."""
_ROUNDS = 400
"""Bootstrap samples (guess, 2026-11-21)."""
_SEED = 20261121
_Parts = tuple[float | None, float | None, float | None, float | None]
_NAMES = ("taint", "pattern", "refactor", "past")


class TrainingEdit(NamedTuple):
    """An edit with a known outcome."""

    session: bytes
    at: float
    """Of its session, seconds since the epoch."""
    parts: _Parts
    bad: bool


class Weights(NamedTuple):
    """Weights that add up to 1, and how they came about."""

    weights: tuple[float, float, float, float]
    why: str


def learn_weights(cases: Sequence[TrainingEdit]) -> Weights:
    """Learn the weights from these past edits; the same edits in any order give the same weights."""
    bad = sum(case.bad for case in cases)
    said = f"starting weights: {len(cases):,} past edits are known, {bad:,} of them bad"
    if lacking := _explain_lack(cases, bad):
        return Weights(WEIGHTS, f"{said}; {lacking}")
    ordered = sorted(cases, key=lambda case: (case.at, case.session, [part or 0.0 for part in case.parts], case.bad))
    sessions = list(dict.fromkeys(case.session for case in ordered))
    first = set(sessions[: int(len(sessions) * _OLDER_SHARE)])
    older = [case for case in ordered if case.session in first]
    found = _fit_weights(older)
    low = _bound_gain([case for case in ordered if case.session not in first], found)
    if low <= 0:
        return Weights(WEIGHTS, f"{said}; learned ones do not rank newer edits significantly better")
    return Weights(
        found,
        f"learned from {len(older):,} older of {len(cases):,} past edits; they rank "
        f"the newer ones better, by {low:.3f} AUC or more",
    )


def _explain_lack(cases: Sequence[TrainingEdit], bad: int) -> str:
    """Say what is missing to learn from these edits, of which so many turned out bad; empty where it is enough."""
    if len(cases) < LEAST_CASES or bad < _LEAST_BAD:
        return f"learning needs {LEAST_CASES} and {_LEAST_BAD}"
    raised = [sum((case.parts[part] or 0.0) > 0 for case in cases) for part in range(len(WEIGHTS))]
    if sum(count >= _LEAST_HITS for count in raised) >= _LEAST_PARTS:
        return ""
    counts = ", ".join(f"{name} {count:,}" for name, count in zip(_NAMES, raised, strict=True))
    return f"too few have findings to weigh parts ({counts}; needed are {_LEAST_HITS} in {_LEAST_PARTS})"


def _fit_weights(cases: Sequence[TrainingEdit]) -> tuple[float, float, float, float]:
    """Return the coefficients of the parts as weights; an unknown part counts as nothing found."""
    rows = [(1.0, *(part or 0.0 for part in case.parts)) for case in cases]
    truths = [float(case.bad) for case in cases]
    scale = fit_logistic(
        [(1.0, sum(w * x for w, x in zip(WEIGHTS, row[1:], strict=True))) for row in rows],
        truths,
        (0.0, 1.0),
        (0.0, 1.0),
    )[1]
    towards = (0.0, *(max(scale, 1.0) * weight for weight in WEIGHTS))
    found = fit_logistic(rows, truths, towards, (0.0, *(_STRENGTH for _ in WEIGHTS)))
    positive = [max(0.0, one) for one in found[1:]]
    total = sum(positive)
    if not total:
        return WEIGHTS
    taint, pattern, refactor, history = (round(one / total, 3) for one in positive)
    return taint, pattern, refactor, history


def fit_logistic(
    rows: Sequence[Sequence[float]], truths: Sequence[float], towards: Sequence[float], strengths: Sequence[float]
) -> list[float]:
    """Return the likeliest coefficients; a step away from ``towards`` costs ``strength / 2`` times its square."""
    now = list(towards)
    for _ in range(_STEPS):
        slope = [-strength * (here - there) for strength, here, there in zip(strengths, now, towards, strict=True)]
        curve = [[strength * (i == j) for j in range(len(now))] for i, strength in enumerate(strengths)]
        _add_likelihoods(rows, truths, now, slope, curve)
        step = solve_linear(curve, slope)
        now = [here + max(-2.0, min(2.0, by)) for here, by in zip(now, step, strict=True)]
        if max(map(abs, step)) < _CONVERGED:
            break
    return now


def _add_likelihoods(
    rows: Sequence[Sequence[float]],
    truths: Sequence[float],
    now: Sequence[float],
    slope: list[float],
    curve: list[list[float]],
) -> None:
    """Add all cases' shares to the gradient and to the curvature of the likelihood."""
    for row, truth in zip(rows, truths, strict=True):
        chance = _sigmoid(sum(w * x for w, x in zip(now, row, strict=True)))
        spread = chance * (1.0 - chance)
        for i, x in enumerate(row):
            if x:
                slope[i] += (truth - chance) * x
                for j, y in enumerate(row):
                    curve[i][j] += spread * x * y


def _sigmoid(value: float) -> float:
    """Return 1 / (1 + e^-value), for any value."""
    return 1.0 / (1.0 + math.exp(-max(-35.0, min(35.0, value))))


def solve_linear(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Solve a small linear system by Gauss; a little is added to the diagonal, so that there is a solution."""
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


def _bound_gain(cases: Sequence[TrainingEdit], weights: Sequence[float]) -> float:
    """Return the low end of the 95 % interval of the AUC gain by the weights, by bootstrap over sessions."""
    by_session: dict[bytes, list[tuple[float, float, bool]]] = defaultdict(list)
    for case in cases:
        scores = mean_of_parts(case.parts, WEIGHTS), mean_of_parts(case.parts, weights)
        by_session[case.session].append((scores[0] or 0.0, scores[1] or 0.0, case.bad))
    rng = Random(_SEED)  # noqa: S311  # no secret
    gains = sorted(gain for gain in _draw_gains(list(by_session.values()), rng) if gain is not None)
    return gains[len(gains) // 40] if gains else 0.0


def _draw_gains(groups: list[list[tuple[float, float, bool]]], rng: Random) -> Iterator[float | None]:
    """Yield the AUC gains of bootstrap samples of sessions; None for one without both kinds of edits."""
    for _ in range(_ROUNDS if groups else 0):
        drawn = [one for group in rng.choices(groups, k=len(groups)) for one in group]
        before, after = _auc([(old, bad) for old, _, bad in drawn]), _auc([(new, bad) for _, new, bad in drawn])
        yield None if before is None or after is None else after - before


def _auc(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Return the chance that a bad one has the higher number, ties count half; None without both kinds.

    >>> _auc([(0.1, False), (0.5, True), (0.5, False)]), _auc([(1.0, True)])
    (0.75, None)
    """
    good = sorted(value for value, bad in pairs if not bad)
    bad = [value for value, bad in pairs if bad]
    if not good or not bad:
        return None
    return sum(bisect_left(good, one) + bisect_right(good, one) for one in bad) / (2 * len(good) * len(bad))
