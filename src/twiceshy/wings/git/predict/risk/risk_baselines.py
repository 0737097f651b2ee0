"""What must a risk model beat? Simple orders of changes that need no trees.

Lines added alone is the hardest of them to beat. Logistic regression on Kamei's fourteen is the field's first model
("A large-scale empirical study of just-in-time quality assurance", 2013); the files' own past asks only how often they
were bad before.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, pstdev
from typing import Final

from twiceshy.wings.git.predict.calibration import dot, fit_logistic_weights

KAMEI: Final = ("ns", "nd", "nf", "entropy", "la", "ld", "lt", "fix", "ndev", "age", "nuc", "exp", "rexp", "sexp")
_NEWEST: Final = 4000
"""Changes that the regression is fitted on; more add seconds and move no third digit (guess, 2026-11-23)."""
_FEWEST_OF_A_KIND: Final = 10
"""Bad or good changes below which nothing is fitted (guess, 2026-11-23)."""
_LARGEST: Final = 4.0
"""Standard deviations at which a value is cut off, so that an import of a whole library leads nowhere (guess,
2026-11-23)."""
Judge = Callable[[Sequence[float]], float]
"""What gives a change its risk, from its values; only the order counts."""


def make_baselines(names: Sequence[str], rows: Sequence[Sequence[float]], bad: Sequence[bool]) -> Mapping[str, Judge]:
    """Return each baseline that these columns allow, by name; fitted on these changes, which come in order of time."""
    places = {name: place for place, name in enumerate(names)}
    found: dict[str, Judge] = {"lines added": _read_column(places["la"])}
    if "earlier_bugs" in places:
        found["files' own past"] = _read_column(places["earlier_bugs"])
    if can_be_fitted(bad):
        found["Kamei's fourteen"] = fit_regression(find_fourteen(names), rows[-_NEWEST:], bad[-_NEWEST:])
    return found


def can_be_fitted(bad: Sequence[bool]) -> bool:
    """Tell whether there are enough changes of both kinds."""
    return sum(bad) >= _FEWEST_OF_A_KIND <= len(bad) - sum(bad)


def find_fourteen(names: Sequence[str]) -> list[int]:
    """Return the places of Kamei's columns, of those that are there."""
    places = {name: place for place, name in enumerate(names)}
    return [places[name] for name in KAMEI if name in places]


def _read_column(place: int) -> Judge:
    return lambda row: -1.0 if math.isnan(row[place]) else row[place]


def fit_regression(places: Sequence[int], rows: Sequence[Sequence[float]], bad: Sequence[bool]) -> Judge:
    """Return a logistic regression on the logarithms of these columns; what is not known counts as the mean."""
    scale = scale_columns(places, rows)

    def describe(row: Sequence[float]) -> tuple[float, ...]:
        return 1.0, *scale(row)

    weights = fit_logistic_weights([describe(row) for row in rows], [float(one) for one in bad])
    return lambda row: dot(weights, describe(row))


def scale_columns(
    places: Sequence[int], rows: Sequence[Sequence[float]]
) -> Callable[[Sequence[float]], tuple[float, ...]]:
    """Return what tells these columns of a row as logarithms in standard deviations; what is not known is the mean."""
    scales = [_Scale([row[place] for row in rows]) for place in places]
    return lambda row: tuple(scale.apply(row[place]) for place, scale in zip(places, scales, strict=True))


class _Scale:
    """How a column's logarithms are spread."""

    def __init__(self, values: Sequence[float]) -> None:
        known = [_compress(one) for one in values if not math.isnan(one)] or [0.0]
        self._mean, self._spread = fmean(known), pstdev(known) or 1.0

    def apply(self, value: float) -> float:
        """Return a value in standard deviations from the mean."""
        if math.isnan(value):
            return 0.0
        return max(-_LARGEST, min(_LARGEST, (_compress(value) - self._mean) / self._spread))


def _compress(value: float) -> float:
    return math.copysign(math.log1p(abs(value)), value)
