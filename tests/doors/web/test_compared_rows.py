"""doors.web.compared_rows: what is not significant has no colour, and a good outcome is not taken for a bad one."""

import doctest
from dataclasses import replace
from math import inf, nan

import pytest
from tests.doors.web.pages import WORDING, a_page, an_effect, like_work

from twiceshy.doors.web import compared_rows
from twiceshy.doors.web.compared_rows import describe_models, draw_bar, draw_habits, judge_model, write_ratio
from twiceshy.records.effects import Estimate
from twiceshy.records.report import ModelComparison


def test_doctests() -> None:
    """The examples of the docstrings hold."""
    assert doctest.testmod(compared_rows).failed == 0


@pytest.mark.parametrize("found", [None, Estimate(nan, 0, inf), Estimate(inf, 2, inf)])
def test_an_unknown_ratio_has_no_bar(found: Estimate | None) -> None:
    """And says so."""
    assert draw_bar(found, "worse") is None
    assert write_ratio(found) == "not known"


def test_the_scale_is_one_of_doublings() -> None:
    """1 stands in the middle; what lies beyond its ends stands there."""
    assert draw_bar(Estimate(1.0, 0.5, 2.0), "") == {"low": "92.0", "middle": "120.0", "high": "148.0", "tone": "open"}
    assert draw_bar(Estimate(99.0, 0.0, inf), "worse") == {
        "low": "8.0",
        "middle": "232.0",
        "high": "232.0",
        "tone": "worse",
    }


def test_more_of_a_good_outcome_is_better() -> None:
    """Significant habits only; the surest first, each habit and outcome once, rules of the tool left out."""
    page = a_page()
    again = an_effect("corrected", Estimate(3.0, 1.1, 9.0), 0.04)
    rule = replace(an_effect("refused-unread", Estimate(9.0, 5.0, 20.0), 0.0001), nature="tool")
    found = draw_habits([rule, again, *page.habits], WORDING)

    assert [row["bar"]["tone"] for row in found["rows"]] == ["worse", "better", "open"]
    assert [row["verdict"] for row in found["rows"]] == ["yes, q = 0.01", "yes, q = 0.02", "no"]
    assert found["says"] == "4 comparisons, 3 significant. The surest:"


def test_models_with_few_sessions_are_counted_only() -> None:
    """And without a verdict nothing is said of a model."""
    better = replace(like_work("new", worse=False), q=0.01, ratio=Estimate(0.5, 0.3, 0.9))
    few = like_work("tiny", worse=True, sessions=4)
    found = describe_models([ModelComparison("failed", (better, like_work("opus", worse=False), few))], WORDING)

    assert [(row["model"], row["verdict"]) for row in found["sure"]] == [("new", "better")]
    assert [(row["model"], row["verdict"]) for row in found["open"]] == [("opus", "no difference shown")]
    assert found["few"] == "1 comparison left out: fewer than 5 sessions on one side."
    assert found["says"] == "No model is shown to be worse."
    assert judge_model(like_work("old", worse=True)) == "worse"
