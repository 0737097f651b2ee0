"""doors.cli.prepare_report: what a report says before its first line and after its last."""

import pytest

from twiceshy.doors.cli.main import main
from twiceshy.doors.cli.prepare_report import describe_unscored
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
