"""Scores become shares that rise."""

from random import Random

import pytest

from twiceshy_git.predict.risk.risk_calibration import ScoreStep, find_like, fit_steps, read_probability


def test_stated_shares_are_the_real_ones_and_rise() -> None:
    """Of scores whose chance is known."""
    rng = Random(3)
    scores = [rng.random() for _ in range(4000)]
    steps = fit_steps(scores, [rng.random() < score**2 for score in scores])

    assert [one.probability for one in steps] == sorted(one.probability for one in steps)
    assert read_probability(steps, 0.7) == pytest.approx(0.49, abs=0.06)
    assert sum(one.changes for one in steps) == 4000
    assert 0 < steps[0].probability < steps[-1].probability < 1


def test_equal_scores_stay_together() -> None:
    """Half of the changes add one line: they are one step, whatever became of the first of them."""
    scores = [1.0] * 100 + [5.0] * 100
    steps = fit_steps(scores, [at % 10 == 0 for at in range(100)] + [at % 2 == 0 for at in range(100)])

    assert [(one.score, one.bad, one.changes) for one in steps] == [(1.0, 10, 100), (5.0, 50, 100)]


def test_one_kind_alone_gives_no_steps() -> None:
    """There is nothing to tell apart."""
    assert fit_steps([1.0, 2.0], [False, False]) == ()
    assert fit_steps([], []) == ()


def test_beyond_the_steps_it_is_level() -> None:
    """Nothing is said that was not seen; like changes are those of the nearest step."""
    steps = [ScoreStep(1.0, 0.1, 4, 40), ScoreStep(2.0, 0.4, 16, 40)]

    assert [read_probability(steps, at) for at in (-9, 1.0, 1.5, 9)] == pytest.approx([0.1, 0.1, 0.25, 0.4])
    assert find_like(steps, 9) == (16, 40)
