"""Show which habits go with which outcomes, and which of these differences are significant.

Each line is one effect: how often work ended so with the habit and without it, and the ratio within like cases (same
project, agent and size; same file where enough edits can be compared) with its 95 % interval, counted by sessions
rather than by single edits. Significant effects come first (a false discovery rate of at most 5 % over all questions).
--all adds those that are not significant, and why others cannot be measured. An association is not a cause.

`effects workflow` compares the sessions that kept the declared workflow with those that broke it, on one screen: risk,
corrections, work rolled back, and human messages a call, each with the number of sessions and p.

`effects risk` shows what became of the changes in this folder that its risk model did not learn from, by the risk that
it says of them, with the riskiest tenth, and what each step left out and each habit adds to the share that was fixed.

Below stands what the work of your team shows, if you take part in one: an association too, each person one witness.

At the end stands what calls with a warning, a placebo and silence came to, once there were any (see `lessons effect`).
"""

import argparse
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from twiceshy.advice import recipes as advise
from twiceshy.base.config import Config
from twiceshy.base.plugins import ask_for
from twiceshy.doors.cli.filters import add_filters, find_scope
from twiceshy.doors.cli.prepare_report import complete_judging
from twiceshy.judgement import recipes as judge
from twiceshy.records.effects import (
    ComplianceMeasure,
    ComplianceRow,
    ComplianceScreen,
    Effect,
    Effects,
    MeasuredSide,
    OutcomeRow,
)
from twiceshy.records.questions import RISK
from twiceshy.screens.terminal.draw_advice import append_trial, draw_team_effects
from twiceshy.screens.terminal.draw_risk import draw_outcomes
from twiceshy.screens.terminal.formats import interval, number, one_line, plural, rate
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer, wrap
from twiceshy.stats.text.relative_times import parse_since

EXAMPLE = "twiceshy effects --project web-shop"
PRESETS = ("careful", "theauditor")
_SIGNIFICANT_Q = 0.05  # false discovery rate (convention)
_MOST_UNSURE = 3  # effects that are not significant, shown without ``--all`` (guess, 2026-11-21)
_CAUTION = "An association is not a cause: whoever skips a step may also have had the harder task."
_MORE_WORK = "More sessions are needed: twiceshy ingest reads new logs."
_REASONS = {
    "too-few-cases": "too few cases on a side, or of hits or misses",
    "too-few-sessions": "too few sessions",
    "never-both-in-like-cases": "never both done and left out in like cases",
    "cannot-be-sure": "too few for any result to be significant",
    "same-event": "the habit and the outcome are the same event",
    "cut-short-by-the-outcome": "the outcome ends the time in which the habit can happen",
    "tool-rule": "a rule of the tool decides the outcome",
}
_MEASURES = {
    "risk": "mean risk of the edits, 0-1",
    "corrected": "corrected by a person",
    "rolled-back": "work rolled back",
    "engagement": "human messages a call",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to show, the filters and how much."""
    parser.add_argument(
        "about", nargs="?", choices=("workflow", "risk"), help="kept or broken workflow; risk and outcomes"
    )
    add_filters(parser, agent=True)
    parser.add_argument("--preset", choices=PRESETS, help="workflow: compare with this preset, whatever is declared")
    parser.add_argument("--all", action="store_true", help="show all effects, and why others cannot be measured")


def run(args: argparse.Namespace, config: Config) -> int:
    """Compute, and draw it."""
    if args.about == "risk":
        now = datetime.now().astimezone()
        risk = ask_for(RISK, "effects risk")
        told = risk.measure_risk_outcomes(config, Path(), now, parse_since(args.since, now))
        return print_answer(args, "effects-risk", told, lambda page: draw_outcomes(told, page))
    complete_judging(args, config)
    if args.about == "workflow":
        screen = judge.measure_compliance(config, find_scope(args, config), args.preset or "")
        return print_answer(args, "effects-workflow", screen, lambda page: _render_screen(screen, page))
    found = judge.measure_effects(config, find_scope(args, config))

    def render(page: Page) -> str:
        own = _render_effects(found, page, everything=args.all)
        text = "\n".join([own, *draw_team_effects(found.team, page, everything=args.all)])
        return append_trial(text, replace(advise.read_trial(config), plans=()), page)

    return print_answer(args, "effects", found, render)


def _render_screen(found: ComplianceScreen, page: Page) -> str:
    """Render the four measures of kept and broken workflows, or why there are none."""
    sessions = plural(found.kept + found.broken, "session")
    if not found.kept and not found.broken:
        said = f"None of {plural(found.undeclared, 'judged session')} that changed files has a workflow that applies."
        return f"{said}\nNext: twiceshy effects workflow --preset careful"
    columns = (
        Column("sessions", flexible=True),
        Column("kept", right=True),
        Column("n", right=True),
        Column("broken", right=True),
        Column("n", right=True),
        Column("unknown", right=True),
        Column("difference", right=True),
        Column("p", right=True),
    )
    said = (
        f"{sessions} of {plural(found.projects, 'project')} that a workflow applies to: {number(found.kept)} kept it, "
        f"{number(found.broken)} broke it; to {number(found.undeclared)} more none applies"
    )
    lines = [
        *wrap(said, page.width),
        "",
        draw_table(columns, [_measure_cells(one) for one in found.measures], page),
        "",
        *wrap(
            "Less is better in each row. Difference and p: within the same project, agent and size, each session one "
            "witness; empty where the two are never seen together there.",
            page.width,
        ),
        *wrap(_CAUTION, page.width),
        "Next: twiceshy workflow check",
    ]
    return "\n".join(lines)


def _measure_cells(one: ComplianceMeasure) -> tuple[str, ...]:
    """Return the cells of one measure."""
    is_known = one.difference is not None
    return (
        _MEASURES[one.measure],
        _format_side(one.kept),
        number(one.kept.n),
        _format_side(one.broken),
        number(one.broken.n),
        number(one.kept.unknown + one.broken.unknown),
        f"{one.difference:+.2f}" if is_known else "",
        f"{one.p:.2g}" if is_known else "",
    )


def _format_side(side: MeasuredSide) -> str:
    """Format a side's mean with two digits; empty where nothing is known."""
    return "" if side.mean is None else f"{side.mean:.2f}"


def _render_effects(found: Effects, page: Page, *, everything: bool) -> str:
    """Render significant effects, others, the kept workflow, what is unknown, and what to do next."""
    if not found.observations:
        return "No work is judged yet.\nNext: twiceshy judge"
    known = [one for one in found.found if one.refusal is None]
    significant = [one for one in known if one.q <= _SIGNIFICANT_Q]
    others = [one for one in known if one.q > _SIGNIFICANT_Q]
    lines = [*wrap(_describe_verdict(found, len(significant)), page.width), *wrap(_CAUTION, page.width), ""]
    lines += [line for one in significant for line in effect_lines(one, page)]
    lines += _rule_lines(found.found, page.width)
    lines += _other_lines(significant, others, page, everything=everything)
    lines += _compliance_lines(found.compliance, page)
    if everything:
        lines += [page.dim(line) for line in _describe_unmeasured(found.found)]
        lines += ["", _draw_outcomes(found.unknown, page)]
    lines += ["", f"The cases behind the first line: twiceshy history {known[0].exposure}" if known else _MORE_WORK]
    return "\n".join(lines)


def _describe_verdict(found: Effects, significant: int) -> str:
    """Describe how many habits make a difference that chance does not explain."""
    looked_at = f"in {number(found.observations)} edits and tasks of {plural(found.sessions, 'session')}"
    if not significant:
        return f"No habit clearly goes with a better or worse outcome {looked_at}."
    goes = "habit clearly goes" if significant == 1 else "habits clearly go"
    rest = found.tested - significant
    others = f" Of {number(rest)} other questions these sessions cannot tell." if rest else ""
    return f"{number(significant)} {goes} with a better or worse outcome {looked_at}.{others}"


def _rule_lines(found: list[Effect], width: int) -> list[str]:
    """Return what the client itself refuses, in words that call it a rule of the tool."""
    rules = [one for one in found if one.nature == "tool" and one.scope == "all" and one.exposure == "blind-edit"]
    return [line for one in rules for line in wrap(one_line(one.words), width, hang=2)]


def _describe_unmeasured(found: list[Effect]) -> list[str]:
    """Describe how many effects could not be measured, by reason."""
    reasons = Counter(one.refusal for one in found if one.refusal)
    return [f"{number(count)} not measured: {_REASONS.get(why, why)}" for why, count in reasons.most_common()]


def _other_lines(significant: list[Effect], others: list[Effect], page: Page, *, everything: bool) -> list[str]:
    """Return the effects that are not significant: all, the nearest where none is significant, or only how many."""
    if everything:
        shown = others
    elif significant:
        return [page.dim(f"The {number(len(others))} others, which are not significant: --all")] if others else []
    else:
        shown = sorted(others, key=lambda one: one.q)[:_MOST_UNSURE]
    lines = [] if significant else ["Nothing is significant at a false discovery rate of 5 %. Nearest:"]
    return lines + [line for one in shown for line in effect_lines(one, page)]


def effect_lines(effect: Effect, page: Page) -> list[str]:
    """Return the sentence of an effect, and its evidence."""
    words = wrap(one_line(effect.words), page.width, hang=2)
    is_significant = effect.q <= _SIGNIFICANT_Q
    evidence = [
        f"{'significant' if is_significant else 'not significant'}: q = {effect.q:.2g}, p = {effect.p:.2g}",
        plural(effect.sessions, "session"),
        *([plural(effect.projects, "project")] if effect.projects > 1 else []),
        "compared within the same " + ", ".join(effect.within) if effect.within else "all together",
    ]
    head = page.bold(words[0]) if is_significant else words[0]
    return [head, *words[1:], *map(page.dim, wrap("; ".join(evidence), page.width, indent=4))]


def _compliance_lines(rows: list[ComplianceRow], page: Page) -> list[str]:
    """Return the success of tasks that kept and broke the workflow; empty where none was declared."""
    if not rows:
        return []
    columns = (
        Column("declared workflow"),
        Column("risk"),
        Column("success", right=True),
        Column("95 %", right=True),
        Column("tasks", right=True),
        Column("unknown", right=True),
        Column("sessions", right=True),
    )
    cells = [
        (
            "kept" if row.compliant else "broken",
            row.band or "any",
            rate(row.success, 0),
            interval(row.success, 0),
            number(row.success.n),
            number(row.unknown),
            number(row.sessions),
        )
        for row in rows
    ]
    return ["", draw_table(columns, cells, page)]


def _draw_outcomes(rows: list[OutcomeRow], page: Page) -> str:
    """Draw how often each outcome happened where the log tells, and how often it does not."""
    columns = (
        Column("how often"),
        Column("happened", right=True),
        Column("of", right=True),
        Column("not known", right=True),
    )
    cells = [
        (f"{row.unit} {row.outcome}", rate(row.rate, 0), number(row.rate.n), number(row.unknown))
        for row in rows
        if row.rate.n
    ]
    return draw_table(columns, cells, page)
