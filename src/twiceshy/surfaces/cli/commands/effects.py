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
from twiceshy.records.look import Scope
from twiceshy.surfaces.cli.as_json import answer
from twiceshy.surfaces.cli.draw import Column, Pen, number, one_line, pen_for, plural, table, terminal_width
from twiceshy.surfaces.cli.filters import add_filters, moment

EXAMPLE = "twiceshy effects --project web-shop"
SURE = 0.05
FEW = 3
"""Unsure ones shown without ``--all``."""
CAUTION = "An association is not a cause: whoever skips a step may also have had the harder task."
REASONS = {
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
    from twiceshy.flows.effects import effects  # noqa: PLC0415  # `--help` need not pay for it

    now = datetime.now().astimezone()
    found = effects(config, Scope(project=args.project, agent=args.agent, since=moment(args.since, now)))
    if args.json:
        print(answer("effects", finite(found)))
    else:
        print(drawn(found, terminal_width(), pen_for(sys.stdout, no_color=args.no_color), everything=args.all))
    return 0


def finite(found: object) -> object:
    """The record for JSON, which knows no infinite number: None stands for one."""
    from dataclasses import fields, is_dataclass  # noqa: PLC0415
    from math import isfinite  # noqa: PLC0415

    if isinstance(found, float):
        return found if isfinite(found) else None
    if is_dataclass(found) and not isinstance(found, type):
        return {item.name: finite(getattr(found, item.name)) for item in fields(found)}
    if isinstance(found, tuple) and hasattr(found, "_asdict"):
        return {name: finite(value) for name, value in found._asdict().items()}
    if isinstance(found, list | tuple):
        return [finite(item) for item in found]
    return found


def drawn(found: Effects, width: int, pen: Pen, *, everything: bool) -> str:
    """Sure ones, unsure ones, the kept workflow, what is unknown, and what to do next."""
    if not found.observations:
        return "No work was judged yet.\nNext: twiceshy judge"
    sure = [one for one in found.found if one.refusal is None and one.q <= SURE]
    unsure = [one for one in found.found if one.refusal is None and one.q > SURE]
    looked_at = f"{plural(found.sessions, 'session')}, {number(found.observations)} edits and tasks"
    lines = [f"{looked_at}; {plural(found.tested, 'question')} asked, {len(sure)} surely answered", ""]
    lines += [line for one in sure for line in effect_lines(one, width, pen)]
    if not sure:
        lines.append("Nothing is sure at a false discovery rate of 5 %. Nearest, and not to be relied on:")
    for one in unsure if everything else [] if sure else sorted(unsure, key=lambda one: one.q)[:FEW]:
        lines += effect_lines(one, width, pen)
    if unsure and sure and not everything:
        lines.append(pen.dim(f"{number(len(unsure))} more are not sure: --all"))
    if everything:
        reasons = Counter(one.refusal for one in found.found if one.refusal)
        lines += [pen.dim(f"{number(count)} not told: {REASONS.get(reason or '', reason)}")
                  for reason, count in reasons.most_common()]  # fmt: skip
    lines += compliance_lines(found.compliance, width, pen)
    lines += ["", *unknown_lines(found.unknown, width), "", *textwrap.wrap(CAUTION, width)]
    lines.append(f"Next: twiceshy history {(sure or unsure)[0].exposure}" if sure or unsure else "Next: twiceshy judge")
    return "\n".join(lines)


def effect_lines(effect: Effect, width: int, pen: Pen) -> list[str]:
    """The sentence, and how sure."""
    words = textwrap.wrap(one_line(effect.words), width, subsequent_indent="  ")
    sure = "sure" if effect.q <= SURE else "not sure"
    told = [f"{sure}: q = {effect.q:.2g}, p = {effect.p:.2g}", plural(effect.sessions, "session")]
    if effect.projects > 1:
        told.append(plural(effect.projects, "project"))
    told.append("within the same " + ", ".join(effect.within) if effect.within else "all together")
    return [pen.bold(words[0]) if effect.q <= SURE else words[0], *words[1:],
            *(pen.dim(line) for line in textwrap.wrap("; ".join(told), width, initial_indent="    ",
                                                      subsequent_indent="    "))]  # fmt: skip


def compliance_lines(rows: list[ComplianceRow], width: int, pen: Pen) -> list[str]:
    """If the workflow was kept, then success was x; nothing where none was declared."""
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
            percent(row.success),
            interval(row.success),
            number(row.success.n),
            number(row.unknown),
            number(row.sessions),
        )
        for row in rows
    ]
    return ["", table(columns, cells, width, pen)]


def unknown_lines(rows: list[OutcomeRow], width: int) -> list[str]:
    """How much of each outcome is not known."""
    told = [
        f"{row.unit} {row.outcome}: {percent(row.rate)} of {number(row.rate.n)}, {number(row.unknown)} unknown"
        for row in rows
        if row.rate.n
    ]
    return textwrap.wrap("; ".join(told), width)


def percent(rate: Rate) -> str:
    """A share for people; nothing where there is none."""
    return f"{rate.share:.0%}".replace("%", " %") if rate.n else ""


def interval(rate: Rate) -> str:
    """Its ends in percent."""
    return f"{100 * rate.low:.0f}-{100 * rate.high:.0f}" if rate.n else ""
