"""Task: what is asked, with everything that may be known at that moment, ready for the signals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from twiceshy.facts.ranking import distinct, words
from twiceshy.predict.index import Index, opening, references, shape

MOST_WORDS = 120
MOST_TEXT = 20_000  # characters of a task that are read: a pasted log has no more to say
SCOPE = re.compile(r"\s*\w+\(([^)]*)\)!?:")
NAMED = re.compile(r"[\w./\\-]*\w\.\w{1,10}\b|[\w-]+(?:/[\w.-]+)+")
"""Something that looks like a file or a path."""


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
        named=tuple(name.lower().replace("\\", "/") for name in NAMED.findall(text)[:MOST_WORDS]),
        references=references(text),
        opening=opening(text),
        shape=shape(text.partition("\n")[0]),
        at=at,
        author=author,
        seeds=tuple(index.known(seeds)),
    )
