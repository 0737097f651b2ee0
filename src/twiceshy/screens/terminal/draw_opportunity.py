"""Render what lessons could have prevented, as ``replay --opportunity`` shows it."""

import math

from twiceshy.records.effects import Arm, Opportunity, Range
from twiceshy.screens.terminal.formats import decimal, number, percent, plural, short_date
from twiceshy.screens.terminal.page import Page
from twiceshy.screens.terminal.tables import Column, draw_table

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
