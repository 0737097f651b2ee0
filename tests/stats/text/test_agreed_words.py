"""stats.text.agreed_words: those of most people are passed on."""

import doctest
from itertools import permutations

from twiceshy.stats.text import agreed_words
from twiceshy.stats.text.agreed_words import SaidWords, agree_on_words


def test_the_examples_hold() -> None:
    """The function gives what its docstring shows."""
    assert doctest.testmod(agreed_words).failed == 0


def test_the_order_of_people_does_not_matter() -> None:
    """Ties are settled by counts, then by letters."""
    said = [SaidWords(("b",), 2), SaidWords(("a",), 2), SaidWords(("c",), 1), SaidWords(("",), 90)]

    assert {agree_on_words(some) for some in permutations(said)} == {("a",)}
