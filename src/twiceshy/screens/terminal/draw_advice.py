"""What advice did, for people: by category, by rule, and by whole sessions."""

import math

from twiceshy.records.effects import CategoryEffect, Estimate, RuleEffect, SessionEffect
from twiceshy.records.trial_effects import AdviceEffects
from twiceshy.screens.terminal.draw_trial import append_trial
from twiceshy.screens.terminal.formats import decimal, number, plural, signed, signed_range
from twiceshy.screens.terminal.page import Page
from twiceshy.screens.terminal.tables import Column, draw_table

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
