"""The rest of a value whose beginning was replaced is found; what only stands behind a placeholder is not."""

import pytest

from twiceshy.privacy.value_rests import find_value_rests


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("A=[token:0a1b2c]\n420ad7bb9ee0ed84d", "420ad7bb9ee0ed84d"),
        ("A=[token:0a1b2c]\r\nBIkhHXGiemYP=\nB=1", "BIkhHXGiemYP="),
        ('a = "[password:0a1b2c]" + "q8Vw2Lm"', "q8Vw2Lm"),
        ('a = ("[password:0a1b2c]"\n    "dra-mspcr-98")', "dra-mspcr-98"),
    ],
)
def test_a_rest_is_found(text: str, rest: str) -> None:
    """In the next line, or in the next piece of a text in code."""
    assert [text[start:end] for start, end in find_value_rests(text)] == [rest]


@pytest.mark.parametrize(
    "text",
    [
        "A=[token:0a1b2c]\nmake test",
        "A=[token:0a1b2c]\nDEBUG=1",
        "remove [token:0a1b2c]\n4f3e2d1 Remove it",
        "by [email:0a1b2c]\nx9Qz7Kp2",
        "A=[token:0a1b2c]\n[token:0a1b2c]",
        'a = "[password:0a1b2c]" + "wrong"',
        "A=[token:0a1b2c]\n2026-11-23",
    ],
)
def test_what_is_no_rest_stays(text: str) -> None:
    """Words, settings, commits, days, and whatever stands behind an address."""
    assert find_value_rests(text) == []
