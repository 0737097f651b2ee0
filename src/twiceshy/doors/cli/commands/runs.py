"""Show recorded runs of commands: list them, sum them up, find what is unusual, get limits to paste, remove them.

`list` shows the newest runs; `stats` sums them up by command and by pattern; `analyze timing` shows each command's
limits, `analyze patterns` what came of patterns and which lines set a command's failed runs apart from its good ones,
`analyze anomalies` runs unlike the others. `suggest COMMAND` prints a line to paste, with its evidence from the
command's runs in this folder and in agents' logs. `clear` removes runs: all, with everything learned from them, or
those that are --older-than a time. `limits COMMAND` is `suggest COMMAND`, and `limits` alone `analyze timing`; for a
command that never ran here, these have its tool's starting patterns, which are not learned.
"""

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.filters import parse_count
from twiceshy.run import recipes as command
from twiceshy.screens.terminal.draw_run import name_ending
from twiceshy.screens.terminal.formats import decimal, number, one_line, percent, plural, short_date
from twiceshy.screens.terminal.page import Column, Page, confirm, draw_table, print_answer, print_text
from twiceshy.stats.durations import format_duration, format_option
from twiceshy.stats.text.relative_times import parse_since

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twiceshy.records.executions import CommandFigures, PatternFigures
    from twiceshy.run.recipes import CommandPatterns, CommandTiming, RunAnomaly, RunSuggestion

EXAMPLE = "twiceshy runs suggest 'npm test'"
_ACTIONS = ("list", "stats", "analyze", "suggest", "limits", "clear")
_ANALYSES = ("timing", "patterns", "anomalies")
_LIMIT = 20  # rows (guess, 2026-11-21)
_NO_RUN = "No run is stored; a run is, a moment after its end. Next: twiceshy run -- COMMAND"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, with which command, and how much to show."""
    parser.add_argument("action", nargs="?", default="list", choices=_ACTIONS)
    parser.add_argument("words", nargs="*", metavar="WORD", help="analyze: what; suggest, limits: the command")
    parser.add_argument("--limit", metavar="N", type=parse_count, default=_LIMIT, help=f"most rows to show ({_LIMIT})")
    parser.add_argument("--older-than", metavar="WHEN", help="clear: only runs older than 36h, 30d, 4w or 2026-11-01")
    parser.add_argument("--yes", action="store_true", help="clear: do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    acts = {
        "list": _list,
        "stats": _summarize,
        "analyze": _analyze,
        "suggest": _suggest,
        "limits": _suggest if args.words else _show_timings,
        "clear": _clear,
    }
    return acts[args.action](args, config)


def _list(args: argparse.Namespace, config: Config) -> int:
    """Show the newest runs."""
    found = command.list_runs(config, args.limit)
    columns = (
        Column("run"),
        Column("when"),
        Column("duration", right=True),
        Column("status", right=True),
        Column("ended by"),
        Column("command", flexible=True),
    )

    def render(page: Page) -> str:
        rows = [
            (
                run.id,
                short_date(run.at, page.now),
                format_duration(run.runtime_s),
                str(run.status),
                name_ending(run.reason),
                run.command,
            )
            for run in found
        ]
        return draw_table(columns, rows, page, empty=_NO_RUN)

    return print_answer(args, "runs-list", {"runs": found}, render)


def _summarize(args: argparse.Namespace, config: Config) -> int:
    """Show runs by command, and patterns."""
    found = command.summarize_runs(config, args.limit)
    return print_answer(
        args,
        "runs-stats",
        found,
        lambda page: f"{_command_table(found.commands, page)}\n\n{_pattern_table(found.patterns, page)}",
    )


def _command_table(found: "Sequence[CommandFigures]", page: Page) -> str:
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
    return draw_table(columns, rows, page, empty=_NO_RUN)


def _pattern_table(found: "Sequence[PatternFigures]", page: Page) -> str:
    """Render a row for each pattern."""
    columns = (
        Column("pattern", flexible=True),
        Column("runs", right=True),
        Column("matched", right=True),
        Column("right", right=True),
        Column("false positives", right=True),
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
            decimal(one.score),
        )
        for one in found
    ]
    return draw_table(columns, rows, page, empty="No pattern was used.")


def _learned_table(found: "Sequence[CommandPatterns]", page: Page) -> str:
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
            percent(pattern.saved_share),
            "refused" if pattern.refused else "yes" if pattern.chosen else "",
        )
        for command in found
        for pattern in command.patterns
    ]
    empty = "No line is known that sets a command's failed runs apart from its good ones (4 of each are needed)."
    return draw_table(columns, rows, page, empty=empty)


def _timing_table(found: "Sequence[CommandTiming]", page: Page) -> str:
    """Render a row for each command and limit."""
    columns = (
        Column("command", flexible=True),
        Column("option"),
        Column("limit", right=True),
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
                format_option(limit.value_s),
                format_duration(limit.median_s or 0.0),
                format_duration(limit.longest_s or 0.0),
                number(limit.runs),
            )
            for limit in one.limits
        ]
        if one.delay_s is not None:
            rows.append((name, "--delay-exit", format_option(one.delay_s), "", "", ""))
        if not one.limits:
            rows.append((name, "no run ended by itself", "", "", "", number(one.runs)))
    return draw_table(columns, rows, page, empty=_NO_RUN)


def _analyze(args: argparse.Namespace, config: Config) -> int:
    """Show times, patterns or anomalies."""
    what = args.words[0] if len(args.words) == 1 else ""
    if what not in _ANALYSES:
        raise UsageError(f"say what to analyze: {', '.join(_ANALYSES)}.")
    if what == "patterns":
        used, learned = command.summarize_runs(config, args.limit).patterns, command.list_patterns(config, args.limit)
        record: dict[str, object] = {"patterns": used, "commands": learned}
        return print_answer(
            args,
            "runs-patterns",
            record,
            lambda page: f"{_pattern_table(used, page)}\n\n{_learned_table(learned, page)}",
        )
    if what == "timing":
        return _show_timings(args, config)
    alarms = command.list_anomalies(config, args.limit)
    nothing = "No run is unusual for its command (it takes 8 runs to tell)."
    said = "\n".join(map(_describe_anomaly, alarms)) or (nothing if command.list_runs(config, 1) else _NO_RUN)
    return print_answer(args, "runs-anomalies", {"anomalies": alarms}, lambda _: said)


def _describe_anomaly(alarm: "RunAnomaly") -> str:
    """Describe one anomaly in words."""
    start = f"{alarm.id}  {alarm.at[:16].replace('T', ' ')}  {one_line(alarm.command)}: "
    if alarm.value is None or alarm.usual is None or alarm.limit is None:
        return start + "an error that none of its earlier runs had"
    if alarm.what == "lines":
        return start + f"{alarm.value:,.0f} lines; usual {alarm.usual:,.0f}, expected at most {alarm.limit:,.0f}"
    words = "took" if alarm.what == "runtime" else "was silent for"
    return (
        start + f"{words} {format_duration(alarm.value)}; usual {format_duration(alarm.usual)}, "
        f"expected at most {format_duration(alarm.limit)}"
    )


def _show_timings(args: argparse.Namespace, config: Config) -> int:
    """Show each command's durations and limits."""
    found = command.list_timings(config, args.limit)
    return print_answer(args, "runs-timing", {"commands": found}, lambda page: _timing_table(found, page))


def _suggest(args: argparse.Namespace, config: Config) -> int:
    """Show a line to paste, or why there is none."""
    if not args.words:
        raise UsageError("say which command: twiceshy runs suggest 'npm test'.")
    found = command.suggest(config, args.words, str(Path.cwd()))
    return print_answer(args, "runs-suggest", found, lambda _: _render_suggestion(found))


def _render_suggestion(found: "RunSuggestion") -> str:
    """Render the line to paste and its evidence, or why there is none."""
    if not found.line:
        return _explain_no_limit(found)
    lines = [one_line(found.line), ""]
    lines += [f"  {one.option} {format_option(one.value_s)}: {one.reason}" for one in found.limits]
    lines += [] if found.limits else [f"  {_explain_no_limit(found)}"]
    lines.append(f"  {_describe_patterns(found)}")
    lines += [f"  starting, not learned: {pattern}" for pattern in found.starting_patterns]
    return "\n".join(lines)


def _explain_no_limit(found: "RunSuggestion") -> str:
    """Say how much too little is known for a limit, and what is usual elsewhere."""
    elsewhere = f" No limit rests on that: {found.elsewhere}." if found.elsewhere else ""
    if not found.runs_here:
        return _describe_unknown(found) + elsewhere
    return (
        f"Too little data: {plural(found.runs_here, 'run')} of `{one_line(found.command)}` here, none of which "
        f"ended by itself.{elsewhere}"
    )


def _describe_unknown(found: "RunSuggestion") -> str:
    """Say that the command has not run in this folder, and what starts its history."""
    name = one_line(found.command)
    if not found.runs_elsewhere:
        return f"No run of `{name}` is known."
    ran = plural(found.runs_elsewhere, "run")
    return f"`{name}` has not run in this folder; {ran} elsewhere. Next: twiceshy run -- {name}"


def _describe_patterns(found: "RunSuggestion") -> str:
    """Describe what is known of the lines of the command's failed runs."""
    one = found.patterns
    if one is None:
        words = f"--match auto: the starting patterns for {found.starting}. " if found.starting else ""
        if not found.runs_here:
            return f"{words}Its runs here will tell which lines mean failure."
        return (
            f"{words}Learned patterns: none yet; either there is too little data here ({found.failed_needed} failed "
            f"and {found.good_needed} good runs are needed), or no line sets failed runs apart from good ones"
        )
    words = "--match: " if one.confident else f"not enough for --match auto yet: {' or '.join(one.patterns)}: "
    return (
        f"{words}{one.failed_hit} of {one.failed_runs} failed runs here had such a line "
        f"(recall {decimal(one.recall.low)}-{decimal(one.recall.high)}), none of {one.good_runs} good ones "
        f"(precision {decimal(one.precision.low)}-{decimal(one.precision.high)}); "
        f"{percent(one.saved_share)} of their time came after it"
    )


def _clear(args: argparse.Namespace, config: Config) -> int:
    """Remove runs, and say how many."""
    if not args.yes and not confirm("Remove recorded runs for good?", "this removes runs for good"):
        print_text("Nothing was removed.")
        return 0
    count = command.clear(config, parse_since(args.older_than, datetime.now().astimezone()))
    return print_answer(args, "runs-clear", {"runs": count}, lambda _: f"Removed {plural(count, 'run')}.")
