"""What hides a value from a rule, and how it is read."""

import pytest

from twiceshy.privacy.secrets.hidden_places import (
    APART,
    CLOSE,
    JOINED,
    Reading,
    choose_joins,
    has_glued_escape,
    map_stretches,
    surround_places,
)


@pytest.mark.parametrize(
    ("reading", "text", "expected"),
    [
        pytest.param(CLOSE, b"plain 100 & [0] words", b"plain 100 & [0] words", id="nothing hides here"),
        pytest.param(JOINED, b'"a", "b" + c', b'"a", "b" + c', id="two values"),
        pytest.param(CLOSE, b"a\x1b[1mb\\x1b[0mc", b"abc", id="colours in a token"),
        pytest.param(APART, b"a\x1b[1mb", b"a b", id="a colour between two"),
        pytest.param(CLOSE, b"%41\\u0042\\x43&#68;&#x45;&quot;\\n", b'ABCDE"\n', id="every spelling"),
        pytest.param(JOINED, b'"ab" + "cd"', b'"abcd"', id="pieces"),
        pytest.param(JOINED, b"ab\\\n> cd", b"ab\\\n> cd", id="a blank behind a line's end"),
        pytest.param(JOINED, b"ab\\\ncd", b"abcd", id="a line that goes on"),
    ],
)
def test_a_reading_shows_what_is_meant(reading: Reading, text: bytes, expected: bytes) -> None:
    """And leaves the rest."""
    assert reading.pattern.sub(reading.mean, text) == expected


def test_places_are_mapped_back() -> None:
    """Of ``abcd`` the second half began behind the colour."""
    assert map_stretches(b"ab\x1b[1mcd", CLOSE) == [(0, 0), (2, 6)]
    assert map_stretches(b"a%42", CLOSE) == [(0, 0), (1, 1)]


def test_joins_without_a_name_before_them_are_left() -> None:
    """A table of words is no secret in pieces."""
    assert choose_joins(b'x = "kes" + "trel"', [13]) == []
    assert choose_joins(b'password = "kes" + "trel"', [20]) == [20]


def test_stretches_near_each_other_are_one() -> None:
    """Each begins behind a blank."""
    text = b"x" * 100 + b" " + b"y" * 9000

    assert surround_places(text, [200, 300, 8000], 500) == [(0, 800), (7488, 8500)]


def test_only_an_escape_before_a_word_is_glued() -> None:
    """Its last letter is no border there."""
    assert not has_glued_escape(b"100 % [x] \\n ")
    assert has_glued_escape(b"\\nghp_")
