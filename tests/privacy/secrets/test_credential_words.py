"""Signs around words: each can be compiled, and each sort of word has its mark and its reach."""

import re

import re2

from twiceshy.privacy.secrets.credential_words import ALONE, AROUND, MARKS, PASSED, REACHES, WORDS


def test_each_sort_of_word_has_all_it_needs() -> None:
    """What stands behind its words is marked and searched."""
    assert len(WORDS) == len(PASSED) == len(MARKS) == len(REACHES)
    assert len(set(MARKS)) == len(MARKS)


def test_signs_are_expressions_of_the_engines() -> None:
    """None is refused, and none matches an empty text."""
    for sign in (*WORDS, *ALONE, *(sign for sign, _, _ in AROUND)):
        assert re2.compile(sign).search(b"") is None


def test_counts_of_tokens_are_no_words() -> None:
    """Two of three hits were of these."""
    tokens = re.compile(WORDS[1])

    assert [tokens.search(one) is not None for one in (b"input_tokens: 4", b"TokenUsage()", b"token = x")] == [0, 0, 1]
