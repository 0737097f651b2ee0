"""Spans of time are read and shown as people write them."""

import pytest

from twiceshy.stats.durations import format_duration, parse_seconds


@pytest.mark.parametrize("text", ["", " ", "s", "1x", "1.2.3", "-1s", "1 s", "1e3", ".", "1sm", "auto"])
def test_what_is_no_span_is_refused(text: str) -> None:
    """Rather than guessed at."""
    with pytest.raises(ValueError, match="span of time"):
        parse_seconds(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("0", 0), ("90", 90), ("90s", 90), ("5m", 300), ("1h30m", 5400), ("250ms", 0.25), ("1.5h", 5400), ("2d", 172800)],
)
def test_a_span_is_read(text: str, wanted: float) -> None:
    """In seconds."""
    assert wanted == parse_seconds(text)


@pytest.mark.parametrize(
    ("span_s", "wanted"),
    [
        (0, "0ms"),
        (0.3, "300ms"),
        (4, "4.0s"),
        (59.9, "59.9s"),
        (60, "1m"),
        (90, "1m30s"),
        (3600, "1h"),
        (90000, "1d1h"),
    ],
)
def test_a_span_is_shown(span_s: float, wanted: str) -> None:
    """In two units at most."""
    assert wanted == format_duration(span_s)
