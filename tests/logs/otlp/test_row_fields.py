"""A value that is not of its field's form is left out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from twiceshy.logs.otlp.metric_rows import (
    find_time,
    fit_commit,
    fit_count,
    fit_flag,
    fit_name,
    fit_number,
    fit_word,
    take_id,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [None, "", " ", True, -1, "-1", "none", "1e3", "1.2.3", float("inf"), float("nan"), 1e16]
)
def test_what_is_no_number_is_none(value: Any) -> None:
    """Nor is one below 0, or one that no sum holds."""
    assert fit_number(value) is None
    assert fit_count(value) is None


@pytest.mark.parametrize(("value", "number"), [(0, 0), ("12", 12), ("12.5", 12.5), (0.25, 0.25)])
def test_a_number_may_come_as_text(value: Any, number: float) -> None:
    """As Codex sends it."""
    assert fit_number(value) == number
    assert fit_count(value) == int(number)


@pytest.mark.parametrize(
    ("value", "flag"), [(True, True), ("true", True), ("False", False), ("yes", None), (None, None)]
)
def test_a_flag_may_come_as_text(value: Any, flag: bool | None) -> None:
    """As Claude Code sends it."""
    assert fit_flag(value) is flag


@pytest.mark.parametrize(
    ("value", "word"),
    [("Bash", "Bash"), (429, "429"), ("a\nb", None), ("x" * 81, None), ("wüst", None), (True, None), ("  ", None)],
)
def test_a_word_is_short_and_of_plain_characters(value: Any, word: str | None) -> None:
    """So a sentence with odd characters or many words is none."""
    assert fit_word(value) == word


@pytest.mark.parametrize(("name", "kept"), [("a.b-c", "a.b-c"), ("", "unnamed"), ("Ann paid", "unnamed")])
def test_a_name_has_no_blank(name: str, kept: str) -> None:
    """A sentence is not kept as one."""
    assert fit_name(name) == kept


@pytest.mark.parametrize(("commit", "kept"), [("0123abc", "0123abc"), ("main", None), ("0" * 65, None), (None, None)])
def test_a_commit_is_hexadecimal(commit: str | None, kept: str | None) -> None:
    """A branch is none."""
    assert fit_commit(commit) == kept


@pytest.mark.parametrize(
    ("time_ns", "text", "expected"),
    [
        (10**18, "2026-11-23T09:00:00Z", datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)),
        (0, "2026-11-23T09:00:00+01:00", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        (0, "2026-11-23T09:00:00", NOW),
        (0, "0001-01-01T00:00:00+14:00", NOW),
        (0, "soon", NOW),
        (0, 5, NOW),
    ],
)
def test_a_time_is_the_records_else_its_texts_else_now(time_ns: int, text: Any, expected: datetime) -> None:
    """A text without a zone says nothing sure."""
    assert find_time(time_ns, text, NOW) == expected


def test_an_id_may_stand_on_the_resource() -> None:
    """As a session does in Gemini CLI's counters; flags are none."""
    assert take_id({"session.id": "s"}, {}, ("session.id",)) == "s"
    assert take_id({"session.id": "s"}, {"session.id": 12}, ("session.id",)) == "12"
    assert take_id({"session.id": True}, {}, ("session.id",)) == ""
    assert take_id({"session.id": "s"}, {}, ()) == ""
