"""What advice did, for people: by category, by rule, and by whole sessions."""

import math

from twiceshy.records.advice_effects import AdviceEffects, CategoryEffect, RuleEffect, SessionEffect
from twiceshy.records.effects import Span
from twiceshy.surfaces.cli.draw import Column, Pen, number, plural, table

COMPARED = {"held-back": "brief held back", "before": "earlier ones"}
CAUTION = "Earlier sessions differ in more than advice; those whose brief a lot held back do not."


def drawn_effects(found: AdviceEffects, width: int, pen: Pen, *, rows: int) -> str:
    """The three tables, as far as there is anything to show."""
    if not found.given and not found.sessions:
        return "No advice was given yet, nor held back. Next: twiceshy init"
    unknown = f", {number(found.unknown)} of them with unknown end" if found.unknown else ""
    lines = [f"{plural(found.given, 'time')} that a rule fitted a call or a lesson a task{unknown}"]
    if found.categories:
        lines += ["", table(CATEGORY, [category_row(one) for one in found.categories], width, pen)]
    if found.rules:
        lines += ["", table(RULE, [rule_row(one) for one in found.rules[:rows]], width, pen)]
        if len(found.rules) > rows:
            lines.append(pen.dim(f"{number(rows)} of {number(len(found.rules))}; --limit shows more"))
    if found.sessions:
        lines += ["", table(SESSION, [session_row(one) for one in found.sessions], width, pen), pen.dim(CAUTION)]
    return "\n".join(lines)


CATEGORY = (
    Column("category", flexible=True),
    Column("rules", right=True),
    Column("shown: bad", right=True),
    Column("held back: bad", right=True),
    Column("difference", right=True),
    Column("95 %", right=True),
    Column("sessions", right=True),
)
RULE = (
    Column("rule"),
    Column("category", flexible=True),
    Column("shown: bad", right=True),
    Column("held back: bad", right=True),
    Column("takes away", right=True),
    Column("95 %", right=True),
    Column(""),
)
SESSION = (
    Column("of sessions", flexible=True),
    Column("against"),
    Column("with", right=True),
    Column("without", right=True),
    Column("difference", right=True),
    Column("95 %", right=True),
    Column("sessions", right=True),
)


def category_row(one: CategoryEffect) -> tuple[str, ...]:
    """A category's cells."""
    return (
        one.category,
        number(one.rules),
        f"{one.arms.bad} of {one.arms.shown}",
        f"{one.arms.held_bad} of {one.arms.held}",
        points(one.difference.estimate),
        ends(one.difference),
        number(one.sessions),
    )


def rule_row(one: RuleEffect) -> tuple[str, ...]:
    """A rule's cells."""
    return (
        one.rule[:10],
        one.category,
        f"{one.arms.bad} of {one.arms.shown}",
        f"{one.arms.held_bad} of {one.arms.held}",
        points(one.benefit.estimate),
        ends(one.benefit),
        "retired" if one.retired else "",
    )


def session_row(one: SessionEffect) -> tuple[str, ...]:
    """An outcome's cells."""
    return (
        one.outcome,
        COMPARED.get(one.compared, one.compared),
        plain(one.value),
        plain(one.other),
        plain(one.difference.estimate),
        ends(one.difference, scale=1.0),
        f"{number(one.sessions)} / {number(one.others)}",
    )


def points(share: float) -> str:
    """A difference of shares in points."""
    return "" if math.isnan(share) else f"{100 * share:+.0f}"


def plain(value: float) -> str:
    """A mean."""
    return "" if math.isnan(value) else f"{value:.2f}"


def ends(span: Span, *, scale: float = 100.0) -> str:
    """An interval; nothing where it says nothing."""
    if math.isnan(span.estimate) or math.isinf(span.low) or math.isinf(span.high):
        return ""
    form = "+.0f" if scale > 1 else "+.2f"
    return f"{format(scale * span.low, form)} to {format(scale * span.high, form)}"
