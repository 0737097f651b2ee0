"""Do the words of a change tell whether it is bad? Logistic regression on hashed words, as JITLine has them (2021).

What is taken from that work: the words of the lines put in and of the message, beside Kamei's fourteen. Its forest and
its invented changes are left out.
"""

import importlib
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

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
