"""The report in 80 columns: what stands out first, then what there is, each part a few rows.

Draws what it is given and counts nothing. Plain strings: a table library would cost more than the report.
"""

import textwrap
from collections.abc import Sequence
from datetime import datetime

from twiceshy.records.figures import EditFigure, HealthScore, Rate, Ratio, Report, Standout, WorkFigure
from twiceshy.surfaces.cli.draw import (
    MONTHS,
    Column,
    Pen,
    cut,
    day,
    draw_table,
    duration,
    number,
    one_line,
    plural,
    short_date,
)

SHORT = {
    "standouts": 3,
    "tools": 4,
    "errors": 4,
    "commands": 4,
    "files": 2,
    "models": 2,
    "rejections": 2,
    "work": 2,
    "risk": 2,
    "mistakes": 3,
}
_LONG = {
    "standouts": 5,
    "tools": 30,
    "errors": 30,
    "commands": 40,
    "files": 30,
    "models": 20,
    "rejections": 20,
    "work": 20,
    "risk": 10,
    "mistakes": 20,
}
_LEAST_TASKS = 20
"""Tasks of which a share of a month is told in the short report (guess)."""
_RAISED_BANDS = ("high", "medium", "low")
_HABIT_WITH_OWN_ROWS = "blind-edit"
"""A costly habit that has its own rows."""
_EMPTY = (
    "Nothing to report on. `twiceshy ingest` reads your agents' logs; with --since, --until, --project or --agent "
    "less is looked at."
)
_INDENT = "   "


def render_report(report: Report, now: datetime, width: int, pen: Pen, *, everything: bool = False) -> str:
    """Render the whole report."""
    if not report.totals.sessions:
        return _EMPTY
    most = _LONG if everything else SHORT
    parts = [
        render_standouts(report, most["standouts"], width, pen),
        render_totals(report, now, width, pen),
        _render_tools(report, most["tools"], now, width, pen),
        _render_errors(report, most["errors"], now, width, pen),
        render_work(report, most["work"], width, pen, everything=everything),
        _render_mistakes(report, most["mistakes"], now, width, pen, everything=everything),
        _render_risk(report, most["risk"], width, pen),
        _render_habits(report, width, pen),
        _render_commands(report, most["commands"], width, pen),
        "\n".join(
            part
            for part in (
                _render_files(report, most["files"], width, pen),
                _render_models(report, most["models"], width, pen),
                _render_rejections(report, most["rejections"], now, width, pen),
                render_unjudged(report, pen),
                pen.dim("Every number: twiceshy report --explain" + ("" if everything else "; more rows: --all")),
            )
            if part
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def render_standouts(report: Report, most: int, width: int, pen: Pen) -> str:
    """Render what stands out, three lines each: what, how sure and how costly, what to do."""
    if not report.standouts:
        return _render_no_standouts(report, width)
    lines = []
    for place, found in enumerate(report.standouts[:most], 1):
        lines.append(pen.bold(cut(f"{place}  {one_line(found.claim)}", width)))
        lines += [cut(_INDENT + describe_weight(found), width), pen.dim(_INDENT) + cut(one_line(found.do), width - 3)]
    return "\n".join(lines)


def _render_no_standouts(report: Report, width: int) -> str:
    """Render the words for a report in which nothing stands out."""
    text = (
        f"Nothing stands out: of {plural(report.candidates, 'candidate')} none is surely worse than the rest and dear "
        "enough to tell."
    )
    if report.totals.sessions < 30:
        text += f" With {plural(report.totals.sessions, 'session')} little can be sure; some dozens more tell more."
    return textwrap.fill(text, width)


def describe_weight(found: Standout) -> str:
    """Describe how sure and how costly it is."""
    words = []
    if found.ratio is not None:
        words.append(f"{found.ratio.ratio:.1f}x as often ({found.ratio.low:.1f}-{found.ratio.high:.1f})")
    else:
        words.append(f"{_format_percent(found.rate)} of {found.of} ({_format_interval(found.rate)})")
    if found.cost_s >= 1:
        words.append(
            f"cost about {_format_rough_time(found.cost_s)} "
            f"({_format_rough_time(found.cost_low_s)} to {_format_rough_time(found.cost_high_s)})"
        )
    if found.tokens:
        words.append(f"about {_format_amount(found.tokens)} tokens")
    if found.cost_s < 1 and not found.tokens:
        words.append("cost not known")
    return "; ".join(words)


def render_totals(report: Report, now: datetime, width: int, pen: Pen) -> str:
    """Render what was looked at."""
    known = report.totals
    names = list(dict.fromkeys(project.name for project in known.projects))
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    counts = ", ".join(
        (
            plural(known.sessions, "session"),
            plural(known.prompts, "prompt"),
            plural(known.calls, "tool call"),
            plural(known.edits, "edit"),
        )
    )
    span = ""
    if known.first_at and known.last_at:
        zone = now.tzinfo
        span = f"{day(known.first_at.astimezone(zone))} - {day(known.last_at.astimezone(zone))} · "
    agents = ", ".join(agent.name for agent in known.agents)
    left_out = f" · {plural(known.imitations, 'imitation')} left out" if known.imitations else ""
    return "\n".join([pen.bold(cut(one_line(shown), width)), cut(counts, width), cut(span + agents + left_out, width)])


def _format_rough_time(seconds: float) -> str:
    """Format time in one unit, as estimates have no seconds.

    >>> _format_rough_time(45), _format_rough_time(2502), _format_rough_time(8584)
    ('45 s', '42 min', '2.4 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _render_tools(report: Report, most: int, now: datetime, width: int, pen: Pen) -> str:
    """Render failure rates by tool."""
    columns = [
        Column("tool", flexible=True),
        Column("calls", right=True),
        Column("fail", right=True),
        Column("95 %", right=True),
        Column("most frequent failure", flexible=True),
        Column("last", right=True),
    ]
    rows = [
        [
            tool.tool,
            number(tool.calls),
            _format_percent(tool.failed),
            _format_interval(tool.failed),
            f"{tool.error} ({number(tool.error_count)})" if tool.error_count else "",
            _format_day(tool.last_at, now) if tool.error_count else "",
        ]
        for tool in report.tools[:most]
        if tool.calls
    ]
    return draw_table(columns, rows, width, pen) if rows else ""


def _render_errors(report: Report, most: int, now: datetime, width: int, pen: Pen) -> str:
    """Render the most frequent errors; last those that say nothing but a status: nobody can act on them."""
    telling = sorted(report.errors, key=lambda error: error.label == "exit status only")
    columns = [
        Column("error"),
        Column("times", right=True),
        Column("sessions", right=True),
        Column("last", right=True),
        Column("tool", flexible=True),
        Column("says", flexible=True),
    ]
    rows = [
        [
            error.id,
            number(error.count),
            number(error.sessions),
            _format_day(error.last_at, now),
            error.tool,
            error.message or "(nothing)",
        ]
        for error in telling[:most]
    ]
    return draw_table(columns, rows, width, pen) if rows else ""


def render_unjudged(report: Report, pen: Pen) -> str:
    """Render how to learn what became of the work, where there is some and nothing is known of it."""
    if report.work or not report.totals.edits:
        return ""
    return pen.dim("What became of the work is not judged yet: twiceshy judge")


def render_work(report: Report, most: int, width: int, pen: Pen, *, everything: bool) -> str:
    """Render what became of tasks: by agent, at length by model and month; then habits with worse ends."""
    kinds = ("agent", "model", "month") if everything else ("agent",)
    lines = []
    for kind in kinds:
        figures = [figure for figure in report.work if figure.by == kind]
        if figures:
            lines.append(_render_work_table(kind, figures[-most:] if kind == "month" else figures[:most], width, pen))
    if not everything and len(months := [figure for figure in report.work if figure.by == "month"]) > 1:
        told = [
            f"{MONTHS[int(month.name[5:7]) - 1]} {_format_percent(month.first_pass)} of {month.first_pass.n}"
            for month in months
            if month.first_pass.n >= _LEAST_TASKS
        ]
        if len(told) > 1:
            lines += textwrap.wrap("right at once: " + ", ".join(told[-most:]), width)
    for habit in [habit for habit in report.costly if habit.key != _HABIT_WITH_OWN_ROWS][:most]:
        lines += textwrap.wrap(f"worse ends: {habit.words}", width)
    return "\n".join(lines)


def _render_work_table(kind: str, figures: Sequence[WorkFigure], width: int, pen: Pen) -> str:
    """Render a row for each agent, model or month."""
    columns = [
        Column(f"tasks by {kind}", flexible=True),
        Column("tasks", right=True),
        Column("right at once", right=True),
        Column("95 %", right=True),
        Column("corrected", right=True),
        Column("taken back", right=True),
        Column("green", right=True),
    ]
    rows = [
        [
            figure.name,
            number(figure.tasks),
            _format_percent(figure.first_pass),
            _format_interval(figure.first_pass),
            *(_format_percent(rate) for rate in (figure.corrected, figure.rolled_back, figure.tests_green)),
        ]
        for figure in figures
    ]
    return draw_table(columns, rows, width, pen)


def _render_mistakes(report: Report, most: int, now: datetime, width: int, pen: Pen, *, everything: bool) -> str:
    """Render mistakes made again with their cost, whose calls fail significantly more or less, and health."""
    found = report.mistakes
    if found is None:
        return ""
    columns = [
        Column("mistake made again", flexible=True),
        Column("lesson"),
        Column("times", right=True),
        Column("sessions", right=True),
        Column("cost", right=True),
        Column("last", right=True),
    ]
    rows = [
        [
            row.says,
            row.id,
            number(row.times),
            number(row.sessions),
            _format_rough_time(row.seconds) if row.known else "",
            _format_day(row.last_at, now),
        ]
        for row in found.rows[:most]
    ]
    lines = [draw_table(columns, rows, width, pen)] if rows else []
    told = [
        f"{one.model} {_format_percent(one.failed)} of {number(one.failed.n)}" + _describe_ratio(one.ratio)
        for one in found.models
        if everything or one.sure
    ]
    if told:
        lines += textwrap.wrap("calls that fail: " + "; ".join(told), width)
    return "\n".join([*lines, *textwrap.wrap(_render_health(found.health), width)])


def _describe_ratio(ratio: Ratio | None) -> str:
    """Describe a model's rate beside the others'."""
    return f", {ratio.ratio:.1f}x the others' ({ratio.low:.1f}-{ratio.high:.1f})" if ratio is not None else ""


def _render_health(found: HealthScore | None) -> str:
    """Render the score and its parts, and which are too small for one; empty where most of them are."""
    if found is None or 2 * sum(part.rate.n < found.least for part in found.parts) > len(found.parts):
        return ""
    parts = ", ".join(
        f"{part.name} {_format_percent(part.rate) or '?'} of {number(part.rate.n)}" for part in found.parts
    )
    small = " and ".join(part.name for part in found.parts if part.rate.n < found.least)
    score = f"{found.value} of 100" if found.value is not None else f"? (it needs {found.least} each of: {small})"
    return f"health {score}: {parts}"


def _render_risk(report: Report, most: int, width: int, pen: Pen) -> str:
    """Render the riskiest recent edits: where, what is wrong, what tells more; then how much was looked at."""
    found = report.risk
    if found is None:
        return ""
    lines = []
    for row in found.rows[:most]:
        lines.append(cut(f"risk {row.score:.2f}  {one_line(f'{row.path}:{row.line}: {row.rule}')}", width))
        lines += [cut(_INDENT + one_line(row.why), width), pen.dim(_INDENT + row.do)]
    words = []
    if found.edits:
        raised = ", ".join(f"{number(found.bands[name])} {name}" for name in _RAISED_BANDS if found.bands.get(name))
        words.append(f"risk of {plural(found.edits, 'edit')}: {raised or 'none raised'}")
    if found.reported:
        of = plural(found.reports, "report")
        words.append(f"{plural(found.reported, 'finding')} in {of} of other scanners: twiceshy score FILE")
    return "\n".join([*lines, *textwrap.wrap("; ".join(words), width)])


def _render_habits(report: Report, width: int, pen: Pen) -> str:
    """Render blind edits beside the others, and what was read and searched again."""
    found = report.habits
    columns = [
        Column("edits of existing files"),
        Column("tries", right=True),
        Column("fail", right=True),
        Column("95 %", right=True),
        Column("edited again", right=True),
        Column("refused", right=True),
    ]
    rows = [_edit_row("not read before", found.blind), _edit_row("read before", found.seen)]
    lines = [draw_table(columns, rows, width, pen)] if found.blind.n or found.seen.n else []
    again = []
    said = any(one.key == "blind-edit" for one in report.standouts)  # there with the wider, surer interval
    if found.ratio is not None and found.blind.n and not said:
        again.append(
            f"unread edits fail {found.ratio.ratio:.1f}x as often ({found.ratio.low:.1f}-{found.ratio.high:.1f})"
        )
    again.append(
        f"read again unchanged {number(found.repeated_reads)} of {number(found.reads)}"
        + (f" (~{_format_amount(found.repeated_tokens)} tokens)" if found.repeated_tokens else "")
    )
    again.append(f"searched again {number(found.repeated_searches)} of {number(found.searches)}")
    again.append(f"{plural(found.rejections, 'refusal')}, {plural(found.interrupts, 'interrupt')}")
    again.append(f"{_format_rough_time(found.wasted_s)} from failures to the next success")
    if hidden := sum(command.hidden for command in report.commands):
        again.append(f"{plural(hidden, 'run')} called a success with a failure in the output")
    if stopped := sum(command.stopped for command in report.commands):
        waited = sum(command.stopped_s for command in report.commands)
        again.append(f"{plural(stopped, 'run')} stopped or timed out after {_format_rough_time(waited)}")
    if found.engagement is not None:
        again.append(f"{found.engagement:.2f} human messages a call".removeprefix("0"))
    return "\n".join([*lines, *textwrap.wrap("; ".join(again), width)])


def _edit_row(name: str, figure: EditFigure) -> list[str]:
    """Return the row of one sort of edits."""
    return [
        name,
        number(figure.n),
        _format_percent(figure.failed),
        _format_interval(figure.failed),
        _format_percent(figure.reedited),
        _format_percent(figure.rejected),
    ]


def _render_commands(report: Report, most: int, width: int, pen: Pen) -> str:
    """Render commands by name."""
    columns = [
        Column("command (most failures)", flexible=True),
        Column("runs", right=True),
        Column("fail", right=True),
        Column("95 %", right=True),
        Column("p50", right=True),
        Column("p90", right=True),
        Column("status hidden", right=True),
    ]
    rows = [
        [
            row.head,
            number(row.runs),
            _format_percent(row.failed),
            _format_interval(row.failed),
            duration(row.p50_s) if row.p50_s is not None else "",
            duration(row.p90_s) if row.p90_s is not None else "",
            f"{row.masked / row.runs:.0%}".replace("%", " %") if row.masked else "",
        ]
        for row in report.commands[:most]
    ]
    return draw_table(columns, rows, width, pen) if rows else ""


def _render_files(report: Report, most: int, width: int, pen: Pen) -> str:
    """Render the most edited files."""
    columns = [
        Column("most edited file", path=True, flexible=True),
        Column("project", flexible=True),
        Column("tries", right=True),
        Column("failed", right=True),
        Column("refused", right=True),
        Column("sessions", right=True),
    ]
    rows = [
        [file.path, file.project, *(number(count) for count in (file.edits, file.failed, file.rejected, file.sessions))]
        for file in report.files[:most]
    ]
    return draw_table(columns, rows, width, pen) if rows else ""


def _render_models(report: Report, most: int, width: int, pen: Pen) -> str:
    """Render tokens by model."""
    columns = [
        Column("tokens of", flexible=True),
        Column("messages", right=True),
        Column("input", right=True),
        Column("output", right=True),
        Column("cache written", right=True),
        Column("cache read", right=True),
    ]
    rows = [
        [
            model.model,
            number(model.messages),
            *(_format_amount(count) for count in (model.input, model.output, model.cache_write, model.cache_read)),
        ]
        for model in report.models[:most]
    ]
    return draw_table(columns, rows, width, pen) if rows else ""


def _render_rejections(report: Report, most: int, now: datetime, width: int, pen: Pen) -> str:
    """Render what the user said when refusing, newest first."""
    rows = report.rejections[:most]
    if not rows:
        return ""
    lines = [pen.dim("you refused")]
    for row in rows:
        head = f"{row.session}  {_format_day(row.at, now)}  {row.tool} {row.about}".rstrip()
        lines.append(cut(f'{cut(one_line(head), 44)}  "{one_line(row.words or "")}"', width))
    return "\n".join(lines)


def _format_percent(rate: Rate) -> str:
    """Format a rate for people; empty where there is nothing to take it of."""
    if not rate.n:
        return ""
    return f"{rate.share:.0%}".replace("%", " %") if rate.share >= 0.995 else f"{rate.share:.1%}".replace("%", " %")


def _format_interval(rate: Rate) -> str:
    """Format the interval of a rate in percent."""
    return f"{100 * rate.low:.1f}-{100 * rate.high:.1f}" if rate.n else ""


def _format_amount(count: float) -> str:
    """Format a large number in three digits.

    >>> _format_amount(999), _format_amount(71_204), _format_amount(2_155_709), _format_amount(715_744_662)
    ('999', '71k', '2.2M', '716M')
    """
    for unit in ("", "k", "M", "G"):
        if count < 999.5:
            return f"{count:.1f}{unit}" if unit and count < 9.95 else f"{count:.0f}{unit}"
        count /= 1000
    return f"{count:.0f}T"


def _format_day(at: datetime | None, now: datetime) -> str:
    """Format the day without its time."""
    return short_date(at, now).split(" ")[0] if at and short_date(at, now).startswith("today") else short_date(at, now)
