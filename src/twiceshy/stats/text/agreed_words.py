"""Which of several people's words for the same thing is passed on: those that most of them use."""

from collections.abc import Iterable
from typing import NamedTuple


class SaidWords(NamedTuple):
    """One person's words for it."""

    words: tuple[str, ...]
    """Texts that belong together; one without any says nothing."""
    times: int
    """How often that person's work showed it."""
    chosen: bool = False
    """The person decided for these words, and did not only let them be."""


def agree_on_words(said: Iterable[SaidWords]) -> tuple[str, ...]:
    """Return the words that a person chose, else those of most people; () where nobody says any.

    Of equally many people's words it is those of the greater count, and then the first by their letters: the answer
    does not hang on the order in which people's rows came.

    >>> agree_on_words([SaidWords(("a", "x"), 9), SaidWords(("b", ""), 1), SaidWords(("b", ""), 2)])
    ('b', '')
    >>> agree_on_words([SaidWords(("a",), 9), SaidWords(("own",), 1, True)]), agree_on_words([SaidWords(("",), 4)])
    (('own',), ())
    """
    told = [one for one in said if any(one.words)]
    told = [one for one in told if one.chosen] or told
    weights: dict[tuple[str, ...], tuple[int, int]] = {}
    for one in told:
        people, count = weights.get(one.words, (0, 0))
        weights[one.words] = (people + 1, count + one.times)
    return min(weights, key=lambda words: (-weights[words][0], -weights[words][1], words), default=())
