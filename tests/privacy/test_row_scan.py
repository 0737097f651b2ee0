"""What a server finds in rows that should have been redacted: the field and the rule, never the text."""

from datetime import UTC, datetime

import pytest

from twiceshy.privacy import row_scan
from twiceshy.privacy.row_scan import RowScan
from twiceshy.records.team import WireRow, WireValue

KEY = "AKIA" + "QYLPMN5HFIQR7XYA"
SCAN = RowScan()


def make_row(kind: str, **data: WireValue) -> WireRow:
    return WireRow(kind=kind, id=bytes(16), rev=0, at=datetime(2026, 11, 23, tzinfo=UTC), data=data)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(make_row("execution", exit_reason="completed", command="npm test"), id="plain words"),
        pytest.param(make_row("execution", command="cat /srv/app/log"), id="a path at the loosest level"),
        pytest.param(make_row("execution", command="push [aws-key:ab12cd]"), id="a placeholder"),
        pytest.param(make_row("session", model="claude-opus-4.5", tools={"Bash": 3}), id="a model and tools"),
        pytest.param(make_row("tombstone", target="0" * 32), id="no text"),
    ],
)
def test_what_is_clean_is_taken(row: WireRow) -> None:
    """A false alarm loses a row."""
    assert SCAN.find([row]) == {}
    assert SCAN.find([row]) == {}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        pytest.param(make_row("execution", command=f"deploy {KEY}"), "command: aws", id="a text"),
        pytest.param(make_row("execution", exit_reason=KEY), "exit_reason: aws", id="a word"),
        pytest.param(make_row("session", tools={KEY: 1}), "tools: aws", id="a word that is counted"),
        pytest.param(make_row("lesson", text="read /home/jo/app/x.py"), "text: ", id="a path where it is strict"),
        pytest.param(make_row("event", body='{"a": "b\\nAKIA' + KEY[4:] + '"}'), "body: aws", id="inside of JSON"),
    ],
)
def test_what_is_not_clean_is_named_by_its_rule(row: WireRow, field: str) -> None:
    """Beside rows that are clean."""
    found = SCAN.find([make_row("execution", command="true"), row])

    assert list(found) == [1]
    assert found[1].startswith(field)
    assert KEY not in found[1]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that members make up do not fill the memory; what was found is found again."""
    monkeypatch.setattr(row_scan, "_MOST_REMEMBERED", 2)
    scan = RowScan()
    for number in range(5):
        scan.find([make_row("execution", exit_reason=f"word {number}")])

    assert max(map(len, scan._clean.values())) <= 3
    assert list(scan.find([make_row("execution", exit_reason=KEY)])) == [0]


def test_what_nobody_redacted_is_redacted_here() -> None:
    """A text keeps its rest, a word goes, a word that must be there is withheld, and then nothing is found any more."""
    row = make_row("event", agent="x", name=KEY, tool=KEY, model="opus", size=3, body=f"deploy {KEY} now")
    kept = SCAN.redact(row)

    assert {**kept.data, "body": ""} == {"agent": "x", "name": "withheld", "model": "opus", "size": 3, "body": ""}
    assert str(kept.data["body"]).startswith("deploy [aws")
    assert SCAN.find([kept]) == {}


def test_counts_by_a_word_that_looks_like_a_secret_go() -> None:
    """The others stay."""
    assert SCAN.redact(make_row("session", tools={KEY: 1, "Bash": 2})).data == {"tools": {"Bash": 2}}


def test_a_clean_row_is_as_it_was() -> None:
    """Nothing is made worse."""
    row = make_row("session", agent="x", model="claude-opus-4.5", tools={"Bash": 3}, calls=3)

    assert SCAN.redact(row) == row
