"""Likeness by letters."""

import pytest

from twiceshy.facts.letters import Letters, grams


def test_the_nearest_by_letters_is_the_one_that_shares_words() -> None:
    """Also parts of words and of identifiers."""
    found = Letters(["authentication failed", "refreshToken expired", "disk is full"])

    for text, place in (("authenticating fails", 0), ("the refresh token", 1), ("full disks", 2)):
        similar = found.similar(text)
        assert similar.index(max(similar)) == place


def test_the_same_text_is_wholly_alike_and_a_foreign_one_not_at_all() -> None:
    """1 and 0; of nothing everything is 0."""
    found = Letters(["permission denied", "quux"])

    assert found.similar("permission denied") == [pytest.approx(1.0), 0.0]
    assert found.similar("") == [0.0, 0.0]
    assert Letters([]).similar("x") == []
    assert Letters([""]).similar("x") == [0.0]


def test_a_long_text_costs_no_more_than_its_beginning() -> None:
    """What lies behind 4,000 characters is not looked at."""
    assert grams("ab " * 50_000) == grams("ab " * 5_000)
