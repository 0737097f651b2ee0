"""What do the named baselines say of the changes behind a time, with what was known then?

They are fitted and calibrated as the trees are: fitted on all that was known, their probabilities from the newest part
of it, which a fit of the older part had not seen.
"""

import importlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from statistics import fmean, pstdev
from typing import Any, Final, NamedTuple

from twiceshy.records.change_risk import ChangeRow
from twiceshy_git.predict.calibration import dot, fit_logistic_weights
from twiceshy_git.predict.risk.risk_calibration import fit_steps, read_probability
from twiceshy_git.predict.risk.risk_judging import JudgedPeriod
from twiceshy_git.predict.risk.risk_recipe import KnownChanges

# What must a risk model beat? Simple orders of changes that need no trees.
#
# Lines added alone is the hardest of them to beat. Logistic regression on Kamei's fourteen is the field's first model
# ("A large-scale empirical study of just-in-time quality assurance", 2013); the files' own past asks only how often
# they were bad before.

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


# Do the words of a change tell whether it is bad? Logistic regression on hashed words, as JITLine has them (2021).
#
# What is taken from that work: the words of the lines put in and of the message, beside Kamei's fourteen. Its forest
# and its invented changes are left out.

_RIDGE: Final = 1e-4
"""Weight of the squares of the weights (measured on Open vSwitch, 2026-11-23)."""
_STEPS: Final = 60
"""Steps of the search for the weights; more move no third digit (measured on Open vSwitch, 2026-11-23)."""
_RATE: Final = 0.05
"""Length of a step (guess, 2026-11-23)."""
_FADING: Final = (0.9, 0.999)
"""How much of the earlier steps stays, and of their squares: the usual ones of this search (convention: Adam, 2014)."""
_LEAST: Final = 1e-8
"""Keeps from dividing by 0 (guess, 2026-11-23: the usual one)."""


class TokenChange(NamedTuple):
    """What the regression knows of a change."""

    tokens: Sequence[int]
    """Buckets of its words, each once."""
    numbers: Sequence[float]
    """Of about the same size each, none unknown."""


class TokenRegression:
    """Weights of buckets of words, and of numbers beside them."""

    def __init__(self, buckets: int, changes: Sequence[TokenChange], bad: Sequence[bool]) -> None:
        """Fit the weights; the same changes give the same ones."""
        self._numpy = importlib.import_module("numpy")
        self._buckets = buckets
        hits = self._numpy.array(bad, dtype=float)
        base = float(hits.mean())
        table = self._build(changes)
        self._weights = self._numpy.zeros(buckets + 1 + len(changes[0].numbers))
        self._weights[buckets] = self._numpy.log(base / (1 - base))
        self._search(table, hits)

    def score(self, changes: Sequence[TokenChange]) -> list[float]:
        """Return the log-odds of each change."""
        return [float(one) for one in self._sum(self._build(changes))]

    def _search(self, table: "_Cells", hits: Any) -> None:
        numpy, weights = self._numpy, self._weights
        mean, square = numpy.zeros_like(weights), numpy.zeros_like(weights)
        free = numpy.ones_like(weights)
        free[self._buckets] = 0
        for step in range(1, _STEPS + 1):
            error = 1 / (1 + numpy.exp(-self._sum(table))) - hits
            pull = numpy.bincount(table.column, error[table.row] * table.value, len(weights)) / len(hits)
            pull += _RIDGE * free * weights
            mean += (1 - _FADING[0]) * (pull - mean)
            square += (1 - _FADING[1]) * (pull * pull - square)
            length = _RATE / (1 - _FADING[0] ** step)
            weights -= length * mean / (numpy.sqrt(square / (1 - _FADING[1] ** step)) + _LEAST)

    def _sum(self, table: "_Cells") -> Any:
        return self._numpy.bincount(table.row, self._weights[table.column] * table.value, table.rows)

    def _build(self, changes: Sequence[TokenChange]) -> "_Cells":
        """Return the cells that are not 0: words of a change share one unit of length, so that size is no word."""
        numpy = self._numpy
        row = [place for place, one in enumerate(changes) for _ in range(len(one.tokens) + 1 + len(one.numbers))]
        column: list[int] = []
        value: list[float] = []
        for one in changes:
            column += [*one.tokens, *range(self._buckets, self._buckets + 1 + len(one.numbers))]
            value += [max(1, len(one.tokens)) ** -0.5] * len(one.tokens) + [1.0, *one.numbers]
        return _Cells(numpy.array(row), numpy.array(column), numpy.array(value), len(changes))


class _Cells(NamedTuple):
    row: Any
    column: Any
    value: Any
    rows: int


WORDS: Final = "words of the patch"
MOST_LEARNED: Final = 20_000
"""Newest changes whose words are learned from: ten seconds (guess, 2026-11-23)."""
Tokens = Mapping[str, Sequence[int]]
"""Buckets of the words of each change, rising, by its commit's hash."""
Rival = Callable[[Sequence[ChangeRow]], list[float]]
"""What gives changes their risks; only the order counts."""


def add_rivals(period: JudgedPeriod, names: Sequence[str], tokens: Tokens) -> JudgedPeriod:
    """Return the period with the scores and probabilities of each baseline that these columns allow.

    Without ``tokens`` words are left out.
    """
    early = _fit(period.then.older(), names, tokens)
    newest = period.then.newest()
    scores, stated = dict(period.scores), dict(period.stated)
    for name, rival in _fit(period.then, names, tokens).items():
        if name in scores or name not in early:
            continue
        scores[name] = rival(period.rows)
        steps = fit_steps(early[name](newest.rows), newest.bad)
        if steps:
            stated[name] = [read_probability(steps, one) for one in scores[name]]
    return replace(period, scores=scores, stated=stated)


def _fit(known: KnownChanges, names: Sequence[str], tokens: Tokens) -> Mapping[str, Rival]:
    rows = [row.values for row in known.rows]
    found: dict[str, Rival] = {
        name: partial(_apply, judge) for name, judge in make_baselines(names, rows, known.bad).items()
    }
    if tokens and can_be_fitted(known.bad):
        found[WORDS] = fit_words(known, names, tokens)
    return found


def _apply(judge: Callable[[Sequence[float]], float], rows: Sequence[ChangeRow]) -> list[float]:
    return [judge(row.values) for row in rows]


def fit_words(known: KnownChanges, names: Sequence[str], tokens: Tokens) -> Rival:
    """Return a regression on words and on Kamei's fourteen; a change without words has its numbers."""
    rows, bad = known.rows[-MOST_LEARNED:], known.bad[-MOST_LEARNED:]
    scale = scale_columns(find_fourteen(names), [row.values for row in rows])

    def describe(changes: Sequence[ChangeRow]) -> Iterator[TokenChange]:
        return (TokenChange(tokens.get(row.id, ()), scale(row.values)) for row in changes)

    buckets = 1 + max((one[-1] for one in tokens.values() if one), default=0)
    regression = TokenRegression(buckets, list(describe(rows)), bad)
    return lambda changes: regression.score(list(describe(changes)))
