"""What a trial of advice found, for people: counts of each arm, what may be said of them, and how long it takes."""

from collections.abc import Iterator

from twiceshy.records.trial_effects import AdviceTrial, TrialArm, TrialComparison, TrialOutcome, TrialPlan
from twiceshy.screens.terminal.formats import decimal, number, percent, plural, signed, signed_range
from twiceshy.screens.terminal.page import Page
from twiceshy.screens.terminal.paragraphs import wrap

_OUTCOMES = {
    "failed": "Calls that a warning is about failed",
    "again": "The same thing failed later in the session",
}
_SOURCES = {"trial": "the trial's own rates", "replay": "the last month's replay"}


def render_trial(found: AdviceTrial) -> list[str]:
    """Return what the trial found, a line for each outcome and comparison, then its plan; empty for nothing."""
    lines = [line for one in found.outcomes for line in _describe_outcome(one)]
    return [*lines, *(_describe_plan(one) for one in found.plans)]


def append_trial(text: str, found: AdviceTrial, page: Page) -> str:
    """Return the text with what the trial found below it, on lines of the page; as it is where nothing is known."""
    lines = [line for said in render_trial(found) for line in wrap(said, page.width)]
    return "\n".join([text, "", *lines]) if lines else text


def _describe_outcome(found: TrialOutcome) -> Iterator[str]:
    """Yield an outcome's counts, then what each comparison allows to say."""
    arms = ", ".join(_describe_arm(one) for one in found.arms)
    unknown = f"; {number(found.unknown)} not known" if found.unknown else ""
    yield f"{_OUTCOMES[found.name]}: {arms or 'nothing yet'}{unknown}"
    for one in found.comparisons:
        yield f"  {one.arm} against {one.other}: {describe_comparison(one)}"


def _describe_arm(one: TrialArm) -> str:
    """Return an arm's counts, and what they are worth where weights or sessions take from it."""
    worth = f" (worth {number(round(one.effective))})" if round(one.effective) < one.n else ""
    return f"{one.name} {number(one.bad)} of {number(one.n)}{worth}"


def describe_comparison(one: TrialComparison) -> str:
    """Return what may be said: no effect is claimed early, nor one that the interval does not exclude."""
    if one.verdict == "too-few":
        return f"too few to tell, {number(one.n)}" + (f" of about {number(one.needed)}" if one.needed else "")
    points = f"{signed(100 * one.difference.estimate)} points"
    interval = signed_range(100 * one.difference.low, 100 * one.difference.high, 0)
    if one.verdict == "no-difference":
        return f"no difference can be told ({points}, 95 % {interval})"
    return f"{'fewer' if one.verdict == 'fewer' else 'more'}, {points} (95 % {interval})"


def _describe_plan(one: TrialPlan) -> str:
    """Return how long it takes to see the expected effect beside one arm."""
    return (
        f"To see an effect of {percent(one.cut)} beside {one.other} ({percent(one.other_share)} of cases) takes about "
        f"{plural(one.needed, 'case')}: one user needs about {_describe_weeks(one.weeks)}, a team of ten about "
        f"{_describe_weeks(one.team_weeks)} ({decimal(one.weekly, 1)} a week, {percent(one.base)} fail: "
        f"{_SOURCES[one.source]})"
    )


def _describe_weeks(weeks: float) -> str:
    """Return a number of weeks; at least one."""
    return plural(max(1, round(weeks)), "week")
