"""A trial in words: counts, what may be said of them, and how long it takes."""

import pytest

from twiceshy.records.effects import Estimate
from twiceshy.records.trial_effects import AdviceTrial, TrialArm, TrialComparison, TrialOutcome, TrialPlan, Verdict
from twiceshy.screens.terminal.draw_trial import describe_comparison, render_trial


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
