"""How long a trial takes, from what is known beforehand."""

import pytest

from twiceshy.advice.trial_effect import plan_cases, plan_trial, rate_cases, rate_month
from twiceshy.records.trial_effects import TrialCase

SHARES = {"warned": 0.7, "placebo": 0.15, "silent": 0.15}
DAY = 86_400.0


def trial(n: int, days: float) -> list[TrialCase]:
    arms = ("warned", "silent")
    return [
        TrialCase("r", number, arms[number % 2], 0.5, number % 4 == 1, None, number * days * DAY / n)
        for number in range(n)
    ]


def test_a_plan_names_each_arm_that_was_drawn() -> None:
    """Beside silence and beside a placebo; a team of ten needs a tenth."""
    silent, neutral = sorted(plan_trial(rate_month(30, 18), SHARES, "warned"), key=lambda one: one.other != "silent")
    assert (silent.other, neutral.other, silent.needed) == ("silent", "placebo", neutral.needed)
    assert silent.weekly == pytest.approx(7)
    assert silent.weeks == pytest.approx(10 * silent.team_weeks)
    assert silent.needed * 0.85 == pytest.approx(plan_cases(silent.base, 0.3, 0.7 / 0.85) or 0, abs=1)


def test_nothing_is_planned_with_nothing() -> None:
    """No warning in the last month, no share held out, or nothing that fails."""
    assert plan_trial(rate_month(0, 0), SHARES, "warned") == []
    assert plan_trial(rate_month(9, 9), {"warned": 1.0, "silent": 0.0}, "warned") == []
    assert plan_cases(0.0, 0.3, 0.5) is None


def test_hanging_together_takes_more() -> None:
    """As many times as the design effect."""
    assert plan_cases(0.5, 0.3, 0.5, 1.5) == pytest.approx(1.5 * (plan_cases(0.5, 0.3, 0.5) or 0), abs=1)


def test_a_trial_is_planned_with_its_own_rates_once_it_has_some() -> None:
    """From thirty cases over two weeks; the base is that of calls without a warning."""
    assert rate_cases(trial(29, 60), "warned") is None
    assert rate_cases(trial(40, 10), "warned") is None
    found = rate_cases(trial(60, 60), "warned")
    assert found is not None
    assert found.source == "trial"
    assert found.weekly == pytest.approx(7.1, abs=0.1)
    assert found.base == pytest.approx(0.5)
