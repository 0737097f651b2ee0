"""Pieces of words, learned from texts."""

import pytest

from twiceshy.predict.messages.byte_pairs import END, PART, START, BytePairs, learn_byte_pairs, split_words_of

TEXTS = ["fix the parser of headers", "fix the lexer of names", "fix the cache"] * 3


def test_what_was_seen_comes_back() -> None:
    """Frequent words are one piece each."""
    pairs = learn_byte_pairs(TEXTS, 80)
    for text in TEXTS:
        assert pairs.decode(pairs.encode(text)) == text
    assert len(pairs.encode("fix the")) == 2
    assert len(pairs.pieces) <= 80


def test_words_that_were_not_seen_are_put_together() -> None:
    """Of known letters; unknown letters are left out, and what stands for no text is not written."""
    pairs = learn_byte_pairs(TEXTS, 80)
    assert pairs.decode(pairs.encode("fix the cheaper")) == "fix the cheaper"
    assert pairs.decode(pairs.encode("fix Z")) == "fix"
    assert pairs.decode([START, *pairs.encode("fix"), PART, END, 0]) == "fix"
    assert pairs.encode("") == []


def test_the_vocabulary_is_repeatable_and_enough_to_keep() -> None:
    """In any order of the texts; letters and joins say all."""
    pairs = learn_byte_pairs(TEXTS, 60)
    assert learn_byte_pairs(reversed(TEXTS), 60).joins == pairs.joins
    assert BytePairs(pairs.letters, pairs.joins).encode("the parser") == pairs.encode("the parser")


def test_pairs_that_come_once_are_not_joined() -> None:
    """However much room there is."""
    assert learn_byte_pairs(["ab cd"], 100).joins == ()


@pytest.mark.parametrize(("text", "words"), [("a1b", [" a", "1", "b"]), ("  x\n y", [" x", " y"]), ("", [])])
def test_numbers_stand_figure_by_figure(text: str, words: list[str]) -> None:
    """So that one can be forbidden."""
    assert split_words_of(text) == words
