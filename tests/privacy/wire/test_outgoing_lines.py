"""A stricter setting holds for what waits already."""

from datetime import UTC, datetime

import pytest

from twiceshy.privacy.wire.outgoing_lines import limit_line
from twiceshy.privacy.wire.wire_rows import WireError, decode_row, encode_row
from twiceshy.records.team import WireRow, WireValue

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def line(kind: str, **data: WireValue) -> bytes:
    """A line that was put at the loosest level."""
    return encode_row(WireRow(kind=kind, id=b"i" * 16, rev=0, at=AT, data=data))


def test_what_may_leave_leaves_byte_for_byte() -> None:
    """So that what `--dry-run` prints is what was recorded."""
    made = line("execution", exit_code=0, exit_reason="completed", total_runtime=1.5)

    assert limit_line(made, "counts") == made


def test_a_stricter_level_takes_texts_away() -> None:
    """And whole rows that are nothing but text."""
    run = line(
        "execution", exit_code=0, exit_reason="completed", total_runtime=1.5, command="make", command_head="make"
    )
    sample = line("output_sample", execution="0" * 32, content="hello")

    limited = limit_line(run, "anonymous")

    assert limited is not None
    assert dict(decode_row(limited).data) == {
        "command_head": "make",
        "exit_code": 0,
        "exit_reason": "completed",
        "total_runtime": 1.5,
    }
    assert limit_line(sample, "anonymous") is None
    assert limit_line(sample, "full") == sample


def test_what_is_no_row_does_not_leave() -> None:
    """As an older version may have put it."""
    with pytest.raises(WireError):
        limit_line(b'{"kind":"secret"}', "full")
