"""Ranking task: the question, with everything that may be known at that moment, ready for the signals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from twiceshy.stats.text.text_words import deduplicate, split_words
from twiceshy_git.predict.index import Index, find_opening, find_references, normalize_subject

_MOST_WORDS = 120
"""Different words of a task that are looked up. Guess of 2026-11-21: bounds the work."""
_MOST_TEXT = 20_000
"""Characters of a task that are read. Guess of 2026-11-21: a pasted log has no more to say."""
_SCOPE = re.compile(r"\s*\w+\(([^)]*)\)!?:")
_LONGEST_NAME = 300
"""Characters of a file's name. Guess of 2026-11-21."""
_AROUND_NAMES = "`'\"()[]{}<>,;:!?*."


@dataclass(frozen=True, slots=True)
class RankingTask:
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


def build_task(index: Index, text: str, *, at: int, author: str = "", seeds: Sequence[str] = ()) -> RankingTask:
    """Build the task, with its words cut and its seeds found."""
    text = text[:_MOST_TEXT]
    scope = _SCOPE.match(text)
    return RankingTask(
        text=text,
        words=deduplicate(split_words(text))[:_MOST_WORDS],
        scope=deduplicate(split_words(scope.group(1))) if scope else (),
        named=find_file_names(text),
        references=find_references(text),
        opening=find_opening(text),
        shape=normalize_subject(text.partition("\n")[0]),
        at=at,
        author=author,
        seeds=tuple(index.numbers_of(seeds)),
    )


def find_file_names(text: str) -> tuple[str, ...]:
    """Return what looks like a file or a path, lower case: it holds a slash, or a dot before a short ending.

    >>> find_file_names("Fix `src/Auth.py`, see tokens.py. And/or not")
    ('src/auth.py', 'tokens.py', 'and/or')
    """
    found = []
    for piece in text.lower().replace("\\", "/").split():
        name = piece.strip(_AROUND_NAMES)
        ending = name.rpartition(".")[2]
        if 2 < len(name) <= _LONGEST_NAME and ("/" in name or ("." in name and 0 < len(ending) <= 10)):
            found.append(name)
    return deduplicate(found)[:_MOST_WORDS]
