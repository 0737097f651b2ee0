"""wings.team.sync.leaving_lines: a stricter setting holds for what waits already; texts pass the gate."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.privacy.wire.wire_rows import WireError, decode_row, encode_row
from twiceshy.records.team import WireRow, WireValue
from twiceshy.wings.team.sync.leaving_lines import LeavingLines

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def line(kind: str, **data: WireValue) -> bytes:
    """A line that was put at the loosest level."""
    return encode_row(WireRow(kind=kind, id=b"i" * 16, rev=0, at=AT, data=data))


@pytest.fixture
def home(scratch_home: Path) -> Path:
    """Where the store lies."""
    return scratch_home


def limit_line(home: Path, text: bytes, level: str) -> bytes | None:
    """What of a line may leave at a level."""
    config = replace(load({}, os.environ, home), sync_level=level)
    with Store.open(config.home) as store:
        return LeavingLines(config, store).prepare(text)


def test_what_may_leave_leaves_byte_for_byte(home: Path) -> None:
    """So that what `--dry-run` prints is what was recorded."""
    made = line("execution", exit_code=0, exit_reason="completed", total_runtime=1.5)

    assert limit_line(home, made, "counts") == made


def test_a_stricter_level_takes_texts_away(home: Path) -> None:
    """And whole rows that are nothing but text."""
    run = line(
        "execution", exit_code=0, exit_reason="completed", total_runtime=1.5, command="make", command_head="make"
    )
    sample = line("output_sample", execution="0" * 32, content="hello")

    limited = limit_line(home, run, "anonymous")

    assert limited is not None
    assert dict(decode_row(limited).data) == {
        "command_head": "make",
        "exit_code": 0,
        "exit_reason": "completed",
        "total_runtime": 1.5,
    }
    assert limit_line(home, sample, "anonymous") is None
    assert limit_line(home, sample, "full") == sample


def test_what_is_no_row_does_not_leave(home: Path) -> None:
    """As an older version may have put it."""
    with pytest.raises(WireError):
        limit_line(home, b'{"kind":"secret"}', "full")
