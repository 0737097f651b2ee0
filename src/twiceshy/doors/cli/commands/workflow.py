"""Show whether the declared workflow was kept, and whether each of its steps pays; write a first workflow file.

`check` compares one session, or the newest ones, with the workflow that their project declares in
`.twiceshy/workflow.toml` or in planning.md, AGENTS.md or CLAUDE.md. It shows compliance (all mandatory steps kept), the
score (share of the steps that applied), and each violation with the calls that prove it. `worth` (also `suggest`)
compares the outcomes of tasks that kept and broke each step, declared or of a preset, and says keep, promote or demote;
where this project alone cannot tell, what all projects together say, shrunk: likely, unlikely or open, with the
interval. --patch prints it as a patch of the file. `init` writes the file, and never over an existing one.
"""

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.filters import add_filters, find_scope, parse_positive
from twiceshy.judgement import recipes as judge
from twiceshy.recipes import look
from twiceshy.records.workflow import Share, StepAdvice, StepSuggestion, Violation, WorkflowCheck
from twiceshy.screens.terminal.formats import cut, number, one_line, percent, plural, short_date, signed, signed_range
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer, terminal_width
from twiceshy.stats.text.quoting import show_invisible

if TYPE_CHECKING:
    from twiceshy.judgement.recipes import WorkflowAdvice

EXAMPLE = "twiceshy workflow check s-91c0"
_ACTIONS = ("check", "worth", "init")


def _name_action(word: str) -> str:
    """Return our name of an action; ``suggest`` is an older one for ``worth``."""
    return "worth" if word == "suggest" else word


PRESETS = ("careful", "theauditor")
_LAST_SESSIONS = 10  # sessions (guess, 2026-11-21)
_MOST_SHOWN = 10  # violations (guess, 2026-11-21)
_MOST_PROOFS = 3  # calls that prove a violation (guess, 2026-11-21)
_YES_NO = {True: "yes", False: "no", None: "-"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do and about which sessions."""
    parser.add_argument("action", type=_name_action, choices=_ACTIONS)
    parser.add_argument("session", nargs="?", metavar="SESSION", help="check: one session's id")
    parser.add_argument(
        "--last",
        metavar="N",
        type=parse_positive,
        default=_LAST_SESSIONS,
        help=f"check: the newest N ({_LAST_SESSIONS})",
    )
    parser.add_argument("--patch", action="store_true", help="worth: print only the patch for workflow.toml")
    parser.add_argument(
        "--everywhere", action="store_true", help="worth: count sessions of all projects, not only of this one"
    )
    parser.add_argument(
        "--outcome",
        choices=("corrected", "rejected", "rolled-back", "unfinished", "red-tests"),
        default="corrected",
        help="worth: which outcome to compare (corrected)",
    )
    parser.add_argument(
        "--preset",
        choices=PRESETS,
        help=f"check: compare with this preset, whatever is declared; worth, init: which one ({PRESETS[0]})",
    )
    add_filters(parser)


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    if args.session and args.action != "check":
        raise UsageError(f"`workflow {args.action}` takes no session.")
    return {"check": _check, "worth": _suggest, "init": _begin}[args.action](args, config)


def _check(args: argparse.Namespace, config: Config) -> int:
    """Show one session in full, or a line for each session."""
    workflows = judge.Workflows(Path.cwd(), args.preset or "")
    found = judge.check_sessions(config, workflows, args.session, find_scope(args, config), args.last)
    asked = f" --preset {args.preset}" if args.preset else ""

    def render(page: Page) -> str:
        if args.session:
            return render_session(found[0], config, page)
        return _render_list(found, page, asked) if found else "No session is stored. Next: twiceshy ingest"

    return print_answer(args, "workflow-check", {"sessions": found}, render)


def _render_list(found: list[WorkflowCheck], page: Page, asked: str) -> str:
    """Render a row for each session, and what was declared; ``asked`` is the preset to ask for again."""
    columns = (
        Column("session"),
        Column("when"),
        Column("compliant"),
        Column("score", right=True),
        Column("broken steps", flexible=True),
    )
    rows = [
        (
            one.place.id,
            short_date(one.place.at, page.now),
            _YES_NO[one.compliance.compliant],
            _format_score(one.compliance.score),
            _describe_broken_steps(one),
        )
        for one in found
    ]
    declared = [one for one in found if one.workflow.steps]
    broken = [one for one in found if one.said.startswith("cannot be read")]
    lines = [draw_table(columns, rows, page), ""]
    lines += sorted(
        {f"{one_line(one.place.project_name)}: {one.said}{_describe_unread(one)}" for one in (*declared, *broken)}
    )
    if without := len(found) - len(declared) - len(broken):
        lines.append(f"{plural(without, 'session')} without a declared workflow.")
    next_one = next((one for one in declared if one.compliance.violations), None)
    if next_one:
        lines.append(f"Next: twiceshy workflow check {next_one.place.id}{asked}")
    elif not declared and not broken:
        lines.append("Next: twiceshy workflow init   (in a project's folder)")
    return "\n".join(lines)


def _describe_unread(one: WorkflowCheck) -> str:
    """Describe how many marked lines name no step that can be checked."""
    count = len(one.workflow.unread)
    return f" ({plural(count, 'marked line')} not understood; check one session to list them)" if count else ""


def _describe_broken_steps(one: WorkflowCheck) -> str:
    """Describe the broken steps with how often, or why there are none."""
    if not one.workflow.steps:
        return one_line(one.said)
    named = [f"{step.step} {number(len(step.broken))}" for step in one.compliance.steps if step.broken]
    return ", ".join(named) or ("none" if one.compliance.score is not None else "no step applied")


def render_session(one: WorkflowCheck, config: Config, page: Page) -> str:
    """Render compliance, each step, and each violation with its calls."""
    found, width = one.compliance, terminal_width()
    lines = [
        f"{page.bold(one.place.id)} · {one_line(one.place.project_name)} · {short_date(one.place.at, page.now)}",
        one_line(one.said),
    ]
    lines += [
        page.dim(f"not understood: {each.place.file}:{each.place.line} {cut(one_line(each.text), 80)}")
        for each in one.workflow.unread
    ]
    if not one.workflow.steps:
        return "\n".join([*lines, "Next: twiceshy workflow init   (in the project's folder)"])
    lines += ["", f"compliant: {_YES_NO[found.compliant]}   score: {_format_score(found.score) or '-'}"]
    if one.passed_of_four is not None:
        lines.append(f"TheAuditor's own score (passed / 4): {one.passed_of_four:.2f}")
    rows = [
        (step.step, step.level, step.verdict.replace("-", " "), number(len(step.kept)), number(len(step.broken)))
        for step in found.steps
    ]
    columns = (
        Column("step", flexible=True),
        Column("level"),
        Column("verdict"),
        Column("kept", right=True),
        Column("broken", right=True),
    )
    lines += ["", draw_table(columns, rows, page)]
    shown = found.violations[:_MOST_SHOWN]
    if shown:
        lines += ["", *(line for each in shown for line in _violation_lines(each, config, width, page.now))]
    if len(found.violations) > len(shown):
        lines.append(page.dim(f"{number(len(found.violations) - len(shown))} more: --json lists all"))
    return "\n".join([*lines, "", f"Next: twiceshy show {one.place.id}"])


def _violation_lines(each: Violation, config: Config, width: int, now: datetime) -> list[str]:
    """Return what was broken about which file, and the calls that prove it."""
    about = f" {one_line(each.path)}" if each.path else ""
    lines = [cut(f"{each.step}:{about} {each.why}", width)]
    lines += [
        cut(f"  {uid.hex()[:8]}  {short_date(call.at, now)}  {one_line(call.tool)} {one_line(call.about)}", width)
        for uid in each.events[:_MOST_PROOFS]
        for call in look.read_proof_calls(config, [uid.hex()])
    ]
    more = len(each.events) - _MOST_PROOFS
    return [*lines, f"  and {number(more)} more"] if more > 0 else lines


def _format_score(value: float | None) -> str:
    """Format a score with two digits; empty where there is none."""
    return "" if value is None else f"{value:.2f}"


def _suggest(args: argparse.Namespace, config: Config) -> int:
    """Show a row for each step, why, and the patch."""
    scope = find_scope(args, config) if args.everywhere or args.project or args.since else None
    found = judge.suggest_changes(config, Path.cwd(), scope, args.preset or PRESETS[0], args.outcome)
    if args.patch and not args.json:
        sys.stdout.write(show_invisible(found.patch) if sys.stdout.isatty() else found.patch)
        return 0
    return print_answer(
        args, "workflow-suggest", found._asdict(), lambda page: _render_suggestions(found, args.outcome, page)
    )


def _render_suggestions(found: "WorkflowAdvice", outcome: str, page: Page) -> str:
    """Render a row for each step, the reasons, and the next command."""
    columns = (
        Column("step"),
        Column("advice"),
        Column("kept", right=True),
        Column("broken", right=True),
        Column("all projects", flexible=True),
    )
    rows = [
        (one.step.slug, one.advice, _format_share(one.kept), _format_share(one.violated), _format_pooled(one))
        for one in found.suggestions
    ]
    counted = f"{plural(found.sessions, 'session')}, {number(found.judged)} judged"
    lines = [
        f"{outcome} after tasks that kept and broke each step; {counted} · {found.said}",
        "",
        draw_table(columns, rows, page),
        "",
        *(
            f"{one.step.slug}: {_describe_levels(one)}; {one.why}{_format_difference(one)}{_describe_source(one)}"
            for one in found.suggestions
        ),
        "",
        "All projects: what breaking it adds to the share, in points, with its 95 % interval; each project compared",
        "with itself, and drawn toward what all have in common the more, the less is known of it.",
        "An association is not a cause: tasks that skip a step may differ in other ways.",
    ]
    lines += [f"Change by hand, as it is not written in workflow.toml's own form: {slug}" for slug in found.by_hand]
    if not found.sessions:
        lines.append("No session of this project is stored. Next: twiceshy workflow worth --everywhere")
    elif not found.judged:
        lines.append("Next: twiceshy judge")
    elif found.patch:
        lines.append("Next: twiceshy workflow worth --patch | git apply")
    return "\n".join(lines)


def _describe_levels(one: StepSuggestion) -> str:
    """Describe the level, and the one that the advice leads to."""
    now = one.now or "not declared"
    return f"{now}, to {one.to or 'off'}" if one.advice in {StepAdvice.PROMOTE, StepAdvice.DEMOTE} else now


def _format_share(found: Share) -> str:
    """Format a share: ``10 % of 31``."""
    return f"{percent(found.rate)} of {number(found.n)}" if found.rate is not None else "none"


def _format_difference(one: StepSuggestion) -> str:
    """Format the project's own difference in percentage points, with its interval."""
    if one.difference is None or one.low is None or one.high is None:
        return ""
    return f": {signed(100 * one.difference)} ({signed_range(100 * one.low, 100 * one.high)})"


def _format_pooled(one: StepSuggestion) -> str:
    """Format what all projects say: ``+8 (-3 to +19)``."""
    found = one.pooled
    return f"{signed(100 * found.estimate)} ({signed_range(100 * found.low, 100 * found.high)})"


def _describe_source(one: StepSuggestion) -> str:
    """Describe what the pooled answer stands on."""
    found = one.pooled
    stands = f"{plural(found.sessions, 'session')} of {plural(found.projects, 'project')}"
    return f"; worse with {percent(found.harmful)} certainty, pooled from {stands}"


def _begin(args: argparse.Namespace, _: Config) -> int:
    """Write the file, and say where it is."""
    preset = args.preset or PRESETS[0]
    path = judge.create_workflow_file(Path.cwd(), preset)
    said = f"Wrote {path} with the preset {preset}.\nNext: twiceshy workflow check"
    return print_answer(args, "workflow-init", {"path": path, "preset": preset}, lambda _: said)
