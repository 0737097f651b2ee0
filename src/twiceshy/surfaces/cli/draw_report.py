"""The report in 80 columns: what stands out first, then what there is, each part a few rows.

Draws what it is given and counts nothing. Plain strings: a table library would cost more than the report.
"""

import textwrap
from collections.abc import Sequence
from datetime import datetime

from twiceshy.records.figures import EditFigure, Health, Rate, Ratio, Report, Standout, WorkFigure
from twiceshy.surfaces.cli.draw import MONTHS, Column, Pen, cut, day, duration, number, one_line, plural, table, when

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
LONG = {
    "standouts": 5, "tools": 30, "errors": 30, "commands": 40, "files": 30, "models": 20, "rejections": 20, "work": 20,
    "risk": 10, "mistakes": 20,
}  # fmt: skip
LEAST_TASKS = 20
"""Tasks of which a share of a month is told in the short report (guess)."""
RAISED = ("high", "medium", "low")
SAID_ABOVE = "blind-edit"
"""A costly habit that has its own rows."""
EMPTY = (
    "Nothing to report on. `twiceshy ingest` reads your agents' logs; with --since, --until, --project or --agent "
    "less is looked at."
)
INDENT = "   "


def drawn(report: Report, now: datetime, width: int, pen: Pen, *, everything: bool = False) -> str:
    """The whole report."""
    if not report.totals.sessions:
        return EMPTY
    most = LONG if everything else SHORT
    parts = [
        standouts(report, most["standouts"], width, pen),
        totals(report, now, width, pen),
        tools(report, most["tools"], now, width, pen),
        errors(report, most["errors"], now, width, pen),
        work(report, most["work"], width, pen, everything=everything),
        mistakes(report, most["mistakes"], now, width, pen, everything=everything),
        risk(report, most["risk"], width, pen),
        habits(report, width, pen),
        commands(report, most["commands"], width, pen),
        "\n".join(
            part
            for part in (
                files(report, most["files"], width, pen),
                models(report, most["models"], width, pen),
                rejections(report, most["rejections"], now, width, pen),
                unjudged(report, pen),
                pen.dim("Every number: twiceshy report --explain" + ("" if everything else "; more rows: --all")),
            )
            if part
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def standouts(report: Report, most: int, width: int, pen: Pen) -> str:
    """What stands out, three lines each: what, how sure and how dear, what to do."""
    if not report.standouts:
        return nothing(report, width)
    lines = []
    for place, found in enumerate(report.standouts[:most], 1):
        lines.append(pen.bold(cut(f"{place}  {one_line(found.claim)}", width)))
        lines += [cut(INDENT + weight(found), width), pen.dim(INDENT) + cut(one_line(found.do), width - 3)]
    return "\n".join(lines)


def nothing(report: Report, width: int) -> str:
    """The words for a report in which nothing stands out."""
    text = (
        f"Nothing stands out: of {plural(report.candidates, 'candidate')} none is surely worse than the rest and dear "
        "enough to tell."
    )
    if report.totals.sessions < 30:
        text += f" With {plural(report.totals.sessions, 'session')} little can be sure; some dozens more tell more."
    return textwrap.fill(text, width)


def weight(found: Standout) -> str:
    """How sure and how dear."""
    words = []
    if found.ratio is not None:
        words.append(f"{found.ratio.ratio:.1f}x as often ({found.ratio.low:.1f}-{found.ratio.high:.1f})")
    else:
        words.append(f"{percent(found.rate)} of {found.of} ({interval(found.rate)})")
    if found.cost_s >= 1:
        words.append(f"cost about {rough(found.cost_s)} ({rough(found.cost_low_s)} to {rough(found.cost_high_s)})")
    if found.tokens:
        words.append(f"about {amount(found.tokens)} tokens")
    if found.cost_s < 1 and not found.tokens:
        words.append("cost not known")
    return "; ".join(words)


def totals(report: Report, now: datetime, width: int, pen: Pen) -> str:
    """What was looked at."""
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


def rough(seconds: float) -> str:
    """Time in one unit, as estimates have no seconds.

    >>> rough(45), rough(2502), rough(8584)
    ('45 s', '42 min', '2.4 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def tools(report: Report, most: int, now: datetime, width: int, pen: Pen) -> str:
    """Failure rates by tool."""
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
            percent(tool.failed),
            interval(tool.failed),
            f"{tool.error} ({number(tool.error_count)})" if tool.error_count else "",
            short_day(tool.last_at, now) if tool.error_count else "",
        ]
        for tool in report.tools[:most]
        if tool.calls
    ]
    return table(columns, rows, width, pen) if rows else ""


def errors(report: Report, most: int, now: datetime, width: int, pen: Pen) -> str:
    """The most frequent errors; those that say nothing but a status come last, as nobody can act on them."""
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
            short_day(error.last_at, now),
            error.tool,
            error.message or "(nothing)",
        ]
        for error in telling[:most]
    ]
    return table(columns, rows, width, pen) if rows else ""


def unjudged(report: Report, pen: Pen) -> str:
    """How to learn what became of the work, where there is some and nothing is known of it."""
    if report.work or not report.totals.edits:
        return ""
    return pen.dim("What became of the work is not judged yet: twiceshy judge")


def work(report: Report, most: int, width: int, pen: Pen, *, everything: bool) -> str:
    """What became of tasks: by agent, at length by model and month too; then the habits that go with worse ends."""
    kinds = ("agent", "model", "month") if everything else ("agent",)
    lines = []
    for kind in kinds:
        figures = [figure for figure in report.work if figure.by == kind]
        if figures:
            lines.append(work_table(kind, figures[-most:] if kind == "month" else figures[:most], width, pen))
    if not everything and len(months := [figure for figure in report.work if figure.by == "month"]) > 1:
        told = [
            f"{MONTHS[int(month.name[5:7]) - 1]} {percent(month.first_pass)} of {month.first_pass.n}"
            for month in months
            if month.first_pass.n >= LEAST_TASKS
        ]
        if len(told) > 1:
            lines += textwrap.wrap("right at once: " + ", ".join(told[-most:]), width)
    for habit in [habit for habit in report.costly if habit.key != SAID_ABOVE][:most]:
        lines += textwrap.wrap(f"worse ends: {habit.words}", width)
    return "\n".join(lines)


def work_table(kind: str, figures: Sequence[WorkFigure], width: int, pen: Pen) -> str:
    """A row an agent, model or month."""
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
            percent(figure.first_pass),
            interval(figure.first_pass),
            *(percent(rate) for rate in (figure.corrected, figure.rolled_back, figure.tests_green)),
        ]
        for figure in figures
    ]
    return table(columns, rows, width, pen)


def mistakes(report: Report, most: int, now: datetime, width: int, pen: Pen, *, everything: bool) -> str:
    """What was made again and what it cost; whose calls surely fail more or less often; how healthy the work is."""
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
        [row.says, row.id, number(row.times), number(row.sessions), rough(row.seconds) if row.known else "",
         short_day(row.last_at, now)]
        for row in found.rows[:most]
    ]  # fmt: skip
    lines = [table(columns, rows, width, pen)] if rows else []
    told = [
        f"{one.model} {percent(one.failed)} of {number(one.failed.n)}" + beside(one.ratio)
        for one in found.models
        if everything or one.sure
    ]
    if told:
        lines += textwrap.wrap("calls that fail: " + "; ".join(told), width)
    return "\n".join([*lines, *textwrap.wrap(healthy(found.health), width)])


def beside(ratio: Ratio | None) -> str:
    """A model's rate beside the others'."""
    return f", {ratio.ratio:.1f}x the others' ({ratio.low:.1f}-{ratio.high:.1f})" if ratio is not None else ""


def healthy(found: Health | None) -> str:
    """The score with its parts; which of them are too small, where there is none; nothing where most of them are."""
    if found is None or 2 * sum(part.rate.n < found.least for part in found.parts) > len(found.parts):
        return ""
    parts = ", ".join(f"{part.name} {percent(part.rate) or '?'} of {number(part.rate.n)}" for part in found.parts)
    small = " and ".join(part.name for part in found.parts if part.rate.n < found.least)
    score = f"{found.value} of 100" if found.value is not None else f"? (it needs {found.least} each of: {small})"
    return f"health {score}: {parts}"


def risk(report: Report, most: int, width: int, pen: Pen) -> str:
    """The riskiest recent edits: where, what is wrong, what tells more; then how much was looked at."""
    found = report.risk
    if found is None:
        return ""
    lines = []
    for row in found.rows[:most]:
        lines.append(cut(f"risk {row.score:.2f}  {one_line(f'{row.path}:{row.line}: {row.rule}')}", width))
        lines += [cut(INDENT + one_line(row.why), width), pen.dim(INDENT + row.do)]
    words = []
    if found.edits:
        raised = ", ".join(f"{number(found.bands[name])} {name}" for name in RAISED if found.bands.get(name))
        words.append(f"risk of {plural(found.edits, 'edit')}: {raised or 'none raised'}")
    if found.reported:
        of = plural(found.reports, "report")
        words.append(f"{plural(found.reported, 'finding')} in {of} of other scanners: twiceshy score FILE")
    return "\n".join([*lines, *textwrap.wrap("; ".join(words), width)])


def habits(report: Report, width: int, pen: Pen) -> str:
    """Blind edits beside the others, and what was read and searched again."""
    found = report.habits
    columns = [
        Column("edits of existing files"),
        Column("tries", right=True),
        Column("fail", right=True),
        Column("95 %", right=True),
        Column("edited again", right=True),
        Column("refused", right=True),
    ]
    rows = [edit_row("not read before", found.blind), edit_row("read before", found.seen)]
    lines = [table(columns, rows, width, pen)] if found.blind.n or found.seen.n else []
    again = []
    said = any(one.key == "blind-edit" for one in report.standouts)  # there with the wider, surer interval
    if found.ratio is not None and found.blind.n and not said:
        again.append(
            f"unread edits fail {found.ratio.ratio:.1f}x as often ({found.ratio.low:.1f}-{found.ratio.high:.1f})"
        )
    again.append(
        f"read again unchanged {number(found.repeated_reads)} of {number(found.reads)}"
        + (f" (~{amount(found.repeated_tokens)} tokens)" if found.repeated_tokens else "")
    )
    again.append(f"searched again {number(found.repeated_searches)} of {number(found.searches)}")
    again.append(f"{plural(found.rejections, 'refusal')}, {plural(found.interrupts, 'interrupt')}")
    again.append(f"{rough(found.wasted_s)} from failures to the next success")
    if hidden := sum(command.hidden for command in report.commands):
        again.append(f"{plural(hidden, 'run')} called a success with a failure in the output")
    if stopped := sum(command.stopped for command in report.commands):
        waited = sum(command.stopped_s for command in report.commands)
        again.append(f"{plural(stopped, 'run')} stopped or timed out after {rough(waited)}")
    if found.engagement is not None:
        again.append(f"{found.engagement:.2f} human messages a call".removeprefix("0"))
    return "\n".join([*lines, *textwrap.wrap("; ".join(again), width)])


def edit_row(name: str, figure: EditFigure) -> list[str]:
    """One sort of edits."""
    return [
        name,
        number(figure.n),
        percent(figure.failed),
        interval(figure.failed),
        percent(figure.reedited),
        percent(figure.rejected),
    ]


def commands(report: Report, most: int, width: int, pen: Pen) -> str:
    """Commands by name."""
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
            percent(row.failed),
            interval(row.failed),
            duration(row.p50_s) if row.p50_s is not None else "",
            duration(row.p90_s) if row.p90_s is not None else "",
            f"{row.masked / row.runs:.0%}".replace("%", " %") if row.masked else "",
        ]
        for row in report.commands[:most]
    ]
    return table(columns, rows, width, pen) if rows else ""


def files(report: Report, most: int, width: int, pen: Pen) -> str:
    """Most edited files."""
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
    return table(columns, rows, width, pen) if rows else ""


def models(report: Report, most: int, width: int, pen: Pen) -> str:
    """Tokens by model."""
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
            *(amount(count) for count in (model.input, model.output, model.cache_write, model.cache_read)),
        ]
        for model in report.models[:most]
    ]
    return table(columns, rows, width, pen) if rows else ""


def rejections(report: Report, most: int, now: datetime, width: int, pen: Pen) -> str:
    """What the user said when refusing, newest first."""
    rows = report.rejections[:most]
    if not rows:
        return ""
    lines = [pen.dim("you refused")]
    for row in rows:
        head = f"{row.session}  {short_day(row.at, now)}  {row.tool} {row.about}".rstrip()
        lines.append(cut(f'{cut(one_line(head), 44)}  "{one_line(row.words or "")}"', width))
    return "\n".join(lines)


def percent(rate: Rate) -> str:
    """A rate for people; empty where there is nothing to take it of."""
    if not rate.n:
        return ""
    return f"{rate.share:.0%}".replace("%", " %") if rate.share >= 0.995 else f"{rate.share:.1%}".replace("%", " %")


def interval(rate: Rate) -> str:
    """The interval of a rate in percent."""
    return f"{100 * rate.low:.1f}-{100 * rate.high:.1f}" if rate.n else ""


def amount(count: float) -> str:
    """A large number in three digits.

    >>> amount(999), amount(71_204), amount(2_155_709), amount(715_744_662)
    ('999', '71k', '2.2M', '716M')
    """
    for unit in ("", "k", "M", "G"):
        if count < 999.5:
            return f"{count:.1f}{unit}" if unit and count < 9.95 else f"{count:.0f}{unit}"
        count /= 1000
    return f"{count:.0f}T"


def short_day(at: datetime | None, now: datetime) -> str:
    """The day without its time."""
    return when(at, now).split(" ")[0] if at and when(at, now).startswith("today") else when(at, now)
