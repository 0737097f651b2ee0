"""Numbers mean what a terminal was shown last."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twiceshy.archive.shown_list import FILE, recall, remember

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_nothing_shown_means_nothing(tmp_path: Path) -> None:
    """Of a terminal that saw no list."""
    assert recall(tmp_path, "a", AT) == {}


def test_each_terminal_has_its_own_list(tmp_path: Path) -> None:
    """The last one."""
    remember(tmp_path, "a", {1: "i-1"}, AT)
    remember(tmp_path, "b", {1: "i-2"}, AT)
    remember(tmp_path, "a", {1: "i-3", 2: "p-1"}, AT)

    assert recall(tmp_path, "a", AT) == {1: "i-3", 2: "p-1"}
    assert recall(tmp_path, "b", AT) == {1: "i-2"}


def test_an_old_list_is_none(tmp_path: Path) -> None:
    """Nor is one from the future, after a clock went back."""
    remember(tmp_path, "a", {1: "i-1"}, AT)

    assert recall(tmp_path, "a", AT + timedelta(hours=13)) == {}
    assert recall(tmp_path, "a", AT - timedelta(hours=1)) == {}


@pytest.mark.parametrize("text", ["", "x", "[]", '{"a": 1}', '{"a": {"at": "2026-11-02T09:00:00.000Z", "ids": 1}}'])
def test_a_damaged_file_is_no_list(tmp_path: Path, text: str) -> None:
    """It is written anew."""
    (tmp_path / FILE).write_text(text)

    assert recall(tmp_path, "a", AT) == {}
    remember(tmp_path, "a", {1: "i-1"}, AT)
    assert recall(tmp_path, "a", AT) == {1: "i-1"}
