"""What advice did, for people: by category, by rule, and by whole sessions."""

import math
from collections.abc import Iterator, Sequence

from twiceshy.records.effects import (
    Arm,
    CategoryEffect,
    Estimate,
    Opportunity,
    PooledEffect,
    Range,
    RuleEffect,
    SessionEffect,
)
from twiceshy.records.trial_effects import (
    AdviceEffects,
    AdviceTrial,
    TrialArm,
    TrialComparison,
    TrialOutcome,
    TrialPlan,
)
from twiceshy.screens.terminal.formats import (
    decimal,
    number,
    one_line,
    percent,
    plural,
    short_date,
    signed,
    signed_range,
)
from twiceshy.screens.terminal.page import Column, Page, draw_table, wrap

# What a trial of advice found, for people: counts of each arm, what may be said of them, and how long it takes.

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


_COMPARED_WITH = {"held-back": "holdout", "before": "earlier sessions"}
_CAUTION = "Sessions before the advice differ in more than advice; the sessions of the holdout do not."


def render_effects(found: AdviceEffects, page: Page, *, rows: int) -> str:
    """Render the three tables, as far as there is anything to show."""
    lines = [append_trial(_describe_cases(found), found.trial, page)]
    if found.categories:
        lines += ["", draw_table(_CATEGORY_COLUMNS, [_category_row(one) for one in found.categories], page)]
    if found.rules:
        lines += ["", draw_table(_RULE_COLUMNS, [_rule_row(one) for one in found.rules[:rows]], page)]
        if len(found.rules) > rows:
            lines.append(page.dim(f"{number(rows)} of {number(len(found.rules))}; --limit shows more"))
    if found.sessions:
        lines += [
            "",
            draw_table(_SESSION_COLUMNS, [_session_row(one) for one in found.sessions], page),
            page.dim(_CAUTION),
        ]
    return "\n".join(lines)


def _describe_cases(found: AdviceEffects) -> str:
    """Describe how often anything fitted."""
    if not found.given and not found.sessions:
        return "No advice was given yet, and none was withheld for the holdout. Next: twiceshy init"
    unknown = f"; what came of {number(found.unknown)} is unknown" if found.unknown else ""
    return f"A rule fitted a call, or a lesson a task, {plural(found.given, 'time')}{unknown}"


_CATEGORY_COLUMNS = (
    Column("category", flexible=True),
    Column("rules", right=True),
    Column("shown: bad", right=True),
    Column("holdout: bad", right=True),
    Column("difference", right=True),
    Column("95 %", right=True),
    Column("sessions", right=True),
)
_RULE_COLUMNS = (
    Column("rule"),
    Column("category", flexible=True),
    Column("shown: bad", right=True),
    Column("holdout: bad", right=True),
    Column("prevents", right=True),
    Column("95 %", right=True),
    Column(""),
)
_SESSION_COLUMNS = (
    Column("outcome", flexible=True),
    Column("compared with"),
    Column("with", right=True),
    Column("without", right=True),
    Column("difference", right=True),
    Column("95 %", right=True),
    Column("sessions", right=True),
)


def _category_row(one: CategoryEffect) -> tuple[str, ...]:
    """Return a category's cells."""
    return (
        one.category,
        number(one.rules),
        f"{one.arms.bad} of {one.arms.shown}",
        f"{one.arms.held_bad} of {one.arms.held}",
        signed(100 * one.difference.estimate),
        _format_interval(one.difference, 100, 0),
        number(one.sessions),
    )


def _rule_row(one: RuleEffect) -> tuple[str, ...]:
    """Return a rule's cells."""
    return (
        one.rule[:10],
        one.category,
        f"{one.arms.bad} of {one.arms.shown}",
        f"{one.arms.held_bad} of {one.arms.held}",
        signed(100 * one.benefit.estimate),
        _format_interval(one.benefit, 100, 0),
        "retired" if one.retired else "",
    )


def _session_row(one: SessionEffect) -> tuple[str, ...]:
    """Return an outcome's cells."""
    return (
        one.outcome,
        _COMPARED_WITH.get(one.compared, one.compared),
        decimal(one.value),
        decimal(one.other),
        decimal(one.difference.estimate),
        _format_interval(one.difference, 1, 2),
        f"{number(one.sessions)} / {number(one.others)}",
    )


def _format_interval(found: Estimate, scale: int, digits: int) -> str:
    """Format an interval; empty where it says nothing."""
    return "" if math.isnan(found.estimate) else signed_range(scale * found.low, scale * found.high, digits)


# What the work of a whole team shows of habits, models and warnings, for people: each with its people and interval.
#
# Nothing here is a cause but in a trial of warnings, where lots decided; the first line says so.

_MOST = 8
"""Effects that are shown without ``--all`` (guess, 2026-11-23: they stand below a person's own)."""
_VERDICTS = {
    "too-few": "too few to tell",
    "no-difference": "no difference can be told",
    "fewer": "fewer",
    "more": "more",
}
_TEAM_CAUTION = (
    "Your team over all projects, each person one witness. An association, not a cause; only on warnings lots decided."
)


def draw_team_effects(found: Sequence[PooledEffect], page: Page, *, everything: bool) -> list[str]:
    """Return lines on what the team's work shows, what is told apart from chance first; empty without any."""
    if not found:
        return []
    ranked = sorted(found, key=lambda one: (not _is_told(one), -one.people, one.name, one.outcome))
    shown = ranked if everything else ranked[:_MOST]
    lines = ["", *wrap(_TEAM_CAUTION, page.width), *(line for one in shown for line in _draw_effect(one, page))]
    left = len(ranked) - len(shown)
    return [*lines, page.dim(f"{plural(left, 'more effect')} of your team: --all")] if left else lines


def _is_told(one: PooledEffect) -> bool:
    """Tell whether a difference is called one."""
    return one.verdict in {"fewer", "more"}


def _draw_effect(one: PooledEffect, page: Page) -> list[str]:
    """Return an effect's words, and its evidence."""
    points = f"{signed(100 * one.difference)} points (95 % {signed_range(100 * one.low, 100 * one.high, 0)})"
    words = wrap(one_line(f"{one.outcome}: {one.says or one.name}"), page.width, hang=2)
    planned = f" of about {number(one.needed)} planned" if one.needed and one.verdict == "too-few" else ""
    evidence = f"{_VERDICTS[one.verdict]}: {points}; {plural(one.people, 'person', 'people')}, {plural(one.n, 'case')}"
    head = page.bold(words[0]) if _is_told(one) else words[0]
    return [head, *words[1:], *map(page.dim, wrap(evidence + planned, page.width, indent=4))]


# Render what lessons could have prevented, as ``replay --opportunity`` shows it.

_MOST_KINDS = 8  # kinds of warnings that are named (guess, 2026-11-21)


def render_opportunity(found: Opportunity, page: Page) -> str:
    """Render the answer in words and a table."""
    if not found.wrong:
        return "No call went wrong in the second half of the stored sessions; there is nothing to prevent."
    rate = 100 * found.arms[0].warnings / found.calls
    columns = (
        Column("warnings from"),
        Column("warnings", right=True),
        Column("right", right=True),
        Column("of the wrong calls"),
        Column("of the minutes"),
        Column("lift", right=True),
    )
    lines = [
        f"The later half: {plural(found.sessions, 'session')} from {short_date(found.since, page.now)}.",
        f"{number(found.wrong)} of {plural(found.calls, 'call')} went wrong, {number(round(found.minutes))} minutes.",
        "Seen coming by what earlier sessions taught (95 % intervals, by drawing sessions again):",
        "",
        draw_table(columns, [_cells_of(arm) for arm in found.arms], page),
        "",
        f"{rate:.2f} warnings per 100 calls. {_describe_failures(found)}",
    ]
    kinds = [f"{one.name} {one.right} of {one.warnings}" for one in found.kinds[:_MOST_KINDS]]
    if kinds:
        lines.append(f"Right by what was seen: {', '.join(kinds)}.")
    return "\n".join(lines)


def _cells_of(arm: Arm) -> tuple[str, ...]:
    """Return the row of one way to warn."""
    return (
        arm.name,
        number(round(arm.warnings)),
        "-" if math.isnan(arm.precision[0]) else percent(arm.precision[0]),
        _format_range(arm.coverage),
        _format_range(arm.cost_coverage),
        decimal(arm.lift[0], 1) or "-",
    )


def _format_range(value: Range) -> str:
    """Format a share with its interval."""
    ends = "" if math.isnan(value[1]) else f" ({decimal(value[1])}-{decimal(value[2])})"
    return f"{decimal(value[0])}{ends}" if not math.isnan(value[0]) else "-"


def _describe_failures(found: Opportunity) -> str:
    """Describe what share of failed calls, and of edits, was seen coming."""
    rest, others = found.wrong - found.failed, round(found.arms[0].right) - found.failed_met
    met = found.failed_met / found.failed if found.failed else 0.0
    return (
        f"Seen coming: {percent(met)} of {plural(found.failed, 'failed call')}, and {number(others)} of "
        f"{plural(rest, 'edit')} that {'was' if rest == 1 else 'were'} corrected or rolled back."
    )
