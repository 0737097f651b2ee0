"""screens.terminal.draw_spend: where the money went, as it is read."""

from dataclasses import replace
from datetime import UTC, datetime

from twiceshy.records.session_time import TimeCause, TimeReport, TimeRow
from twiceshy.records.spend import Cause, Ending, EndingRow, SpendGroup, SpendReport, SpendRow, Tag, TagRow, Work
from twiceshy.screens.terminal.draw_spend import render_spend
from twiceshy.screens.terminal.page import Page, Pen

PAGE = Page(80, Pen(on=False), datetime(2026, 11, 20, tzinfo=UTC))
NO_TIME = TimeReport(total_s=0.0, sessions=0, untimed=0, causes=[], cells=[], by_session=[], parallel_s=0.0)
NOTHING = SpendReport(
    total_usd=0.0,
    tokens=0,
    sessions=0,
    causes=[],
    mechanisms=[],
    work=[],
    tags=[],
    endings=[],
    commits=0,
    rows=[],
    rows_by="",
    cells=[],
    unpriced=0,
    partial=0,
    prices="a list",
    time=NO_TIME,
)


def test_nothing_spent_names_the_next_command() -> None:
    """And draws no bar."""
    assert "twiceshy ingest" in render_spend(NOTHING, PAGE)


def test_time_stands_below_the_money_and_alone_where_there_is_none() -> None:
    """Logs without token counts have times."""
    model = TimeRow(name=TimeCause.MODEL, seconds=7200.0, share=1.0, inferred_s=0.0)
    time = replace(NO_TIME, total_s=7200.0, sessions=1, causes=[model])
    alone = render_spend(replace(NOTHING, time=time), PAGE)

    assert alone.startswith("Where 2.0 h of 1 session went")
    assert alone in render_spend(replace(NOTHING, tokens=9, total_usd=1.0, time=time), PAGE)


def test_what_was_done_and_what_became_of_it_are_told() -> None:
    """A row of less than a hundredth is left out; tags and commits are beside the bars."""
    report = replace(
        NOTHING,
        total_usd=10.0,
        tokens=9,
        work=[
            SpendRow(name=Work.LOOK, usd=9.95, share=0.995, tokens=8),
            SpendRow(name=Work.PLAN, usd=0.05, share=0.005, tokens=1),
        ],
        tags=[TagRow(name=Tag.POLL, usd=2.0, share=0.2, requests=3)],
        endings=[EndingRow(name=Ending.STANDS, usd=10.0, share=1.0, tasks=2)],
        commits=4,
    )
    text = render_spend(report, PAGE)

    assert "      $9.95 100 % ████████████ looking\n" in text
    assert Work.PLAN not in text
    assert "     $10.00 100 % ████████████ done, no objection seen: 2 tasks\n" in text
    assert "$2.00 of it were 3 requests of a look at what still runs, alone in its message" in text
    assert "4 commits by the agent itself: $2.50 for each" in text


def test_rows_name_their_dearest_causes() -> None:
    """As many as a line holds."""
    shares = {Cause.READS.value: 0.6, Cause.OUTPUT.value: 0.3, Cause.WEB.value: 0.1}
    row = SpendGroup(name="web-shop", usd=8.0, share=0.8, sessions=2, causes=shares, work={})

    assert "      $8.00  80 % ████████████ web-shop: files read 60 %, what it wrote 30 %\n" in render_spend(
        replace(NOTHING, total_usd=10.0, tokens=9, rows=[row], rows_by="project"), PAGE
    )


def test_models_say_what_they_did() -> None:
    """One whose price nobody knows says that."""
    rows = [
        SpendGroup(name="m-1", usd=8.0, share=1.0, sessions=2, causes={}, work={Work.LOOK.value: 0.7, Work.EDIT: 0.3}),
        SpendGroup(name="m-2", usd=0.0, share=0.0, sessions=1, causes={}, work={}),
    ]
    text = render_spend(replace(NOTHING, total_usd=8.0, tokens=9, rows=rows, rows_by="model"), PAGE)

    assert "The same money by model, each with what it did most for it\n" in text
    assert "m-1: looking 70 %, changing files 30 %\n" in text
    assert "m-2: no known price\n" in text


def test_every_cause_fits_twenty_five_lines_of_eighty_columns() -> None:
    """With the dearest item of each, however long its name."""
    rows = [
        SpendRow(name=cause.value, usd=90.0 - 7 * place, share=0.1, tokens=5, item="src/" + "x" * 99, item_usd=1.0)
        for place, cause in enumerate(Cause)
    ]
    paid = [SpendRow(name="output", usd=1.0, share=1.0, tokens=5)] * 7
    report = replace(
        NOTHING, total_usd=100.0, tokens=9, sessions=2, causes=rows, mechanisms=paid, unpriced=9, partial=2
    )
    lines = render_spend(report, PAGE).split("\n")

    assert lines[0] == "Where $100.00 of 2 sessions went, each with its dearest part"
    assert lines[1].startswith("     $90.00  10 % ████████████ its fixed start: src/")
    assert len(lines) <= 27
    assert max(map(len, lines)) <= 80
