"""wings.git.predict.risk.token_regression: words that tell a bad change are found."""

import importlib.util
from random import Random

import pytest

from twiceshy.wings.git.predict.risk.risk_measures import measure_auc
from twiceshy.wings.git.predict.risk.token_regression import TokenChange, TokenRegression

pytestmark = pytest.mark.skipif(importlib.util.find_spec("numpy") is None, reason="NumPy is not installed")


def invent(count: int, seed: int) -> tuple[list[TokenChange], list[bool]]:
    """Return changes of eight words; a third of those with word 7 are bad, and of those with a large number."""
    draw = Random(seed)
    changes = [TokenChange(sorted(draw.sample(range(40), 8)), (draw.gauss(0.0, 1.0),)) for _ in range(count)]
    return changes, [draw.random() < 0.1 + 0.4 * (7 in one.tokens) + 0.2 * (one.numbers[0] > 1) for one in changes]


def test_words_and_numbers_that_count_are_found_on_changes_not_seen() -> None:
    """The same changes give the same weights."""
    learned, bad = invent(1500, 1)
    fresh, truth = invent(600, 2)
    scores = TokenRegression(40, learned, bad).score(fresh)
    auc = measure_auc(truth, scores)

    assert auc is not None
    assert auc > 0.65
    assert scores == TokenRegression(40, learned, bad).score(fresh)


def test_a_change_without_words_has_its_numbers() -> None:
    """And a larger one is more at risk here."""
    learned, bad = invent(1500, 1)
    low, high = TokenRegression(40, learned, bad).score([TokenChange((), (-1.0,)), TokenChange((), (2.0,))])

    assert low < high
