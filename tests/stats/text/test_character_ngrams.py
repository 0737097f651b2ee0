"""Likeness by letters."""

import pytest

from twiceshy.stats.text.character_ngrams import NgramIndex, count_ngrams, shortlist


def test_the_nearest_by_letters_is_the_one_that_shares_words() -> None:
    """Also parts of words and of identifiers."""
    found = NgramIndex(["authentication failed", "refreshToken expired", "disk is full"])

    for text, place in (("authenticating fails", 0), ("the refresh token", 1), ("full disks", 2)):
        similar = found.compare_with(text)
        assert similar.index(max(similar)) == place


def test_the_same_text_is_wholly_alike_and_a_foreign_one_not_at_all() -> None:
    """1 and 0; of nothing everything is 0."""
    found = NgramIndex(["permission denied", "quux"])

    assert found.compare_with("permission denied") == [pytest.approx(1.0), 0.0]
    assert found.compare_with("") == [0.0, 0.0]
    assert NgramIndex([]).compare_with("x") == []
    assert NgramIndex([""]).compare_with("x") == [0.0]


def test_a_long_text_costs_no_more_than_its_beginning() -> None:
    """What lies behind 4,000 characters is not looked at."""
    assert count_ngrams("ab " * 50_000) == count_ngrams("ab " * 5_000)


def test_a_short_list_has_the_texts_with_the_rarest_words_first() -> None:
    """Beginnings of words count, also within identifiers; what most texts have, and what none has, does not."""
    texts = [f"the page {number} is empty" for number in range(20)]
    texts[3] = "the refreshToken of page 3 has expired"
    texts[7] = "the page's token is empty"

    assert shortlist(texts, "THE tokens that were refreshed are on the page", 5) == [3, 7]
    assert shortlist(texts, "tokens, refreshing", 1) == [3]
    assert shortlist(texts, "quokka", 5) == shortlist([], "token", 5) == []


def test_letters_whose_small_form_is_longer_do_not_shift_places() -> None:
    """A Turkish capital I with a dot becomes two letters."""
    assert shortlist(["\u0130" * 40, "x", "y", "z", "token"], "token", 2) == [4]


def test_a_sample_tells_how_rare_letters_are() -> None:
    """Of a short list all have the words that they were chosen for; these stay what tells them from others."""
    some = ["token expired", "token refused"]
    alone = NgramIndex(some).compare_with("token")
    told = NgramIndex(some, sample=["disk full", "page empty", "host down"]).compare_with("token")

    assert all(one > other for one, other in zip(told, alone, strict=True))
