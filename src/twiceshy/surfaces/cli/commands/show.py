"""One record: a session's timeline, an error's history, a command's run, a lesson, or a file's edits.

ID is a session (s-…), an error (e-…), a run (r-…) or a lesson (l-…) by any unique beginning of its id, or the path of a
file. A session shows prompts, calls, failures with their error's id, edits with lines added and removed, rejections
with your words, interrupts and compactions; subagents are folded into one line each.
"""

import argparse
import sys
from datetime import datetime

from twiceshy.config import Config
from twiceshy.facts.stats.durations import format_duration
from twiceshy.records.executions import ChoiceRow, RunStory
from twiceshy.records.values import Scope
from twiceshy.records.views import ErrorHistory, FileHistory, Timeline
from twiceshy.surfaces.cli import timeline
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import (
    Column,
    Pen,
    cut,
    draw_table,
    number,
    one_line,
    pen_for,
    plural,
    short_date,
    terminal_width,
)
from twiceshy.surfaces.cli.filters import add_filters, parse_since

EXAMPLE = "twiceshy show s-91c0"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the id and how much to show."""
    parser.add_argument(
        "id", metavar="ID", help="s-… (a session), e-… (an error), r-… (a run), l-… (a lesson) or a file's path"
    )
    parser.add_argument("--all", action="store_true", help="unfold subagents; thinking and notices too")
    parser.add_argument("--full", action="store_true", help="whole texts and results instead of their beginnings")
    add_filters(parser)


def run(args: argparse.Namespace, config: Config) -> int:
    """Find it and show it."""
    from twiceshy.flows.look import show  # noqa: PLC0415  # `--help` need not pay for it

    now = datetime.now().astimezone()
    if args.id.lower().startswith("l-"):
        return _show_lesson(args, config, now)
    found = show(config, args.id, Scope(project=args.project, since=parse_since(args.since, now)), full=args.full)
    width, pen = terminal_width(), pen_for(sys.stdout, no_color=args.no_color)
    if args.json:
        kind = {Timeline: "timeline", ErrorHistory: "error", RunStory: "run", FileHistory: "file"}[type(found)]
        print(to_json("show", {kind: found}))
    elif isinstance(found, Timeline):
        print(timeline.render_timeline(found, width, pen, now.tzinfo, everything=args.all, full=args.full))
    elif isinstance(found, ErrorHistory):
        print(_render_error(found, now, width, pen))
    elif isinstance(found, RunStory):
        print(_render_run(found, now, pen))
    else:
        print(_render_file(found, now, width, pen))
    return 0


def _show_lesson(args: argparse.Namespace, config: Config, now: datetime) -> int:
    """Show a lesson with its evidence, and return the exit code."""
    from twiceshy.flows.lessons import show_lesson  # noqa: PLC0415  # only for lessons
    from twiceshy.surfaces.cli.draw_lesson import render_lesson  # noqa: PLC0415

    found = show_lesson(config, args.id, now)
    pen = pen_for(sys.stdout, no_color=args.no_color)
    print(to_json("show", {"lesson": found}) if args.json else render_lesson(found, now, pen))
    return 0


def _render_error(found: ErrorHistory, now: datetime, width: int, pen: Pen) -> str:
    """Render the message, how often, what followed, and the newest examples."""
    seen = f"first {short_date(found.first_at, now)}, last {short_date(found.last_at, now)}"
    lines = [
        f"{pen.bold(found.id)} · {cut(one_line(found.message), width - 13)}",
        f"{plural(found.count, 'time')} in {plural(found.sessions, 'session')}, {seen}",
    ]
    if found.followed:
        lines += ["", "What the agent did next"]
        columns = (
            Column("next call", flexible=True),
            Column("times", right=True),
            Column("failed", right=True),
            Column("with this error", right=True),
        )
        rows = [
            (step.action, number(step.count), number(step.failed), number(step.same_error)) for step in found.followed
        ]
        lines.append(draw_table(columns, rows, width, pen))
    lines += ["", "Examples"]
    for example in found.examples:
        place = f"{example.session}  {short_date(example.at, now)}, {one_line(example.project)}"
        lines.append(f"{place}: {one_line(example.tool)} {cut(one_line(example.about), width // 2)}")
        lines.append("  " + cut(one_line(example.text), width - 2))
    return "\n".join(lines)


def _render_run(found: RunStory, now: datetime, pen: Pen) -> str:
    """Render what ran, how it ended, what was measured and what matched."""
    run = found.run
    ended = f"{format_duration(run.runtime_s)}, status {run.status}, ended by {run.reason.replace('_', ' ')}"
    output = f"{plural(run.lines, 'line')}, longest silence {format_duration(run.longest_silence_s)}"
    lines = [f"{pen.bold(run.id)} · {one_line(run.command)}", f"{short_date(run.at, now)}: {ended}; {output}", ""]
    lines += [
        f"  {name.replace('_', ' ')}: {one_line(str(value))}"
        for name, value in found.details.items()
        if value not in {None, ""}
    ]
    ends = {metric.metric_name: metric.metric_value for metric in found.metrics}
    lines += [f"  {name.replace('_', ' ')}: {value:g}" for name, value in ends.items() if name != "memory_mb"]
    for choice in found.choices:
        lines.append(f"  {_describe_choice(choice)}")
    for match in found.matches:
        where = (
            f"{match.stream_source} line {number(match.line_number)}, after {format_duration(match.timestamp_offset)}"
        )
        lines += ["", f"{match.kind} {one_line(match.pattern)} · {where}", f"  {one_line(match.line_content)}"]
    for sample in found.samples:
        if sample.sample_type == "missed_error":
            lines += ["", "Failed without a match; its last lines:"]
            lines += [f"  {one_line(line)}" for line in sample.content.splitlines()]
    return "\n".join(lines)


def _describe_choice(choice: ChoiceRow) -> str:
    """Describe what ``auto`` took, in one line."""
    words = f"auto {choice.kind.removesuffix('_s').replace('_', ' ')}: "
    words += f"{one_line(choice.value)} ({choice.origin})" if choice.value else "nothing"
    if choice.ended:
        words += "; it ended the run"
        words += "" if choice.saved_s is None else f", {format_duration(choice.saved_s)} before its usual end"
    if choice.wrong is not None:
        words += ", wrongly by feedback" if choice.wrong else ", rightly by feedback"
    return words


def _render_file(found: FileHistory, now: datetime, width: int, pen: Pen) -> str:
    """Render the path, how often, and the newest edits."""
    counts = (
        f"{plural(found.total, 'edit')}, {plural(found.reads, 'read')}, {plural(found.failed_edits, 'failed edit')}"
    )
    columns = (Column("when"), Column("session"), Column("lines", right=True), Column("", flexible=True))
    rows = []
    for edit in found.edits:
        change, _, note = timeline.describe_change(edit).partition(" -")
        lines, _, note = note.partition(" ")
        rows.append((short_date(edit.at, now), edit.session, f"{change} -{lines}", note))
    head = f"{pen.bold(one_line(found.path))} · {one_line(found.project)}"
    text = f"{head}\n{counts}\n\n{draw_table(columns, rows, width, pen)}"
    if found.total > len(found.edits):
        text += "\n" + pen.dim(f"the newest {number(len(found.edits))} of {number(found.total)}")
    return text
