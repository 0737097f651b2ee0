"""Models: tokens of each, and how their work went beside the others' on the same sort of work."""

from collections.abc import Sequence

from twiceshy.doors.web.compared_rows import describe_models
from twiceshy.doors.web.dashboard.asked import Asked, Drawn, LinkedCell, RowTable, describe_window, link_message
from twiceshy.doors.web.report_parts import write_minute
from twiceshy.recipes import look, pages
from twiceshy.records.report import LikeWork, ModelComparison, Report, ReportSection

_MOST_CASES = 50  # of a comparison (guess, 2026-11-23)


def read_models(asked: Asked) -> Report:
    """Return what `twiceshy report models` says."""
    return asked.kept.ask(
        ("models", asked.scope),
        lambda: look.build_report(asked.config, look.choose_scope(asked.config, asked.scope), (ReportSection.MODELS,)),
    )


def draw_models_page(found: Report, asked: Asked) -> Drawn:
    """Draw the tokens of each model; the comparison comes by itself."""
    amount = asked.words.amount
    rows = [
        (
            LinkedCell(one.model),
            asked.words.number(one.messages),
            amount(one.input),
            amount(one.output),
            amount(one.cache_write),
            amount(one.cache_read),
        )
        for one in found.models
    ]
    columns = ("model", "messages", "input", "output", "cache written", "cache read")
    tokens = RowTable("Tokens", columns, rows, "No token counts are stored.", frozenset({1, 2, 3, 4, 5}))
    says = f"Tokens and work {describe_window(found.overview, asked)}."
    values = {
        "heading": "Models",
        "lead": (says,),
        "filtered": True,
        "parts": ("/models/like-work",),
        "tables": (tokens,),
    }
    return Drawn("table_page.html", values)


def read_like_work(asked: Asked) -> Sequence[ModelComparison]:
    """Return each question about models with its answers."""
    return asked.kept.ask(
        ("like-work", asked.scope),
        lambda: pages.compare_models(asked.config, look.choose_scope(asked.config, asked.scope)),
    )


def draw_like_work(found: Sequence[ModelComparison], asked: Asked) -> Drawn:
    """Draw each comparison with enough sessions, and the cases behind those with a verdict."""
    worse = [(one.question, row) for one in found for row in one.rows if row.worse]
    return Drawn(
        "like_work.html",
        {
            "models": describe_models(found, asked.words),
            "tables": [_draw_cases(question, row) for question, row in worse],
        },
    )


def _draw_cases(question: str, row: LikeWork) -> RowTable:
    newest = row.cases[:_MOST_CASES]
    rows = [
        (LinkedCell(write_minute(case.at), link_message(case.session, case.uid)), case.session.hex()[:8])
        for case in newest
    ]
    title = f"{row.who}, {question}: the newest {len(newest)} of {len(row.cases)} cases"
    return RowTable(title, ("when (UTC)", "session"), rows, "")
