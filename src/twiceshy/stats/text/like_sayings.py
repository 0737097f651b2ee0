"""Do two things that a person said mean the same? By the words that both have, in whatever order."""

from functools import lru_cache
from typing import NamedTuple

from twiceshy.stats.text.text_words import split_words

_LIKE, _LIKE_IN_FOLDER = 0.5, 0.34
"""Of the words of both, the share in common from which they say the same: anywhere, and about one folder (guess,
2026-11-22: of 218 corrections in 16 projects the most alike that differ in meaning have .31)."""
_LEAST_WORDS = 3
"""In common. Guess of 2026-11-22: "use the skill" has two."""
_FIRST_WORDS = 400
"""Characters that are compared (guess, 2026-11-22)."""


class Saying(NamedTuple):
    """What a person said, as it is compared."""

    words: frozenset[str]
    folder: str = ""
    """That it is about; empty where that is not known."""

    @property
    def is_long(self) -> bool:
        """Whether it has words enough to be compared with another."""
        return len(self.words) >= _LEAST_WORDS


@lru_cache(maxsize=4096)
def make_saying(text: str, folder: str = "") -> Saying:
    """Return a text as it is compared."""
    return Saying(frozenset(split_words(text[:_FIRST_WORDS])), folder)


def say_the_same(first: Saying, second: Saying) -> bool:
    """Tell whether two sayings mean the same.

    >>> one, other = make_saying("no ORM in migrations, plain SQL"), make_saying("plain SQL in migrations! No ORM!")
    >>> say_the_same(one, other), say_the_same(one, make_saying("no ORM in the reports"))
    (True, False)
    """
    shared = len(first.words & second.words)
    least = _LIKE_IN_FOLDER if first.folder and first.folder == second.folder else _LIKE
    return shared >= _LEAST_WORDS and shared >= least * len(first.words | second.words)
