"""Wrapped runs: commands and how long they take, patterns, what was unusual; and one run, with buttons to rate it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from twiceshy.base.errors import UsageError
from twiceshy.base.values import Scope
from twiceshy.doors.web.dashboard.asked import Asked, Done, Drawn, LinkedCell, RowTable
from twiceshy.doors.web.page_templates import write_json
from twiceshy.recipes import look
from twiceshy.records.executions import CommandFigures, MatchRow, PatternFigures, RunLine, RunStory
from twiceshy.run import recipes as command
from twiceshy.stats.durations import format_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twiceshy.run.recipes import CommandTiming, RunAnomaly

_MOST_RUNS = 50  # newest runs on the page (guess, 2026-11-23)
_MOST_COMMANDS = 50  # commands on the page (guess, 2026-11-23)
_MOST_PLOTTED = 1_000  # runs that are looked through for those of one command (guess, 2026-11-23)
_NONE = "No run is recorded: `twiceshy run -- COMMAND` records one."
_FEEDBACK = {
    "false-positive": ("false_positive", "It was ended wrongly"),
    "should-have-exited": ("should_have_exited", "It should have ended earlier"),
}


class RunRows(NamedTuple):
    """What the page of runs shows."""

    runs: Sequence[RunLine]
    commands: Sequence[CommandFigures]
    patterns: Sequence[PatternFigures]
    timings: Sequence[CommandTiming]
    anomalies: Sequence[RunAnomaly]


def read_runs(asked: Asked) -> dict[str, Sequence[RunLine]]:
    """Return what `twiceshy runs list` says."""
    return {"runs": command.list_runs(asked.config, _MOST_RUNS)}


def draw_runs(found: dict[str, Sequence[RunLine]], asked: Asked) -> Drawn:
    """Draw the newest runs; what is counted over all of them comes by itself."""
    rows = [
        (
            LinkedCell(one.id, f"/runs/{one.id}"),
            f"{one.at.astimezone(asked.now.tzinfo):%Y-%m-%d %H:%M}",
            format_duration(one.runtime_s),
            str(one.status),
            one.reason.replace("_", " "),
            one.command,
        )
        for one in found["runs"]
    ]
    columns = ("run", "when", "took", "status", "ended by", "command")
    tables = (RowTable("Newest runs", columns, rows, _NONE, frozenset({2, 3})),)
    values = {
        "heading": "Runs",
        "lead": (),
        "filtered": False,
        "parts": ("/runs/figures",) if rows else (),
        "tables": tables,
    }
    return Drawn("table_page.html", values)


def read_figures(asked: Asked) -> RunRows:
    """Return what `twiceshy runs stats` and `runs analyze` say."""
    summed = command.summarize_runs(asked.config, _MOST_COMMANDS)
    return RunRows(
        runs=(),
        commands=summed.commands,
        patterns=summed.patterns,
        timings=command.list_timings(asked.config, _MOST_COMMANDS),
        anomalies=command.list_anomalies(asked.config, _MOST_RUNS),
    )


def draw_figures(found: RunRows, asked: Asked) -> Drawn:
    """Draw commands, limits, patterns and unusual runs."""
    tables = (
        _draw_commands(found.commands, asked),
        _draw_limits(found.timings, asked),
        _draw_patterns(found.patterns, asked),
        _draw_anomalies(found.anomalies),
    )
    return Drawn("tables.html", {"tables": tables})


def _draw_commands(found: Sequence[CommandFigures], asked: Asked) -> RowTable:
    number = asked.words.number
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
    columns = ("command", "runs", "failed", "ended early", "median", "longest")
    return RowTable("Commands", columns, rows, _NONE, frozenset({1, 2, 3, 4, 5}))


def _draw_limits(found: Sequence[CommandTiming], asked: Asked) -> RowTable:
    rows = [
        (one.command, limit.option, format_duration(limit.value_s), asked.words.number(limit.runs), limit.reason)
        for one in found
        for limit in one.limits
    ]
    columns = ("command", "option", "limit", "from runs", "why")
    empty = "No command has enough runs that ended by themselves."
    return RowTable("Limits learned", columns, rows, empty, frozenset({2, 3}))


def _draw_patterns(found: Sequence[PatternFigures], asked: Asked) -> RowTable:
    number = asked.words.number
    rows = [
        (
            one.pattern,
            number(one.uses),
            number(one.matched),
            number(one.right),
            number(one.false_positives),
            number(one.missed),
        )
        for one in found
    ]
    columns = ("pattern", "runs", "matched", "right", "false alarms", "missed")
    return RowTable("Patterns", columns, rows, "No pattern was used.", frozenset({1, 2, 3, 4, 5}))


def _draw_anomalies(found: Sequence[RunAnomaly]) -> RowTable:
    rows = [
        (LinkedCell(one.id, f"/runs/{one.id}"), one.at[:16].replace("T", " "), one.command, _describe_anomaly(one))
        for one in found
    ]
    empty = "No run is unusual for its command (it takes 8 runs to tell)."
    return RowTable("Unusual runs", ("run", "when", "command", "what"), rows, empty)


def _describe_anomaly(one: RunAnomaly) -> str:
    if one.value is None or one.usual is None or one.limit is None:
        return "an error that none of its earlier runs had"
    if one.what == "lines":
        return f"{one.value:,.0f} lines; usual {one.usual:,.0f}, expected at most {one.limit:,.0f}"
    words = "took" if one.what == "runtime" else "was silent for"
    return (
        f"{words} {format_duration(one.value)}; usual {format_duration(one.usual)}, "
        f"expected at most {format_duration(one.limit)}"
    )


def read_run(asked: Asked) -> dict[str, RunStory]:
    """Return what `twiceshy show r-…` says.

    Raises:
        UsageError: the id is none of a run.
    """
    found = look.show(asked.config, asked.path["id"], Scope(), full=False)
    if not isinstance(found, RunStory):
        raise UsageError(f"{asked.path['id'][:40]!r} is no run's id. `twiceshy runs list` shows them.")
    return {"run": found}


def draw_run(found: dict[str, RunStory], asked: Asked) -> Drawn:
    """Draw one run beside the others of its command, with its limits."""
    story = found["run"]
    run = story.run
    same = [one for one in command.list_runs(asked.config, _MOST_PLOTTED) if one.command == run.command]
    return Drawn(
        "run.html",
        {
            "id": run.id,
            "command": run.command,
            "says": f"{run.at.astimezone(asked.now.tzinfo):%Y-%m-%d %H:%M}: took {format_duration(run.runtime_s)}, "
            f"status {run.status}, ended by {run.reason.replace('_', ' ')}, {asked.words.plural(run.lines, 'line')}.",
            "choices": [f"{one.kind} {one.value}: {one.reason}" for one in story.choices],
            "matches": [_draw_match(one, asked) for one in story.matches],
            "samples": [one.content for one in story.samples],
            "plot": write_json(_plot_runs(same, _list_limits(run, asked))) if len(same) > 1 else "",
            "plotted": asked.words.plural(len(same), "run"),
            "same": [
                (LinkedCell(one.id, f"/runs/{one.id}"), f"{one.at:%Y-%m-%d %H:%M}", format_duration(one.runtime_s))
                for one in same[:_MOST_RUNS]
            ],
            "feedback": [(word, says) for word, (_, says) in _FEEDBACK.items()],
            "false_positive": run.false_positive,
        },
    )


def _draw_match(one: MatchRow, asked: Asked) -> dict[str, str]:
    return {
        "at": format_duration(one.timestamp_offset),
        "line": asked.words.number(one.line_number),
        "text": one.line_content,
    }


def _list_limits(run: RunLine, asked: Asked) -> list[tuple[str, float]]:
    """Return the limits that were learned of the run's command, each with its option."""
    return [
        (limit.option, limit.value_s)
        for timing in command.list_timings(asked.config, _MOST_COMMANDS)
        if timing.command == run.command
        for limit in timing.limits
    ]


def _plot_runs(same: Sequence[RunLine], limits: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """Return the seconds of each run, oldest first, with a line for each limit."""
    oldest = sorted(same, key=lambda one: one.at)
    series: list[dict[str, Any]] = [{"name": "took", "values": [one.runtime_s for one in oldest]}]
    series += [{"name": option, "faint": True, "values": [value_s] * len(oldest)} for option, value_s in limits]
    return {"form": "lines", "unit": "s", "step": "day", "x": [one.at.timestamp() for one in oldest], "series": series}


def rate_run(asked: Asked) -> Done:
    """Store what a person says of a run.

    Raises:
        UsageError: it is none of the things that can be said.
    """
    known = _FEEDBACK.get(asked.query.get("says", ""))
    if known is None:
        raise UsageError(f"say one of {', '.join(_FEEDBACK)}.")
    says, words = known
    said = asked.query.get("is", "yes") == "yes"
    run = command.give_feedback(
        asked.config,
        asked.path["id"],
        false_positive=said if says == "false_positive" else None,
        should_have_exited=said if says == "should_have_exited" else None,
    )
    back = {"says": asked.query["says"], "is": "no" if said else "yes"}
    done = f"Stored for {run.id}: {words}." if said else f"Taken back for {run.id}: {words}."
    return Done(done, f"/api/runs/{run.id}/feedback", back)
