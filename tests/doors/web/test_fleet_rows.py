"""doors.web.fleet_rows: true words for whole, groups and what is worth doing, and the same ones in the terminal."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from wings.fleet.tests.lake.small_outputs import write_example

from twiceshy.base.config import load
from twiceshy.base.values import Scrubbed
from twiceshy.doors.cli.main import main
from twiceshy.doors.web import fleet_rows
from twiceshy.records.fleet import FleetDuration, FleetEffect, FleetFigures, FleetLesson, FleetReport
from twiceshy.records.spending import TokenCounts
from twiceshy.screens.number_words import make_page_words
from twiceshy.stats.intervals import measure_share
from twiceshy_fleet import recipes as fleet

WORDS = make_page_words()
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
FIGURES = FleetFigures(
    key="blue",
    name="blue",
    sessions=40,
    people=9,
    teams=1,
    projects=2,
    first_at=AT,
    last_at=AT,
    calls=1_000,
    failed=measure_share(20, 1_000),
    edits=7,
    corrections=3,
    corrected=measure_share(3, 30),
    rolled_back=measure_share(0, 0),
    tasks=50,
    first_pass=measure_share(40, 50),
    tokens=TokenCounts(input=1_000_000, output=500_000),
    dollars=12.5,
    unpriced=0,
    partial=0,
)
LESSON = FleetLesson(
    id="l-0123456789abcdef",
    says=Scrubbed("Editing an unread file is refused"),
    why=Scrubbed(""),
    times=7,
    sessions=5,
    people=3,
    teams=2,
    projects=1,
    places=(Scrubbed("shop"), Scrubbed("api")),
    seconds=1_200.0,
    seen_gone=6,
    first_at=AT,
    last_at=AT,
)
REPORT = FleetReport(
    output="/srv/out", team="", by="team", whole=replace(FIGURES, teams=2), groups=(FIGURES,), lessons=(), troubles=()
)


def row_of(figures: FleetFigures) -> dict[str, str]:
    """A group's cells by their columns."""
    table = fleet_rows.draw_groups(replace(REPORT, groups=(figures,)), WORDS)
    return dict(zip(table.columns, map(str, table.rows[0]), strict=True))


def test_the_whole_in_a_line() -> None:
    """Counts, shares with their intervals, and dollars."""
    assert fleet_rows.describe_whole(REPORT, WORDS) == (
        "40 sessions of 9 people · 2 teams · 2 repositories · 2 Nov 2026 - 2 Nov 2026 · "
        "1,000 calls, 2.0 % (1.3-3.1) failed · 80.0 % (67.0-88.8) of tasks right at once · 1.5M tokens · $12.50"
    )


def test_a_group_has_its_shares_and_its_ratio() -> None:
    """What is not known is empty, and no zero."""
    found = row_of(replace(FIGURES, ratio=1.5, ratio_low=1.2, ratio_high=1.9, verdict="more"))

    assert found["failed"] == "2.0 % (1.3-3.1)"
    assert found["vs others"] == "1.50x (1.20-1.90) more"
    assert (found["rolled back"], found["corrected"], found["cost"]) == ("", "10.0 % (3.5-25.6)", "$12.50")
    assert row_of(FIGURES)["vs others"] == ""


def test_a_handful_is_written_as_counts() -> None:
    """And compared with nothing."""
    found = row_of(replace(FIGURES, verdict="few", name="", people=0))

    assert (found["failed"], found["vs others"], found["right at once"]) == ("20 of 1000", "few", "40 of 50")
    assert (found["team"], found["people"]) == ("(not known)", "")


def test_a_cost_that_is_not_all_says_so() -> None:
    """A lower bound, or nothing where no price is known at all."""
    assert row_of(replace(FIGURES, unpriced=5))["cost"] == ">= $12.50"
    assert row_of(replace(FIGURES, unpriced=5, dollars=0.0))["cost"] == ""


@pytest.mark.parametrize(
    ("says", "do"),
    [
        pytest.param(LESSON.says, "put that sentence into the agents' instructions of shop, api", id="our own words"),
        pytest.param('`make` fails: "no rule"', "mend what fails in shop, api", id="what a tool said"),
    ],
)
def test_what_is_worth_doing_says_where_and_what(says: str, do: str) -> None:
    """With how often, with whom, since when and what it cost."""
    report = replace(REPORT, lessons=(LESSON._replace(says=Scrubbed(says)),) * 5)

    found = fleet_rows.list_worth_doing(report, WORDS)

    assert len(found) == 3
    assert found[0].says == f"{says}: 7 times in 5 sessions of 3 people, 2 teams, 1 repository; last 2 Nov 2026"
    assert found[0].cost == "20 min until it was put right (6 of 7 times seen)"
    assert found[0].do.startswith(do)


def test_what_is_not_in_the_figures_is_told() -> None:
    """Each in a sentence; of a whole report nothing."""
    report = replace(
        REPORT, failed_shards=2, aside=1, imitations=3, copies=4, models=(("m", 5),), whole=replace(FIGURES, partial=1)
    )

    assert fleet_rows.describe_limits(REPORT, WORDS) == []
    assert [line.split()[0] for line in fleet_rows.describe_limits(report, WORDS)] == ["2", "1", "3", "4", "Cost"]
    assert "only a part" in fleet_rows.describe_limits(replace(report, models=()), WORDS)[-1]


def test_every_table_has_a_cell_for_each_column() -> None:
    """With rows and without."""
    full = replace(
        REPORT,
        lessons=(LESSON, LESSON._replace(seen_gone=0, last_at=None)),
        effects=(FleetEffect("reads first", "task", "corrected", 9, 8, 0.5, 0.4, 0.9, 0.01),),
        durations=(FleetDuration("run", Scrubbed("make"), 40, 1.0, 2.0, 3.0),),
    )
    for report in (REPORT, full):
        for table in fleet_rows.draw_all(report, WORDS):
            assert {len(row) for row in table.rows} <= {len(table.columns)}
            assert all(place < len(table.columns) for place in table.counts)
            assert table.empty


def test_the_terminal_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every cell of the rows stands in what `--all` prints, and `--json` has the same numbers."""
    pytest.importorskip("duckdb")
    write_example(tmp_path / "out")
    words = ["--home", str(tmp_path / "home"), "fleet", "report", str(tmp_path / "out"), "--by", "repository"]

    assert main([*words, "--all"]) == 0
    text = capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)

    found = fleet.build_fleet_report(
        load({"home": str(tmp_path / "home")}, {}, tmp_path), str(tmp_path / "out"), "repository"
    )
    flat = " ".join(text.split())
    assert fleet_rows.describe_whole(found, WORDS) in flat
    assert all(table.title in text for table in fleet_rows.draw_all(found, WORDS))
    assert {cell for row in fleet_rows.draw_groups(found, WORDS).rows for cell in row[:4]} <= set(text.split())
    assert record["whole"]["calls"] == found.whole.calls == 10
    assert [one["name"] for one in record["groups"]] == ["shop", "api"]
