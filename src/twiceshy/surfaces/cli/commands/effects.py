"""What went with what: each habit against each outcome, with how sure that is.

A line an effect: how often work ended so where a thing was done and where not, and the ratio within like cases (same
project, agent and size; same file where enough edits can be compared) with its 95 % interval. Sessions are the
witnesses, not single edits. First come those that are sure (a false discovery rate of at most 5 % over all that was
looked at), then, with --all, those that are not and why others cannot be told. An association is not a cause.
"""

import argparse
import sys
import textwrap
from collections import Counter
from datetime import datetime

from twiceshy.config import Config
from twiceshy.records.effects import ComplianceRow, Effect, Effects, OutcomeRow
from twiceshy.records.figures import Rate
from twiceshy.records.values import Scope
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Column, Pen, draw_table, number, one_line, pen_for, plural, terminal_width
from twiceshy.surfaces.cli.filters import add_filters, parse_since

EXAMPLE = "twiceshy effects --project web-shop"
_SIGNIFICANT_Q = 0.05
_MOST_UNSURE = 3
"""Unsure ones shown without ``--all``."""
_CAUTION = "An association is not a cause: whoever skips a step may also have had the harder task."
_REASONS = {
    "too-few-cases": "too few cases on a side, or of hits or misses",
    "too-few-sessions": "too few sessions",
    "never-both-in-like-cases": "never both done and not done in like cases",
    "cannot-be-sure": "too few for any result to be sure",
    "same-event": "habit and outcome are read from the same event",
    "cut-short-by-the-outcome": "the outcome ends the time in which the habit is looked for",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the filters and how much to show."""
    add_filters(parser, agent=True)
    parser.add_argument("--all", action="store_true", help="unsure ones too, and why others cannot be told")


def run(args: argparse.Namespace, config: Config) -> int:
    """Compute, and draw it."""
    from twiceshy.flows.judge import measure_effects  # noqa: PLC0415  # `--help` need not pay for it

    now = datetime.now().astimezone()
    found = measure_effects(config, Scope(project=args.project, agent=args.agent, since=parse_since(args.since, now)))
    if args.json:
        print(to_json("effects", make_finite(found)))
    else:
        print(
            _render_effects(found, terminal_width(), pen_for(sys.stdout, no_color=args.no_color), everything=args.all)
        )
    return 0


def make_finite(found: object) -> object:
    """Return the record for JSON, which knows no infinite number: None stands for one."""
    from dataclasses import fields, is_dataclass  # noqa: PLC0415
    from math import isfinite  # noqa: PLC0415

    if isinstance(found, float):
        return found if isfinite(found) else None
    if is_dataclass(found) and not isinstance(found, type):
        return {item.name: make_finite(getattr(found, item.name)) for item in fields(found)}
    if isinstance(found, tuple) and hasattr(found, "_asdict"):
        return {name: make_finite(value) for name, value in found._asdict().items()}
    if isinstance(found, list | tuple):
        return [make_finite(item) for item in found]
    return found


def _render_effects(found: Effects, width: int, pen: Pen, *, everything: bool) -> str:
    """Render sure effects, unsure ones, the kept workflow, what is unknown, and what to do next."""
    if not found.observations:
        return "No work was judged yet.\nNext: twiceshy judge"
    sure = [one for one in found.found if one.refusal is None and one.q <= _SIGNIFICANT_Q]
    unsure = [one for one in found.found if one.refusal is None and one.q > _SIGNIFICANT_Q]
    looked_at = f"{plural(found.sessions, 'session')}, {number(found.observations)} edits and tasks"
    lines = [f"{looked_at}; {plural(found.tested, 'question')} asked, {len(sure)} surely answered", ""]
    lines += [line for one in sure for line in effect_lines(one, width, pen)]
    if not sure:
        lines.append("Nothing is sure at a false discovery rate of 5 %. Nearest, and not to be relied on:")
    for one in unsure if everything else [] if sure else sorted(unsure, key=lambda one: one.q)[:_MOST_UNSURE]:
        lines += effect_lines(one, width, pen)
    if unsure and sure and not everything:
        lines.append(pen.dim(f"{number(len(unsure))} more are not sure: --all"))
    if everything:
        reasons = Counter(one.refusal for one in found.found if one.refusal)
        lines += [
            pen.dim(f"{number(count)} not told: {_REASONS.get(reason or '', reason)}")
            for reason, count in reasons.most_common()
        ]
    lines += _compliance_lines(found.compliance, width, pen)
    lines += ["", *_unknown_lines(found.unknown, width), "", *textwrap.wrap(_CAUTION, width)]
    lines.append(f"Next: twiceshy history {(sure or unsure)[0].exposure}" if sure or unsure else "Next: twiceshy judge")
    return "\n".join(lines)


def effect_lines(effect: Effect, width: int, pen: Pen) -> list[str]:
    """Return the sentence of an effect, and how sure it is."""
    words = textwrap.wrap(one_line(effect.words), width, subsequent_indent="  ")
    sure = "sure" if effect.q <= _SIGNIFICANT_Q else "not sure"
    told = [f"{sure}: q = {effect.q:.2g}, p = {effect.p:.2g}", plural(effect.sessions, "session")]
    if effect.projects > 1:
        told.append(plural(effect.projects, "project"))
    told.append("within the same " + ", ".join(effect.within) if effect.within else "all together")
    return [
        pen.bold(words[0]) if effect.q <= _SIGNIFICANT_Q else words[0],
        *words[1:],
        *(
            pen.dim(line)
            for line in textwrap.wrap("; ".join(told), width, initial_indent="    ", subsequent_indent="    ")
        ),
    ]


def _compliance_lines(rows: list[ComplianceRow], width: int, pen: Pen) -> list[str]:
    """Return the success of tasks that kept and broke the workflow; empty where none was declared."""
    if not rows:
        return []
    columns = (
        Column("declared workflow"),
        Column("risk"),
        Column("success", right=True),
        Column("95 %", right=True),
        Column("of tasks", right=True),
        Column("unknown", right=True),
        Column("sessions", right=True),
    )
    cells = [
        (
            "kept" if row.compliant else "broken",
            row.band or "any",
            format_percent(row.success),
            format_interval(row.success),
            number(row.success.n),
            number(row.unknown),
            number(row.sessions),
        )
        for row in rows
    ]
    return ["", draw_table(columns, cells, width, pen)]


def _unknown_lines(rows: list[OutcomeRow], width: int) -> list[str]:
    """Return how much of each outcome is not known."""
    told = [
        f"{row.unit} {row.outcome}: {format_percent(row.rate)} of {number(row.rate.n)}, {number(row.unknown)} unknown"
        for row in rows
        if row.rate.n
    ]
    return textwrap.wrap("; ".join(told), width)


def format_percent(rate: Rate) -> str:
    """Format a share for people; empty where there is none."""
    return f"{rate.share:.0%}".replace("%", " %") if rate.n else ""


def format_interval(rate: Rate) -> str:
    """Format the ends of an interval in percent."""
    return f"{100 * rate.low:.0f}-{100 * rate.high:.0f}" if rate.n else ""
