"""The options that narrow an answer."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime, timedelta, timezone

import pytest

from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.filters import add_filters, parse_positive
from twiceshy.stats.text.relative_times import parse_since

NOW = datetime(2026, 11, 21, 14, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("", None),
        ("36h", datetime(2026, 11, 20, 0, tzinfo=UTC)),
        ("2d", datetime(2026, 11, 19, 12, tzinfo=UTC)),
        ("1w", datetime(2026, 11, 14, 12, tzinfo=UTC)),
        ("1m", datetime(2026, 10, 22, 12, tzinfo=UTC)),
        ("1y", datetime(2025, 11, 21, 12, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 10, 31, 22, tzinfo=UTC)),
    ],
)
def test_since_is_a_time(text: str | None, expected: datetime | None) -> None:
    """Steps back from now, or a day of the reader's own zone."""
    assert parse_since(text, NOW) == expected


@pytest.mark.parametrize("text", ["soon", "3", "d", "-3d", "2026-13-01", "99999y", "1.5d", "2026-11-01T10:00"])
def test_a_since_that_is_none_is_told(text: str) -> None:
    """With what can be said instead."""
    with pytest.raises(UsageError, match=r"--since cannot be .*; say 36h, 30d"):
        parse_since(text, NOW)


@pytest.mark.parametrize("text", ["0", "-1", "x", "", "²"])
def test_a_limit_is_a_positive_number(text: str) -> None:
    """Nothing else."""
    assert parse_positive("20") == 20
    with pytest.raises(ArgumentTypeError):
        parse_positive(text)


def test_filters_are_declared_as_asked() -> None:
    """Project and time always, agent and limit where they mean something."""
    parser = ArgumentParser()
    add_filters(parser)
    assert vars(parser.parse_args([])) == {"project": None, "since": None}

    parser = ArgumentParser()
    add_filters(parser, agent=True, limit=20)
    assert vars(parser.parse_args(["--limit", "3"])) == {"project": None, "since": None, "agent": None, "limit": 3}
