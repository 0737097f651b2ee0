"""Dates of commits: all of them, and none that no calendar has."""

from datetime import UTC, datetime
from pathlib import Path

from tests.flows.dataset.long_history import DAY, make_history

from twiceshy.capture.commit_dates import read_commit_dates


def test_each_commit_has_its_time(tmp_path: Path) -> None:
    """The newest first, as git has them."""
    start = 1_790_000_000
    folder = make_history(tmp_path / "shop", 3, start=start)

    assert read_commit_dates(folder, "HEAD") == [
        datetime.fromtimestamp(start + number * DAY, UTC) for number in (2, 1, 0)
    ]


def test_a_time_beyond_the_calendar_is_unknown(tmp_path: Path) -> None:
    """Git keeps a number that no date has; it is counted all the same."""
    folder = make_history(tmp_path / "shop", 1, start=10**13)

    assert read_commit_dates(folder, "HEAD") == [None]
