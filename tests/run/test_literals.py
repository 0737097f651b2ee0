"""Plain words are found where RE2 would find them."""

import itertools
import random

import pytest
import re2

from twiceshy.run.literals import Words, read_words

WORDS = [
    ("ERROR", [b"ERROR"]),
    ("FAILED|panic:", [b"FAILED", b"panic:"]),
    ("error: no such file", [b"error: no such file"]),
    ("a|ab", [b"a", b"ab"]),
]
NO_WORDS = [
    *("", "|", "a|", "a||b", "a.b", "^a", "a$", "a+", "a*", "a?", "(a)", "[a]", "a{2}", "a\\b", "é", "a\nb", "a\tb"),
    "|".join("abcdefghi"),
]


@pytest.mark.parametrize(("regex", "words"), WORDS)
def test_a_pattern_of_plain_words_is_known(regex: str, words: list[bytes]) -> None:
    """In its own order."""
    assert read_words(regex) == words


@pytest.mark.parametrize("regex", NO_WORDS)
def test_what_may_mean_more_is_left_to_re2(regex: str) -> None:
    """Also what is empty, is not ASCII or has a line's end in it."""
    assert read_words(regex) == []


@pytest.mark.parametrize("regex", ["ab", "a|b", "ab|a", "a|ab", "b|abc|ca", "aa|a|b"])
def test_words_are_found_where_re2_finds_them(regex: str) -> None:
    """Each next place in many short texts, asked in order, anew and in pieces."""
    draw = random.Random(3)
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    expected = re2.compile(regex.encode(), options)
    words = Words(read_words(regex))
    for _ in range(300):
        text = bytes(draw.choices(b"abc\n\xff", k=draw.randrange(30)))
        starts = itertools.chain(range(len(text) + 1), [0, len(text) // 2])
        for start in starts:
            found, wanted = words.search(text, start), expected.search(text, start)
            assert (found is None) == (wanted is None)
            if found is not None:
                assert (found.start(), found.end(), found.group()) == (wanted.start(), wanted.end(), wanted.group())
                with pytest.raises(IndexError):
                    found.group(1)
