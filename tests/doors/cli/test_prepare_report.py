"""doors.cli.prepare_report: what a report says before its first line and after its last."""

from datetime import UTC, datetime

import pytest

from twiceshy.doors.cli.main import main
from twiceshy.doors.cli.prepare_report import describe_newest, describe_unscored
from twiceshy.recipes.learn import NewestLogs
from twiceshy.records.figures import EditsToScore

OPEN = [
    pytest.param(EditsToScore(edits=0, open=0), "", id="no edits"),
    pytest.param(EditsToScore(edits=9, open=0), "", id="all scored"),
    pytest.param(
        EditsToScore(edits=3503, open=2096),
        "2,096 of 3,503 edits (60 %) have no score yet: `twiceshy learn` goes on.",
        id="some open",
    ),
]


@pytest.mark.parametrize(("found", "expected"), OPEN)
def test_open_edits_are_told_with_what_goes_on(found: EditsToScore, expected: str) -> None:
    """Only where some are open."""
    assert describe_unscored(found) == expected


NEWEST = NewestLogs(
    sessions=78,
    files=76,
    files_found=280,
    bytes_found=260_000_000,
    dollars=95.2,
    unpriced=0,
    seconds=68_000.0,
    first_at=datetime(2026, 10, 3, tzinfo=UTC),
    week=12.0,
)


def test_the_first_figure_says_what_it_is_of() -> None:
    """How many of the logs, since when, and what of it is of this week."""
    assert describe_newest(NEWEST, datetime(2026, 11, 20, tzinfo=UTC)) == (
        "A first look at the newest 76 of 280 logs: 78 sessions since 3 Oct, $95, $12 of it in the last 7 days, "
        "18.9 h of work. Now all 260 MB are read, and stored without secrets."
    )


def test_what_is_not_known_is_not_told() -> None:
    """Of a week that was not reached, nothing; of models without a price, that it is the least."""
    words = describe_newest(NEWEST._replace(week=None, unpriced=9, files=280), datetime(2026, 11, 20, tzinfo=UTC))

    assert "7 days" not in words
    assert "at all 280 logs" in words
    assert "at least $95" in words


def test_without_logs_the_next_commands_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A path to read, the folders that are searched, and the sample."""
    assert main([]) == 30

    err = capsys.readouterr().err
    assert all(words in err for words in ("twiceshy ingest PATH", "twiceshy doctor", "twiceshy report --first-look"))


def test_switched_off_is_said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the place that switched it off."""
    monkeypatch.setenv("TWICESHY_ENABLED", "0")

    assert main(["report"]) == 30
    assert "collecting is switched off (TWICESHY_ENABLED)" in capsys.readouterr().err


def test_a_program_gets_only_json(capsys: pytest.CaptureFixture[str]) -> None:
    """No words before it, and no progress."""
    assert main(["--json", "report", "--first-look"]) == 0

    out, err = capsys.readouterr()
    assert out.startswith("{")
    assert err == ""
