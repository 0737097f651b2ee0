"""Render what lessons could have prevented, as ``replay --opportunity`` shows it."""

import math

from twiceshy.records.effects import Arm, Opportunity, Range
from twiceshy.surfaces.cli.draw import number, plural

_MOST_KINDS = 8


def render_opportunity(found: Opportunity) -> str:
    """Render the answer in words and a table."""
    if not found.wrong:
        return "No call went wrong in the second half of the stored sessions; there is nothing to prevent."
    lessons = found.arms[0]
    rate = 100 * lessons.warnings / found.calls
    lines = [
        f"The later half: {plural(found.sessions, 'session')} from {found.since:%Y-%m-%d}.",
        f"{number(found.wrong)} of {plural(found.calls, 'call')} went wrong, {number(round(found.minutes))} minutes.",
        "Seen coming, by what sessions that had ended before taught (95 % intervals, sessions drawn again):",
        "",
        f"  {'':<26}{'warnings':>9}{'right':>7}  {'of the wrong calls':<20}{'of the minutes':<20}{'lift':>5}",
    ]
    lines += [_arm_line(arm) for arm in found.arms]
    lines += ["", f"{rate:.2f} warnings for 100 calls. {_describe_failures(found)}"]
    kinds = [f"{one.name} {one.right} of {one.warnings}" for one in found.kinds[:_MOST_KINDS]]
    if kinds:
        lines.append(f"Right by what was seen: {', '.join(kinds)}.")
    return "\n".join(lines)


def _arm_line(arm: Arm) -> str:
    """Return the line of one way to warn."""
    right = f"{arm.precision[0]:.0%}" if not math.isnan(arm.precision[0]) else "-"
    lift = f"{arm.lift[0]:.1f}" if not math.isnan(arm.lift[0]) else "-"
    warnings = number(round(arm.warnings))
    coverage, cost = _format_share(arm.coverage), _format_share(arm.cost_coverage)
    return f"  {arm.name:<26}{warnings:>9}{right:>7}  {coverage:<20}{cost:<20}{lift:>5}"


def _format_share(value: Range) -> str:
    """Format a share with its interval."""
    if math.isnan(value[0]):
        return "-"
    ends = "" if math.isnan(value[1]) else f" ({value[1]:.2f}-{value[2]:.2f})"
    return f"{value[0]:.2f}{ends}"


def _describe_failures(found: Opportunity) -> str:
    """Describe what share of failed calls, and of edits, was seen coming."""
    rest, others = found.wrong - found.failed, round(found.arms[0].right) - found.failed_met
    met = found.failed_met / found.failed if found.failed else 0.0
    return (
        f"Of {plural(found.failed, 'failed call')} {met:.0%} were seen coming, of {plural(rest, 'edit')} that "
        f"{'was' if rest == 1 else 'were'} corrected or taken back {number(others)}."
    )
