"""Recorded runs of commands: list them, sum them up, find what is unusual, get limits to paste, remove them.

`list` has the newest runs; `stats` sums them up by command and by pattern; `analyze timing` has each command's limits,
`analyze patterns` what became of patterns and which lines tell a command's failed runs from its good ones, `analyze
anomalies` runs unlike the others; `suggest COMMAND` gives a line to paste, from the command's runs in this folder and
in agents' logs, with its evidence; `clear` removes runs (all, with everything learned from them, unless --older-than).
"""

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.facts.stats.durations import format_duration, format_option
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import (
    Column,
    Pen,
    draw_table,
    number,
    one_line,
    pen_for,
    plural,
    short_date,
    terminal_width,
)
from twiceshy.surfaces.cli.filters import parse_since

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twiceshy.flows.command import CommandPatterns, CommandTiming, RunAnomaly, RunSuggestion
    from twiceshy.records.executions import CommandFigures, PatternFigures

EXAMPLE = "twiceshy runs suggest 'npm test'"
_ACTIONS = ("list", "stats", "analyze", "suggest", "clear")
_ANALYSES = ("timing", "patterns", "anomalies")
_LIMIT = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, with which command, and how much to show."""
    parser.add_argument("action", nargs="?", default="list", choices=_ACTIONS)
    parser.add_argument("words", nargs="*", metavar="WORD", help="what to analyze, or the command for suggest")
    parser.add_argument("--limit", metavar="N", type=int, default=_LIMIT, help=f"at most so many rows ({_LIMIT})")
    parser.add_argument("--older-than", metavar="WHEN", help="clear: only runs before 36h, 30d, 4w or 2026-11-01")
    parser.add_argument("--yes", action="store_true", help="clear: do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    acts = {"list": _list, "stats": _summarize, "analyze": _analyze, "suggest": _suggest, "clear": _clear}
    print(acts[args.action](args, config))
    return 0


def _pen_of(args: argparse.Namespace) -> Pen:
    """Return a pen for stdout."""
    return pen_for(sys.stdout, no_color=args.no_color)


def _list(args: argparse.Namespace, config: Config) -> str:
    """Return the newest runs."""
    from twiceshy.flows import command  # noqa: PLC0415  # `--help` need not pay for it

    found = command.list_runs(config, args.limit)
    if args.json:
        return to_json("runs-list", {"runs": found})
    now = datetime.now().astimezone()
    columns = (
        Column("run"),
        Column("when"),
        Column("took", right=True),
        Column("status", right=True),
        Column("ended by"),
        Column("command", flexible=True),
    )
    rows = [
        (
            run.id,
            short_date(run.at, now),
            format_duration(run.runtime_s),
            str(run.status),
            run.reason.replace("_", " "),
            run.command,
        )
        for run in found
    ]
    return (
        draw_table(columns, rows, terminal_width(), _pen_of(args))
        if rows
        else "No run is recorded. See `twiceshy run`."
    )


def _summarize(args: argparse.Namespace, config: Config) -> str:
    """Return runs by command, and patterns."""
    from twiceshy.flows import command  # noqa: PLC0415

    found = command.summarize_runs(config, args.limit)
    if args.json:
        return to_json("runs-stats", found)
    return f"{_command_table(found.commands, args)}\n\n{_pattern_table(found.patterns, args)}"


def _command_table(found: "Sequence[CommandFigures]", args: argparse.Namespace) -> str:
    """Render a row for each command."""
    columns = (
        Column("command", flexible=True),
        Column("runs", right=True),
        Column("failed", right=True),
        Column("ended early", right=True),
        Column("median", right=True),
        Column("longest", right=True),
    )
    rows = [
        (
            one.command,
            number(one.runs),
            number(one.failed),
            number(one.ended_early),
            format_duration(one.median_s),
            format_duration(one.longest_s),
        )
        for one in found
    ]
    return (
        draw_table(columns, rows, terminal_width(), _pen_of(args))
        if rows
        else "No run is recorded. See `twiceshy run`."
    )


def _pattern_table(found: "Sequence[PatternFigures]", args: argparse.Namespace) -> str:
    """Render a row for each pattern."""
    columns = (
        Column("pattern", flexible=True),
        Column("runs", right=True),
        Column("matched", right=True),
        Column("right", right=True),
        Column("false", right=True),
        Column("missed", right=True),
        Column("score", right=True),
    )
    rows = [
        (
            one.pattern,
            number(one.uses),
            number(one.matched),
            number(one.right),
            number(one.false_positives),
            number(one.missed),
            "" if one.score is None else f"{one.score:.2f}",
        )
        for one in found
    ]
    return draw_table(columns, rows, terminal_width(), _pen_of(args)) if rows else "No pattern was used."


def _learned_table(found: "Sequence[CommandPatterns]", args: argparse.Namespace) -> str:
    """Render a row for each command and pattern."""
    columns = (
        Column("command"),
        Column("learned pattern", flexible=True),
        Column("from"),
        Column("failed runs", right=True),
        Column("good runs", right=True),
        Column("saves", right=True),
        Column("auto"),
    )
    rows = [
        (
            one_line(command.command),
            pattern.pattern,
            pattern.origin,
            f"{pattern.failed_hit} of {pattern.failed_runs}",
            f"{pattern.good_hit} of {pattern.good_runs}",
            "" if pattern.saved_share is None else f"{pattern.saved_share:.0%}",
            "refused" if pattern.refused else "takes it" if pattern.chosen else "",
        )
        for command in found
        for pattern in command.patterns
    ]
    if not rows:
        return "No line is known that tells a command's failed runs from its good ones (4 of each are needed)."
    return draw_table(columns, rows, terminal_width(), _pen_of(args))


def _timing_table(found: "Sequence[CommandTiming]", args: argparse.Namespace) -> str:
    """Render a row for each command and limit."""
    columns = (
        Column("command", flexible=True),
        Column("option"),
        Column("takes", right=True),
        Column("estimate", right=True),
        Column("median", right=True),
        Column("longest", right=True),
        Column("runs", right=True),
    )
    rows: list[tuple[str, ...]] = []
    for one in found:
        name = one_line(one.command)
        rows += [
            (
                name,
                limit.option,
                format_duration(limit.value_s),
                format_duration(limit.low_s),
                format_duration(limit.median_s),
                format_duration(limit.longest_s),
                f"{limit.runs} {_describe_place(here=limit.here)}",
            )
            for limit in one.limits
        ]
        if one.delay_s is not None:
            rows.append((name, "--delay-exit", format_duration(one.delay_s), "", "", "", "here"))
        if not one.limits:
            rows.append((name, "too little data", "", "", "", "", f"{one.runs} of {one.needed}"))
    return (
        draw_table(columns, rows, terminal_width(), _pen_of(args))
        if rows
        else "No run is recorded. See `twiceshy run`."
    )


def _analyze(args: argparse.Namespace, config: Config) -> str:
    """Return times, patterns or anomalies."""
    from twiceshy.flows import command  # noqa: PLC0415

    what = args.words[0] if len(args.words) == 1 else ""
    if what not in _ANALYSES:
        raise UsageError(f"say what to analyze: {', '.join(_ANALYSES)}.")
    if what == "patterns":
        used, learned = (
            command.summarize_runs(config, args.limit).patterns,
            command.list_patterns(config, args.limit),
        )
        if args.json:
            return to_json("runs-patterns", {"patterns": used, "commands": learned})
        return f"{_pattern_table(used, args)}\n\n{_learned_table(learned, args)}"
    if what == "timing":
        found = command.list_timings(config, args.limit)
        return to_json("runs-timing", {"commands": found}) if args.json else _timing_table(found, args)
    alarms = command.list_anomalies(config, args.limit)
    if args.json:
        return to_json("runs-anomalies", {"anomalies": alarms})
    if not alarms:
        return "No run stands out against its command's own past (a command needs 8 runs for that)."
    return "\n".join(_describe_anomaly(one) for one in alarms)


def _describe_anomaly(alarm: "RunAnomaly") -> str:
    """Describe one anomaly in words."""
    start = f"{alarm.id}  {alarm.at[:16].replace('T', ' ')}  {one_line(alarm.command)}: "
    if alarm.value is None or alarm.usual is None or alarm.limit is None:
        return start + "an error that none of its runs had before"
    if alarm.what == "lines":
        return start + f"{alarm.value:,.0f} lines; usual {alarm.usual:,.0f}, at most {alarm.limit:,.0f} expected"
    words = "took" if alarm.what == "runtime" else "was silent for"
    return (
        start + f"{words} {format_duration(alarm.value)}; usual {format_duration(alarm.usual)}, "
        f"at most {format_duration(alarm.limit)} expected"
    )


def _suggest(args: argparse.Namespace, config: Config) -> str:
    """Return a line to paste, or why there is none."""
    from twiceshy.flows import command  # noqa: PLC0415

    if not args.words:
        raise UsageError("say which command: twiceshy runs suggest 'npm test'.")
    found = command.suggest(config, args.words, str(Path.cwd()))
    if args.json:
        return to_json("runs-suggest", found)
    if not found.line:
        return (
            f"Too little data: {plural(found.runs_here, 'run')} of `{one_line(found.command)}` here, "
            f"{number(found.runs_anywhere)} anywhere; {found.needed} that finished are needed."
        )
    lines = [one_line(found.line), ""]
    for one in found.limits:
        cut = f", {one.cut} cut off" if one.cut else ""
        lines.append(
            f"  {one.option} {format_option(one.value_s)}: {plural(one.runs, 'run')} "
            f"{_describe_place(here=one.here)}{cut}; "
            f"median {format_duration(one.median_s)}, longest {format_duration(one.longest_s)}; "
            f"99.5 % need less than {format_duration(one.low_s)} to {format_duration(one.value_s)} (95 % bound)"
        )
    return "\n".join([*lines, f"  {_describe_patterns(found)}"])


def _describe_patterns(found: "RunSuggestion") -> str:
    """Describe what is known of the lines of the command's failed runs."""
    one = found.patterns
    if one is None:
        words = f"--match auto: the starting patterns for {found.starting}. " if found.starting else ""
        return (
            f"{words}Learned patterns: too little data, or no line tells failed runs from good ones here "
            f"({found.failed_needed} failed and {found.good_needed} good runs are needed)"
        )
    words = "--match: " if one.confident else f"not enough for --match auto yet: {' or '.join(one.patterns)}: "
    return (
        f"{words}{one.failed_hit} of {one.failed_runs} failed runs here had such a line "
        f"(recall {one.recall.low:.2f}-{one.recall.high:.2f}), none of {one.good_runs} good ones "
        f"(precision {one.precision.low:.2f}-{one.precision.high:.2f}); "
        f"{one.saved_share:.0%} of their time came after it"
    )


def _describe_place(*, here: bool) -> str:
    """Describe where the runs were."""
    return "here" if here else "anywhere"


def _clear(args: argparse.Namespace, config: Config) -> str:
    """Remove runs, and return how many."""
    from twiceshy.flows import command  # noqa: PLC0415

    if not args.yes and not _confirm():
        return "Nothing was removed."
    count = command.clear(config, parse_since(args.older_than, datetime.now().astimezone()))
    return to_json("runs-clear", {"runs": count}) if args.json else f"{plural(count, 'run')} removed."


def _confirm() -> bool:
    """Ask the person at the terminal whether to remove them.

    Raises:
        UsageError: there is no terminal to ask at.
    """
    if not sys.stdin.isatty():
        raise UsageError("this removes runs for good and there is no terminal to ask at: add --yes.")
    sys.stderr.write("Remove recorded runs for good? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
