"""Declared ways of working: were they kept, is each step worth it, and a file to begin with.

`check` holds one session, or the newest ones, against the workflow that their project declares in
`.twiceshy/workflow.toml` or marks in planning.md, AGENTS.md or CLAUDE.md: compliance (all mandatory steps kept), score
(share of the steps that applied), and each violation with the calls that prove it. `suggest` compares what became of
tasks that kept and broke each step, and of a preset's steps that are not declared, and says keep, promote, demote or
undecided; with --patch as a patch of the file. `init` writes the file, and never over one that is there.
"""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.records.look import Scope
from twiceshy.records.workflow import Advice, Checked, Share, Suggestion, Violation
from twiceshy.surfaces.cli.as_json import answer
from twiceshy.surfaces.cli.draw import Column, Pen, cut, number, one_line, pen_for, plural, table, terminal_width, when
from twiceshy.surfaces.cli.filters import add_filters, moment, positive

EXAMPLE = "twiceshy workflow check s-91c0"
ACTIONS = ("check", "suggest", "init")
PRESETS = ("careful", "theauditor")
LAST = 10
MOST_SHOWN = 10
MOST_PROOFS = 3
YES_NO = {True: "yes", False: "no", None: "-"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do and about which sessions."""
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("session", nargs="?", metavar="SESSION", help="check: one session's id")
    parser.add_argument("--last", metavar="N", type=positive, default=LAST, help=f"check: the newest N ({LAST})")
    parser.add_argument("--patch", action="store_true", help="suggest: print only the patch of workflow.toml")
    parser.add_argument(
        "--everywhere", action="store_true", help="suggest: count sessions of all projects, not only of this one"
    )
    parser.add_argument(
        "--outcome",
        choices=("corrected", "rejected", "rolled-back", "unfinished", "red-tests"),
        default="corrected",
        help="suggest: what to count as bad (corrected)",
    )
    parser.add_argument(
        "--preset",
        choices=PRESETS,
        help=f"check: hold sessions against it, whatever is declared; suggest, init: which one ({PRESETS[0]})",
    )
    add_filters(parser)


def run(args: argparse.Namespace, config: Config) -> int:
    """Do it."""
    if args.session and args.action != "check":
        raise UsageError(f"`workflow {args.action}` takes no session.")
    print({"check": checked, "suggest": suggested, "init": begun}[args.action](args, config), end="")
    return 0


def scope_of(args: argparse.Namespace) -> Scope:
    """Whose sessions were asked for."""
    return Scope(project=args.project, since=moment(args.since, datetime.now().astimezone()))


def checked(args: argparse.Namespace, config: Config) -> str:
    """One session in full, or a line a session."""
    from twiceshy.flows import workflow  # noqa: PLC0415  # `--help` need not pay for it

    workflows = workflow.Workflows(Path.cwd(), args.preset or "")
    found = workflow.checked(config, workflows, args.session, scope_of(args), args.last)
    if args.json:
        return answer("workflow-check", {"sessions": found}) + "\n"
    pen, now = pen_for(sys.stdout, no_color=args.no_color), datetime.now().astimezone()
    if args.session:
        return in_full(found[0], config, pen, now)
    if not found:
        return "No session is stored. See `twiceshy ingest`.\n"
    return listed(found, pen, now, f" --preset {args.preset}" if args.preset else "")


def listed(found: list[Checked], pen: Pen, now: datetime, asked: str) -> str:
    """A row a session, and what was declared; ``asked`` is the preset to ask for again."""
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
            when(one.place.at, now),
            YES_NO[one.compliance.compliant],
            score(one.compliance.score),
            broken_steps(one),
        )
        for one in found
    ]
    declared = [one for one in found if one.workflow.steps]
    broken = [one for one in found if one.said.startswith("cannot be read")]
    lines = [table(columns, rows, terminal_width(), pen), ""]
    lines += sorted({f"{one_line(one.place.project_name)}: {one.said}{unread(one)}" for one in (*declared, *broken)})
    if without := len(found) - len(declared) - len(broken):
        lines.append(f"{plural(without, 'session')} without a workflow: nothing declared, so nothing to keep.")
    next_one = next((one for one in declared if one.compliance.violations), None)
    if next_one:
        lines.append(f"Next: twiceshy workflow check {next_one.place.id}{asked}")
    elif not declared and not broken:
        lines.append("Next: twiceshy workflow init   (in a project's folder)")
    return "\n".join(lines) + "\n"


def unread(one: Checked) -> str:
    """How many marked lines say nothing that can be checked."""
    count = len(one.workflow.unread)
    return f" ({plural(count, 'marked line')} not read; asked for one session, they are listed)" if count else ""


def broken_steps(one: Checked) -> str:
    """The broken steps with how often, or why there are none."""
    if not one.workflow.steps:
        return one_line(one.said)
    named = [f"{step.step} {number(len(step.broken))}" for step in one.compliance.steps if step.broken]
    return ", ".join(named) or ("none" if one.compliance.score is not None else "nothing that a step is about")


def in_full(one: Checked, config: Config, pen: Pen, now: datetime) -> str:
    """Compliance, each step, and each violation with its calls."""
    found, width = one.compliance, terminal_width()
    lines = [
        f"{pen.bold(one.place.id)} · {one_line(one.place.project_name)} · {when(one.place.at, now)}",
        one_line(one.said),
    ]
    lines += [pen.dim(f"not read: {each.place.file}:{each.place.line} {cut(one_line(each.text), 80)}")
              for each in one.workflow.unread]  # fmt: skip
    if not one.workflow.steps:
        return "\n".join([*lines, "Next: twiceshy workflow init   (in the project's folder)"]) + "\n"
    lines += ["", f"compliant: {YES_NO[found.compliant]}   score: {score(found.score) or '-'}"]
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
    lines += ["", table(columns, rows, width, pen)]
    shown = found.violations[:MOST_SHOWN]
    if shown:
        lines += ["", *(line for each in shown for line in violation_lines(each, config, width, now))]
    if len(found.violations) > len(shown):
        lines.append(pen.dim(f"{number(len(found.violations) - len(shown))} more: --json has them all"))
    return "\n".join([*lines, "", f"Next: twiceshy show {one.place.id}"]) + "\n"


def violation_lines(each: Violation, config: Config, width: int, now: datetime) -> list[str]:
    """What was broken about which file, and the calls that prove it."""
    from twiceshy.flows.look import proof_calls  # noqa: PLC0415

    about = f" {one_line(each.path)}" if each.path else ""
    lines = [cut(f"{each.step}:{about} {each.why}", width)]
    lines += [
        cut(f"  {uid.hex()[:8]}  {when(call.at, now)}  {one_line(call.tool)} {one_line(call.about)}", width)
        for uid in each.events[:MOST_PROOFS]
        for call in proof_calls(config, [uid.hex()])
    ]
    more = len(each.events) - MOST_PROOFS
    return [*lines, f"  and {number(more)} more"] if more > 0 else lines


def score(value: float | None) -> str:
    """Two digits, or nothing."""
    return "" if value is None else f"{value:.2f}"


def suggested(args: argparse.Namespace, config: Config) -> str:
    """A row a step, why, and the patch."""
    from twiceshy.flows import workflow_advice  # noqa: PLC0415

    scope = scope_of(args) if args.everywhere or args.project or args.since else None
    found = workflow_advice.suggested(config, Path.cwd(), scope, args.preset or PRESETS[0], args.outcome)
    if args.json:
        return answer("workflow-suggest", found._asdict()) + "\n"
    if args.patch:
        return found.patch
    columns = (
        Column("step"),
        Column("advice"),
        Column("kept", right=True),
        Column("broken", right=True),
        Column("difference", flexible=True),
    )
    rows = [
        (one.step.slug, one.advice, share(one.kept), share(one.violated), difference(one)) for one in found.suggestions
    ]
    counted = f"{plural(found.sessions, 'session')}, {number(found.judged)} judged"
    lines = [
        f"{args.outcome} after tasks that kept and broke each step; {counted} · {found.said}",
        "",
        table(columns, rows, terminal_width(), pen_for(sys.stdout, no_color=args.no_color)),
        "",
        *(f"{one.step.slug}: {levels(one)}; {one.why}" for one in found.suggestions),
        "",
        "An association is not a cause: tasks that skip a step may differ otherwise.",
    ]
    lines += [f"By hand, as it does not stand in workflow.toml's own form: {slug}" for slug in found.by_hand]
    if not found.sessions:
        lines.append("No session of this project is stored. Next: twiceshy workflow suggest --everywhere")
    elif not found.judged:
        lines.append("Next: twiceshy judge")
    elif found.patch:
        lines.append("Next: twiceshy workflow suggest --patch | git apply")
    return "\n".join(lines) + "\n"


def levels(one: Suggestion) -> str:
    """The level, and the one that the advice leads to."""
    now = one.now or "not declared"
    return f"{now}, to {one.to or 'off'}" if one.advice in {Advice.PROMOTE, Advice.DEMOTE} else now


def share(found: Share) -> str:
    """``10% of 31``."""
    return f"{found.rate:.0%} of {number(found.n)}" if found.rate is not None else "none"


def difference(one: Suggestion) -> str:
    """In points of per cent, with its interval."""
    if one.difference is None or one.low is None or one.high is None:
        return ""
    return f"{one.difference * 100:+.0f} ({one.low * 100:+.0f} to {one.high * 100:+.0f})"


def begun(args: argparse.Namespace, config: Config) -> str:
    """Where the file is."""
    from twiceshy.flows import workflow  # noqa: PLC0415

    del config
    preset = args.preset or PRESETS[0]
    path = workflow.begin(Path.cwd(), preset)
    if args.json:
        return answer("workflow-init", {"path": path, "preset": preset}) + "\n"
    return f"Wrote {path} with the preset {preset}.\nNext: twiceshy workflow check\n"
