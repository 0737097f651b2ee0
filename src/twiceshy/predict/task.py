"""Task: what is asked, with everything that may be known at that moment, ready for the signals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from twiceshy.facts.ranking import distinct, words
from twiceshy.predict.index import Index, opening, references, shape

MOST_WORDS = 120
MOST_TEXT = 20_000  # characters of a task that are read: a pasted log has no more to say
SCOPE = re.compile(r"\s*\w+\(([^)]*)\)!?:")
LONGEST_NAME = 300  # characters
AROUND_NAMES = "`'\"()[]{}<>,;:!?*."


@dataclass(frozen=True, slots=True)
class Task:
    """One question to the index."""

    text: str
    words: tuple[str, ...]
    scope: tuple[str, ...]
    """Words of a conventional scope: `fix(auth): ...` has `auth`."""
    named: tuple[str, ...]
    """Files that the text names, lower case."""
    references: frozenset[str]
    opening: str
    shape: str
    at: int
    """Seconds since 1970 UTC."""
    author: str
    """As in ``Change.author``; empty where unknown."""
    seeds: tuple[int, ...] = ()
    """Files known to be part of it."""


def asked(index: Index, text: str, *, at: int, author: str = "", seeds: Sequence[str] = ()) -> Task:
    """The task, with its words cut and its seeds found."""
    text = text[:MOST_TEXT]
    scope = SCOPE.match(text)
    return Task(
        text=text,
        words=distinct(words(text))[:MOST_WORDS],
        scope=distinct(words(scope.group(1))) if scope else (),
        named=names_in(text),
        references=references(text),
        opening=opening(text),
        shape=shape(text.partition("\n")[0]),
        at=at,
        author=author,
        seeds=tuple(index.known(seeds)),
    )


def names_in(text: str) -> tuple[str, ...]:
    """What looks like a file or a path, lower case: it holds a slash, or a dot before a short ending.

    >>> names_in("Fix `src/Auth.py`, see tokens.py. And/or not")
    ('src/auth.py', 'tokens.py', 'and/or')
    """
    found = []
    for piece in text.lower().replace("\\", "/").split():
        name = piece.strip(AROUND_NAMES)
        ending = name.rpartition(".")[2]
        if 2 < len(name) <= LONGEST_NAME and ("/" in name or ("." in name and 0 < len(ending) <= 10)):
            found.append(name)
    return distinct(found)[:MOST_WORDS]
