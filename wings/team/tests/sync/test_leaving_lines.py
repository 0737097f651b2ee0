"""sync.leaving_lines: a stricter setting holds for what waits; a secret is taken out, or the row stays."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twiceshy.base.config import load
from twiceshy.privacy.outgoing import OutgoingTexts, SecretLeft
from twiceshy.privacy.wire.wire_rows import decode_row, encode_row
from twiceshy.records.team import WaitingRow, WireRow, WireValue
from twiceshy_team.sync.leaving_lines import LeavingLines, SortedRows

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VALUE = "k9Xw2Lq8" + "Vz4Rt7YpQ1Zz"
RUN: dict[str, WireValue] = {"exit_code": 0, "exit_reason": "completed", "total_runtime": 1.5}


def waiting(kind: str, number: int = 1, /, **data: WireValue) -> WaitingRow:
    """A row that was put at the loosest level."""
    row = WireRow(kind=kind, id=number.to_bytes(16, "big"), rev=0, at=AT, data=data)
    return WaitingRow(id=row.id, rev=0, kind=kind, body=encode_row(row))


def sort(level: str, *rows: WaitingRow) -> SortedRows:
    return LeavingLines(replace(load({}, os.environ, Path()), sync_level=level), b"s" * 32).sort(rows)


def test_what_may_leave_leaves_byte_for_byte() -> None:
    """So that what `--dry-run` prints is what was recorded."""
    session = waiting("session", 2, agent="codex", model="gpt-5.1-codex", session_hash="0f" * 16, tools={"Bash": 3})
    rows = [waiting("execution", **RUN, command="make -j4 test", command_head="make"), session]

    assert sort("full", *rows) == ([rows[0], session], [], [])


def test_a_stricter_level_takes_texts_away() -> None:
    """And whole rows that are nothing but text."""
    run = waiting("execution", **RUN, command="make", command_head="make")
    sample = waiting("output_sample", 2, execution="0" * 32, content="hello")

    found = sort("anonymous", run, sample)

    assert [dict(decode_row(one.body).data) for one in found.ready] == [RUN | {"command_head": "make"}]
    assert (found.gone, found.refused) == ([sample], [])
    assert sort("full", sample).ready == [sample]


def test_what_is_no_row_does_not_leave() -> None:
    """As an older version may have put it."""
    odd = WaitingRow(id=b"i" * 16, rev=0, kind="secret", body=b'{"kind":"secret"}')

    assert [one.why[:30] for one in sort("full", odd).refused] == ["not of a form that may leave: "]


def test_a_secret_is_taken_out_of_texts_and_of_words() -> None:
    """The rest of the row leaves, and the row beside it as it is."""
    bad = waiting("execution", **RUN, command=f"signing-phrase: '{VALUE}' make")
    good = waiting("execution", 2, **RUN, command="make test")
    counted = waiting("session", 3, agent="codex", model="m", tools={"ghp_" + "aB3dE5gH7jK9" * 3: 2, "Bash": 1})

    found = sort("full", bad, good, counted)
    texts = [decode_row(one.body).data for one in found.ready]

    assert VALUE not in repr(texts)
    assert str(texts[0]["command"]).endswith(" make")
    assert found.ready[1] == good
    assert [str(name)[:13] for name in texts[2]["tools"]] == ["Bash", "[github-token"]  # type: ignore[union-attr]
    assert found.refused == []


def test_what_cannot_be_taken_out_is_kept_back_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason, and without its words."""

    def clean(_: object, texts: list[str]) -> object:
        place = next((at for at, text in enumerate(texts) if VALUE in text), None)
        return texts, None if place is None else SecretLeft(place, "random-run")

    monkeypatch.setattr(OutgoingTexts, "clean", clean)
    bad, good = waiting("execution", **RUN, command=VALUE), waiting("execution", 2, **RUN, command="make")
    found = sort("full", bad, good)

    assert found.ready == [good]
    assert [(one.id, one.verdict) for one in found.refused] == [(bad.id, "refused")]
    assert "random-run" in found.refused[0].why
    assert VALUE not in found.refused[0].why
