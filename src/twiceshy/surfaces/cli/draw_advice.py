"""What advice did, for people: by category, by rule, and by whole sessions."""

import math

from twiceshy.records.effects import AdviceEffects, CategoryEffect, Estimate, RuleEffect, SessionEffect
from twiceshy.surfaces.cli.draw import Column, Pen, draw_table, number, plural

_COMPARED_WITH = {"held-back": "brief held back", "before": "earlier ones"}
_CAUTION = "Earlier sessions differ in more than advice; those whose brief a lot held back do not."


def render_effects(found: AdviceEffects, width: int, pen: Pen, *, rows: int) -> str:
    """Render the three tables, as far as there is anything to show."""
    if not found.given and not found.sessions:
        return "No advice was given yet, nor held back. Next: twiceshy init"
    unknown = f", {number(found.unknown)} of them with unknown end" if found.unknown else ""
    lines = [f"{plural(found.given, 'time')} that a rule fitted a call or a lesson a task{unknown}"]
    if found.categories:
        lines += ["", draw_table(_CATEGORY_COLUMNS, [_category_row(one) for one in found.categories], width, pen)]
    if found.rules:
        lines += ["", draw_table(_RULE_COLUMNS, [_rule_row(one) for one in found.rules[:rows]], width, pen)]
        if len(found.rules) > rows:
            lines.append(pen.dim(f"{number(rows)} of {number(len(found.rules))}; --limit shows more"))
    if found.sessions:
        lines += [
            "",
            draw_table(_SESSION_COLUMNS, [_session_row(one) for one in found.sessions], width, pen),
            pen.dim(_CAUTION),
        ]
    return "\n".join(lines)


_CATEGORY_COLUMNS = (
    Column("category", flexible=True),
    Column("rules", right=True),
    Column("shown: bad", right=True),
    Column("held back: bad", right=True),
    Column("difference", right=True),
    Column("95 %", right=True),
    Column("sessions", right=True),
)
_RULE_COLUMNS = (
    Column("rule"),
    Column("category", flexible=True),
    Column("shown: bad", right=True),
    Column("held back: bad", right=True),
    Column("takes away", right=True),
    Column("95 %", right=True),
    Column(""),
)
_SESSION_COLUMNS = (
    Column("of sessions", flexible=True),
    Column("against"),
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
        _format_points(one.difference.estimate),
        _format_span(one.difference),
        number(one.sessions),
    )


def _rule_row(one: RuleEffect) -> tuple[str, ...]:
    """Return a rule's cells."""
    return (
        one.rule[:10],
        one.category,
        f"{one.arms.bad} of {one.arms.shown}",
        f"{one.arms.held_bad} of {one.arms.held}",
        _format_points(one.benefit.estimate),
        _format_span(one.benefit),
        "retired" if one.retired else "",
    )


def _session_row(one: SessionEffect) -> tuple[str, ...]:
    """Return an outcome's cells."""
    return (
        one.outcome,
        _COMPARED_WITH.get(one.compared, one.compared),
        _format_mean(one.value),
        _format_mean(one.other),
        _format_mean(one.difference.estimate),
        _format_span(one.difference, scale=1.0),
        f"{number(one.sessions)} / {number(one.others)}",
    )


def _format_points(share: float) -> str:
    """Format a difference of shares in points; empty where it is not known."""
    return "" if math.isnan(share) else f"{100 * share:+.0f}"


def _format_mean(value: float) -> str:
    """Format a mean; empty where it is not known."""
    return "" if math.isnan(value) else f"{value:.2f}"


def _format_span(span: Estimate, *, scale: float = 100.0) -> str:
    """Format an interval; empty where it says nothing."""
    if math.isnan(span.estimate) or math.isinf(span.low) or math.isinf(span.high):
        return ""
    form = "+.0f" if scale > 1 else "+.2f"
    return f"{format(scale * span.low, form)} to {format(scale * span.high, form)}"
