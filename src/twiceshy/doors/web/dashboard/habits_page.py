"""Habits against outcomes: what `twiceshy effects` compares, with a way to the sessions of each habit."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from twiceshy.base.plugins import find_answer
from twiceshy.base.values import Rate
from twiceshy.doors.web.compared_rows import SIGNIFICANT_Q, draw_bar, judge_habit, write_ratio
from twiceshy.doors.web.dashboard.asked import Asked, Drawn, LinkedCell, RowTable, describe_window
from twiceshy.judgement import recipes as judge
from twiceshy.recipes import look
from twiceshy.records.effects import EditFate, Effect, Effects, OutcomeHistory
from twiceshy.records.figures import FileFigure
from twiceshy.records.lessons import Approach
from twiceshy.records.predictions import Partner
from twiceshy.records.questions import FILES
from twiceshy.records.report import Report, ReportSection

_CAUTION = (
    "An association is not a cause: whoever skips a step may also have had the harder task. Compared is only like with "
    "like: the same project, agent and size. Left of the dotted line it ended so less often with the habit, right of "
    "it more often; the scale goes from a sixteenth to sixteen times."
)
_MOST_PARTNERS = 10  # files, as `twiceshy predict` lists them (guess, 2026-11-23)
_MOST_ROWS = 200  # of a table (guess, 2026-11-23: nobody reads further)


def read_habits(asked: Asked) -> Effects:
    """Return what `twiceshy effects` says."""
    return asked.kept.ask(("effects", asked.scope), lambda: judge.measure_effects(asked.config, asked.scope))


def draw_habits_page(found: Effects, asked: Asked) -> Drawn:
    """Draw each comparison that was made, significant ones first."""
    told = [one for one in found.found if one.nature == "habit" and one.ratio is not None]
    sure = [one for one in told if one.q <= SIGNIFICANT_Q]
    says = (
        f"{asked.words.plural(len(told), 'comparison')} of habits in "
        f"{asked.words.plural(found.sessions, 'judged session')}; {asked.words.number(len(sure))} significant. "
        f"{asked.words.number(found.refused)} more have too few cases."
    )
    return Drawn(
        "habits.html",
        {
            "heading": "Habits",
            "lead": [says],
            "filtered": True,
            "sure": [_draw_effect(one, asked) for one in sure],
            "open": [_draw_effect(one, asked) for one in told if one.q > SIGNIFICANT_Q][:_MOST_ROWS],
            "caution": _CAUTION,
        },
    )


def _draw_effect(one: Effect, asked: Asked) -> dict[str, object]:
    return {
        "words": one.words,
        "href": link_history(one.exposure, asked),
        "with": _write_rate(one.exposed, asked),
        "without": _write_rate(one.other, asked),
        "ratio": write_ratio(one.ratio),
        "label": write_ratio(one.ratio),
        "bar": draw_bar(one.ratio, judge_habit(one)),
        "verdict": f"q = {one.q:.2g}" if one.q <= SIGNIFICANT_Q else "no difference shown",
    }


def _write_rate(one: Rate, asked: Asked) -> str:
    return f"{asked.words.percent(one.share)} of {asked.words.number(one.n)}" if one.n else "none"


def link_history(name: str, asked: Asked) -> str:
    """Return the address of a file's or a habit's history, with the filters of this page."""
    kept = {key: asked.query[key] for key in ("project", "agent", "since") if asked.query.get(key)}
    return "/history?" + urlencode({"name": name, **kept})


def read_history(asked: Asked) -> OutcomeHistory:
    """Return what `twiceshy history` says of a file or a habit."""
    return judge.find_history(asked.config, asked.query.get("name", ""), asked.scope)


def draw_history(found: OutcomeHistory, asked: Asked) -> Drawn:
    """Draw the sessions behind it, newest first, and how each way of working went."""
    ends = f"{asked.words.number(found.went_well)} of {asked.words.number(found.known)} known edits went well"
    says = (
        f"{asked.words.plural(found.edits, 'edit')} in {asked.words.plural(found.sessions, 'judged session')}; {ends}, "
        f"{asked.words.number(found.unknown)} are not known."
    )
    fates = RowTable(
        "Sessions",
        ("session", "when", "edits", "what was done", "what became of it"),
        [_draw_fate(one, asked) for one in found.fates[:_MOST_ROWS]],
        "No edit of it is judged yet: `twiceshy judge` does.",
        frozenset({2}),
    )
    ways = RowTable(
        "How it was worked on",
        ("approach", "where", "went well", "known", "not known", "sessions"),
        [_draw_approach(one, asked) for one in found.approaches[:_MOST_ROWS]],
        "No way of working has enough cases.",
        frozenset({2, 3, 4, 5}),
    )
    return Drawn(
        "table_page.html",
        {
            "heading": found.name,
            "lead": (says,),
            "filtered": False,
            "parts": ("/history/partners",) if found.project else (),
            "tables": (fates, ways),
        },
    )


def _draw_fate(one: EditFate, asked: Asked) -> tuple[LinkedCell | str, ...]:
    harmless = "not known" if one.success is None else "went well"
    return (
        LinkedCell(one.session, f"/sessions/{one.session}"),
        asked.words.day(one.at) if one.at else "",
        asked.words.number(one.edits),
        ", ".join(one.habits),
        ", ".join(one.ends) or harmless,
    )


def _draw_approach(one: Approach, asked: Asked) -> tuple[LinkedCell | str, ...]:
    where = LinkedCell(one.path, link_history(one.path, asked)) if one.path else one.project
    return (
        one.words,
        where,
        asked.words.percent(one.success.share) if one.success.n else "",
        asked.words.number(one.known),
        asked.words.number(one.unknown),
        asked.words.number(one.sessions),
    )


def read_partners(asked: Asked) -> dict[str, Sequence[Partner]]:
    """Return what `twiceshy predict --partners` says of the file, in the repository that the dashboard was started in.

    Raises:
        SourceError: it was started in none.
    """
    name = asked.query.get("name", "")
    files = find_answer(FILES)
    return {"files": files.partners_of(asked.config, Path.cwd(), [name], _MOST_PARTNERS) if files else []}


def draw_partners(found: dict[str, Sequence[Partner]], asked: Asked) -> Drawn:
    """Draw the files that mostly change with it."""
    rows = [
        (
            LinkedCell(one.path, link_history(one.path, asked)),
            asked.words.number(one.times),
            asked.words.number(one.changes),
        )
        for one in found["files"]
    ]
    empty = "No other file of this repository changes with it often enough."
    columns = ("file", "commits with both", "of commits")
    return Drawn("tables.html", {"tables": (RowTable("Changes with", columns, rows, empty, frozenset({1, 2})),)})


# Files that agents edited, those that went badly first; each leads to its history.


def read_files(asked: Asked) -> Report:
    """Return what `twiceshy report edits` says."""
    return asked.kept.ask(
        ("edits", asked.scope),
        lambda: look.build_report(asked.config, look.choose_scope(asked.config, asked.scope), (ReportSection.EDITS,)),
    )


def draw_files(found: Report, asked: Asked) -> Drawn:
    """Draw a row for each file."""
    table = RowTable(
        "Edited files",
        ("file", "project", "tries", "failed", "refused", "sessions", "with a failed or refused try"),
        [_draw_file(one, asked) for one in found.files],
        "No edit is stored for these sessions.",
        frozenset({2, 3, 4, 5, 6}),
        "A try is an edit that the agent asked for, whatever became of it.",
    )
    says = f"{asked.words.plural(len(found.files), 'file')} {describe_window(found.overview, asked)}."
    values = {"heading": "Files", "lead": (says,), "filtered": True, "parts": (), "tables": (table,)}
    return Drawn("table_page.html", values)


def _draw_file(one: FileFigure, asked: Asked) -> tuple[LinkedCell | str, ...]:
    return (
        LinkedCell(one.path, link_history(one.path, asked)),
        one.project,
        asked.words.number(one.edits),
        asked.words.number(one.failed),
        asked.words.number(one.rejected),
        asked.words.number(one.sessions),
        asked.words.number(one.bad_sessions),
    )
