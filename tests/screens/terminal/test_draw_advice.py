"""A trial in words: counts, what may be said of them, and how long it takes."""

from datetime import UTC, datetime

import pytest

from twiceshy.base.values import Verdict
from twiceshy.records.effects import Estimate, PooledEffect
from twiceshy.records.trial_effects import AdviceTrial, TrialArm, TrialComparison, TrialOutcome, TrialPlan
from twiceshy.screens.terminal.draw_advice import describe_comparison, draw_team_effects, render_trial
from twiceshy.screens.terminal.page import Page, Pen


def comparison(verdict: Verdict, estimate: float = -0.237, n: int = 81) -> TrialComparison:
    return TrialComparison(
        arm="warned",
        other="silent",
        difference=Estimate(estimate, estimate - 0.2, estimate + 0.2),
        n=n,
        needed=214,
        design_effect=1.0,
        verdict=verdict,
    )


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (comparison("too-few"), "too few to tell, 81 of about 214"),
        (comparison("fewer", n=300), "fewer, -24 points (95 % -44 to -4)"),
        (comparison("more", 0.3), "more, +30 points (95 % +10 to +50)"),
        (comparison("no-difference", 0.0), "no difference can be told (+0 points, 95 % -20 to +20)"),
    ],
)
def test_only_what_the_interval_allows_is_claimed(one: TrialComparison, words: str) -> None:
    """Each verdict has its words."""
    assert describe_comparison(one) == words


def test_a_trial_is_told_with_counts_and_plan() -> None:
    """Arms, what weights take from them, the comparison, and how long it takes one user and a team."""
    arms = [TrialArm(name="warned", bad=12, n=40, sessions=30, share=0.3, effective=33.2)]
    arms.append(TrialArm(name="silent", bad=22, n=41, sessions=30, share=0.54, effective=41.0))
    outcome = TrialOutcome(name="failed", arms=tuple(arms), comparisons=(comparison("too-few"),), unknown=3)
    plan = TrialPlan(
        source="replay",
        weekly=7.0,
        base=0.6,
        cut=0.3,
        other="silent",
        other_share=0.15,
        needed=492,
        weeks=70.3,
        team_weeks=7.03,
    )

    counts, verdict, planned = render_trial(AdviceTrial(outcomes=(outcome,), plans=(plan,)))
    assert counts == "Calls that a warning is about failed: warned 12 of 40 (worth 33), silent 22 of 41; 3 not known"
    assert verdict == "  warned against silent: too few to tell, 81 of about 214"
    assert planned.startswith("To see an effect of 30 % beside silent (15 % of cases) takes about 492 cases: one user ")
    assert planned.endswith(
        "needs about 70 weeks, a team of ten about 7 weeks (7.0 a week, 60 % fail: the last month's replay)"
    )


def test_nothing_is_told_of_nothing() -> None:
    """No case, no plan."""
    assert render_trial(AdviceTrial()) == []


# A team's effects in words: with people and interval, and called an association.

PLAIN = Page(120, Pen(on=False), datetime(2026, 11, 23, tzinfo=UTC))


def effect(verdict: Verdict, name: str = "edit/blind-edit", needed: int | None = None) -> PooledEffect:
    return PooledEffect(
        name=name,
        outcome="corrected",
        people=4,
        n=1200,
        difference=0.1,
        low=0.04,
        high=0.16,
        says=f"{name}, beside other edits",
        verdict=verdict,
        needed=needed,
    )


def test_without_a_team_nothing_is_said() -> None:
    """Who takes part in none reads what was read before."""
    assert draw_team_effects([], PLAIN, everything=True) == []


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (effect("more"), "more: +10 points (95 % +4 to +16); 4 people, 1,200 cases"),
        (effect("no-difference"), "no difference can be told: +10 points (95 % +4 to +16); 4 people, 1,200 cases"),
        (
            effect("too-few", needed=5000),
            "too few to tell: +10 points (95 % +4 to +16); 4 people, 1,200 cases of about ",
        ),
    ],
)
def test_each_is_said_with_people_and_interval(one: PooledEffect, words: str) -> None:
    """And what may be said of it; above all stands that it is no cause."""
    lines = draw_team_effects([one], PLAIN, everything=False)
    text = "\n".join(lines)

    assert "association, not a cause" in text
    assert "corrected: edit/blind-edit, beside other edits" in text
    assert words in text


def test_what_can_be_told_comes_first_and_few_are_shown() -> None:
    """The others are counted, and shown on request."""
    many = [*(effect("no-difference", f"edit/h{number}") for number in range(9)), effect("fewer", "edit/z")]
    few = draw_team_effects(many, PLAIN, everything=False)

    assert "edit/z" in few[2]
    assert few[-1] == "2 more effects of your team: --all"
    assert "edit/h8" in "\n".join(draw_team_effects(many, PLAIN, everything=True))
