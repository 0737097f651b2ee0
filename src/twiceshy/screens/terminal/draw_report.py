"""The report's sections, each a table or two; above them stand the ten lines.

Draws what it is given and counts nothing. Plain strings: a table library would cost more than the report.
"""

from collections.abc import Sequence

from twiceshy.records.figures import EditFigure, Rate, Ratio, WorkFigure
from twiceshy.records.report import Report, ReportSection
from twiceshy.screens.terminal.draw_overview import CommandsBeside, render_insights, render_overview
from twiceshy.screens.terminal.formats import (
    amount,
    cut,
    duration,
    interval,
    number,
    one_line,
    percent,
    plural,
    rate,
    rough_duration,
    short_date,
)
from twiceshy.screens.terminal.page import Column, Page, draw_table, fill, wrap

_FEWEST_KNOWN = 5
"""Runs whose end is known below which no share is said: counts tell more (guess, 2026-11-24)."""
_ROWS = {
    ReportSection.TOOLS: 30,
    ReportSection.ERRORS: 30,
    ReportSection.COMMANDS: 40,
    ReportSection.EDITS: 20,
    ReportSection.MODELS: 20,
    ReportSection.TASKS: 20,
}
"""Rows of a section's tables (guess, 2026-11-22: a screen)."""
_RAISED_BANDS = ("high", "medium", "low")
_INDENT = "   "
_EMPTY = {
    ReportSection.INSIGHTS: "No mistake came again often enough to be worth a line.",
    ReportSection.TOOLS: "No tool was called.",
    ReportSection.ERRORS: "No call failed.",
    ReportSection.EDITS: "No file was edited.",
    ReportSection.COMMANDS: "No command was run.",
    ReportSection.MODELS: "No log here says which model wrote it.",
    ReportSection.TASKS: "No task changed a file, so there is nothing to judge.",
}


def render_report(report: Report, beside: CommandsBeside, page: Page) -> str:
    """Render the ten lines, and every section that the report has under its name."""
    parts = [render_overview(report.overview, beside, page)]
    parts += [
        f"{page.bold(section.value.upper())}\n{render_section(report, section, beside, page)}"
        for section in report.sections
    ]
    return "\n\n".join(parts)


def render_section(report: Report, section: ReportSection, beside: CommandsBeside, page: Page) -> str:
    """Render one section; where it has nothing, words that say so."""
    return _draw_section(report, section, beside, page) or fill(_EMPTY[section], page.width)


def _draw_section(report: Report, section: ReportSection, beside: CommandsBeside, page: Page) -> str:
    match section:
        case ReportSection.INSIGHTS:
            return render_insights(report.overview, beside, page)
        case ReportSection.TOOLS:
            return _render_tools(report, _ROWS[section], page)
        case ReportSection.ERRORS:
            return _join([_render_errors(report, _ROWS[section], page), _render_mistakes(report, _ROWS[section], page)])
        case ReportSection.EDITS:
            return _render_edits(report, _ROWS[section], page)
        case ReportSection.COMMANDS:
            return _render_commands(report, _ROWS[section], page)
        case ReportSection.MODELS:
            return _join([_render_models(report, _ROWS[section], page), _render_failing_models(report, page)])
        case ReportSection.TASKS:
            return _join([render_work(report, _ROWS[section], page), _render_health(report, page)])


def _join(parts: Sequence[str]) -> str:
    """Return the parts that say something, with an empty line between."""
    return "\n\n".join(part for part in parts if part)


def _render_edits(report: Report, most: int, page: Page) -> str:
    """Render habits, files, risk and refusals."""
    return _join(
        [
            _render_habits(report, page),
            _render_files(report, most, page),
            _render_risk(report, most, page),
            _render_rejections(report, most, page),
        ]
    )


def _render_tools(report: Report, most: int, page: Page) -> str:
    """Render failure rates by tool."""
    columns = [
        Column("tool", flexible=True),
        Column("calls", right=True),
        Column("fail", right=True),
        Column("95 %", right=True, rank=1),
        Column("most frequent failure", flexible=True),
        Column("last", right=True, rank=2),
    ]
    rows = [
        [
            tool.tool,
            number(tool.calls),
            rate(tool.failed),
            interval(tool.failed),
            f"{tool.error} ({number(tool.error_count)})" if tool.error_count else "",
            short_date(tool.last_at, page.now, clock=False) if tool.error_count else "",
        ]
        for tool in report.tools[:most]
        if tool.calls
    ]
    return draw_table(columns, rows, page, empty="")


def _render_errors(report: Report, most: int, page: Page) -> str:
    """Render the most frequent errors; last those that say nothing but a status: nobody can act on them."""
    telling = sorted(report.errors, key=lambda error: error.label == "exit status only")
    columns = [
        Column("error"),
        Column("times", right=True),
        Column("sessions", right=True, rank=2),
        Column("last", right=True, rank=1),
        Column("tool", rank=3),
        Column("says", flexible=True),
    ]
    rows = [
        [
            error.id,
            number(error.count),
            number(error.sessions),
            short_date(error.last_at, page.now, clock=False),
            error.tool,
            error.message or "(nothing)",
        ]
        for error in telling[:most]
    ]
    return draw_table(columns, rows, page, empty="")


def render_work(report: Report, most: int, page: Page) -> str:
    """Render what became of tasks: by agent, model and month; then habits with worse outcomes."""
    lines = []
    for kind in ("agent", "model", "month"):
        figures = [figure for figure in report.work if figure.by == kind]
        if figures:
            shown = figures[-most:] if kind == "month" else figures[:most]
            lines.append(_render_work_table(kind, shown, page))
    for habit in report.costly[:most]:
        lines += wrap(f"worse outcomes: {habit.words}", page.width)
    return "\n".join(lines)


def _share_of_known(one: Rate) -> str:
    """Return a share with how many tasks it is of: the others are unknown, and on neither side."""
    return f"{rate(one, 0)} of {number(one.n)}" if one.n else "unknown"


def _render_work_table(kind: str, figures: Sequence[WorkFigure], page: Page) -> str:
    """Render a row for each agent, model or month."""
    columns = [
        Column(f"tasks by {kind}", flexible=True),
        Column("tasks", right=True),
        Column("right at once", right=True),
        Column("95 %", right=True, rank=3),
        Column("corrected", right=True),
        Column("rolled back", right=True, rank=2),
        Column("green", right=True, rank=1),
    ]
    rows = [
        [
            figure.name,
            number(figure.tasks),
            _share_of_known(figure.first_pass),
            interval(figure.first_pass, 0),
            *(_share_of_known(one) for one in (figure.corrected, figure.rolled_back, figure.tests_green)),
        ]
        for figure in figures
    ]
    return draw_table(columns, rows, page)


def _render_mistakes(report: Report, most: int, page: Page) -> str:
    """Render mistakes made again with their cost."""
    found = report.mistakes
    if found is None or not found.rows:
        return ""
    columns = [
        Column("mistake made again", flexible=True),
        Column("lesson"),
        Column("times", right=True),
        Column("sessions", right=True, rank=2),
        Column("cost", right=True),
        Column("last", right=True, rank=1),
    ]
    rows = [
        [
            row.says,
            row.id,
            number(row.times),
            number(row.sessions),
            rough_duration(row.seconds) if row.known else "",
            short_date(row.last_at, page.now, clock=False),
        ]
        for row in found.rows[:most]
    ]
    return draw_table(columns, rows, page)


def _render_failing_models(report: Report, page: Page) -> str:
    """Render how often each model's calls fail, beside the others' calls of the same tools."""
    if report.mistakes is None:
        return ""
    columns = [
        Column("calls of", flexible=True),
        Column("calls", right=True),
        Column("fail", right=True),
        Column("95 %", right=True, rank=2),
        Column("beside the others", right=True),
        Column("sure", right=True, rank=1),
    ]
    rows = [
        [
            one.model,
            number(one.failed.n),
            rate(one.failed),
            interval(one.failed),
            _describe_ratio(one.ratio),
            "yes" if one.sure else "no",
        ]
        for one in report.mistakes.models
    ]
    return draw_table(columns, rows, page, empty="")


def _describe_ratio(ratio: Ratio | None) -> str:
    """Describe a model's rate beside the others'."""
    return f"{ratio.ratio:.1f}x ({ratio.low:.1f}-{ratio.high:.1f})" if ratio is not None else ""


def _render_health(report: Report, page: Page) -> str:
    """Render the score and its parts, and which are too small for one; empty where most of them are."""
    found = report.mistakes.health if report.mistakes else None
    if found is None or 2 * sum(part.rate.n < found.least for part in found.parts) > len(found.parts):
        return ""
    parts = ", ".join(f"{part.name} {rate(part.rate) or 'none'} of {number(part.rate.n)}" for part in found.parts)
    small = " and ".join(part.name for part in found.parts if part.rate.n < found.least)
    score = f"{found.value} of 100" if found.value is not None else f"not known yet (it needs {found.least} of {small})"
    return fill(f"health {score}: {parts}", page.width)


def _render_risk(report: Report, most: int, page: Page) -> str:
    """Render the riskiest recent edits: where, what is wrong, what tells more; then how much was looked at."""
    found = report.risk
    if found is None:
        return ""
    lines = []
    for row in found.rows[:most]:
        lines.append(cut(f"risk {row.score:.2f}  {one_line(f'{row.path}:{row.line}: {row.rule}')}", page.width))
        lines += [cut(_INDENT + one_line(row.why), page.width), page.dim(_INDENT + row.do)]
    words = []
    if found.edits:
        raised = ", ".join(f"{number(found.bands[name])} {name}" for name in _RAISED_BANDS if found.bands.get(name))
        words.append(f"risk of {plural(found.edits, 'edit')}: {raised or 'none raised'}")
    if found.reported:
        of = plural(found.reports, "report")
        words.append(f"{plural(found.reported, 'finding')} in {of} of other scanners: twiceshy score FILE")
    return "\n".join([*lines, *wrap("; ".join(words), page.width)])


def _render_habits(report: Report, page: Page) -> str:
    """Render blind edits beside the others, and what was read and searched again."""
    found, totals = report.habits, report.totals
    if found is None or totals is None or not totals.edits:
        return ""
    columns = [
        Column("edits of existing files"),
        Column("tries", right=True),
        Column("fail", right=True),
        Column("95 %", right=True),
        Column("edited again", right=True),
        Column("refused", right=True),
    ]
    rows = [_edit_row("not read before", found.blind), _edit_row("read before", found.seen)]
    lines = [draw_table(columns, rows, page)] if found.blind.n or found.seen.n else []
    again = [
        f"{plural(totals.edits, 'edit')}",
        f"read again unchanged {number(found.repeated_reads)} of {number(found.reads)}"
        + (f" (~{amount(found.repeated_tokens)} tokens)" if found.repeated_tokens else ""),
        f"searched again {number(found.repeated_searches)} of {number(found.searches)}",
        f"{plural(found.rejections, 'refusal')}, {plural(found.interrupts, 'interrupt')}",
    ]
    if totals.questions:
        again.append(f"{plural(totals.questions, 'question')} to you, {number(totals.dismissed)} put aside")
    if totals.plans:
        again.append(f"{plural(totals.plans, 'plan')} shown to you, {number(totals.sent_back)} sent back")
    if found.engagement is not None:
        again.append(f"{found.engagement:.2f} human messages a call")
    return "\n".join([*lines, *wrap("; ".join(again), page.width)])


def _edit_row(name: str, figure: EditFigure) -> list[str]:
    """Return the row of one sort of edits."""
    return [
        name,
        number(figure.n),
        rate(figure.failed),
        interval(figure.failed),
        rate(figure.reedited),
        rate(figure.rejected),
    ]


def _say_failed(found: Rate, runs: int) -> str:
    """Return how many runs failed of those whose end is known: what a pipe hid is neither good nor bad."""
    if not found.n:
        return "not known"
    if found.n < _FEWEST_KNOWN:
        return f"{number(found.hits)} of {number(found.n)}"
    return rate(found) if found.n == runs else f"{rate(found)} of {number(found.n)}"


def _render_commands(report: Report, most: int, page: Page) -> str:
    """Render commands by name, and what a pipe hid or somebody stopped."""
    columns = [
        Column("command (most failures)", flexible=True),
        Column("runs", right=True),
        Column("fail", right=True),
        Column("95 %", right=True, rank=1),
        Column("p50", right=True),
        Column("p90", right=True, rank=2),
        Column("status hidden", right=True, rank=3),
    ]
    rows = [
        [
            row.head,
            number(row.runs),
            _say_failed(row.failed, row.runs),
            interval(row.failed) if row.failed.n >= _FEWEST_KNOWN else "",
            duration(row.p50_s) if row.p50_s is not None else "",
            duration(row.p90_s) if row.p90_s is not None else "",
            percent(row.masked / row.runs) if row.masked else "",
        ]
        for row in report.commands[:most]
    ]
    ends = []
    if stopped := sum(command.stopped for command in report.commands):
        waited = sum(command.stopped_s for command in report.commands)
        ends = [f"{plural(stopped, 'run')} stopped or timed out after {rough_duration(waited)}"]
    return "\n".join([part for part in (draw_table(columns, rows, page, empty=""), *ends) if part])


def _render_files(report: Report, most: int, page: Page) -> str:
    """Render the most edited files."""
    columns = [
        Column("most edited file", path=True, flexible=True),
        Column("project", flexible=True, rank=1),
        Column("tries", right=True),
        Column("failed", right=True),
        Column("refused", right=True, rank=3),
        Column("sessions", right=True, rank=2),
    ]
    rows = [
        [file.path, file.project, *(number(count) for count in (file.edits, file.failed, file.rejected, file.sessions))]
        for file in report.files[:most]
    ]
    return draw_table(columns, rows, page, empty="")


def _render_models(report: Report, most: int, page: Page) -> str:
    """Render tokens by model."""
    columns = [
        Column("tokens of", flexible=True),
        Column("messages", right=True, rank=1),
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
    return draw_table(columns, rows, page, empty="")


def _render_rejections(report: Report, most: int, page: Page) -> str:
    """Render what the user said when refusing, newest first."""
    rows = report.rejections[:most]
    if not rows:
        return ""
    lines = [page.dim("you refused")]
    for row in rows:
        head = f"{row.session}  {short_date(row.at, page.now, clock=False)}  {row.tool} {row.about}".rstrip()
        lines.append(cut(f'{cut(one_line(head), 44)}  "{one_line(row.words or "")}"', page.width))
    return "\n".join(lines)
