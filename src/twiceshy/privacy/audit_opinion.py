"""Ask the second opinion about many texts, and keep of what it sees only the place, the kind and the words before it.

Texts are asked about in heaps, since a store has a million short ones. Values that it found, and those that stand
behind placeholders, are looked for once more in all texts: tools repeat what they were given.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from twiceshy.privacy.opinion.second_opinion import find_sightings
from twiceshy.privacy.opinion.seen_values import EchoFinder
from twiceshy.privacy.opinion.sightings import Certainty, Sighting
from twiceshy.privacy.opinion.value_shape import WORDLIKE, ValueShape, judge_shape
from twiceshy.privacy.secrets.word_pairs import measure_words

_HEAP = 256 << 10
"""Bytes of short texts that are asked about at once (guess of 2026-11-22)."""
_BETWEEN = b"\n\x1e\n"
_MOST_VALUES = 100_000
"""Values that are remembered to look for their echoes (guess of 2026-11-22: 20 MB)."""
_LEAST_ECHO = 6
"""Bytes from which a value is looked for elsewhere (guess of 2026-11-22: shorter ones stand anywhere)."""
_BEFORE = 48
"""Bytes before a value whose words are told (guess of 2026-11-22)."""
_LONGEST_WORD = 24
"""Letters above which a word is not told (guess of 2026-11-22)."""
_SHORT_WORD = 4
"""Letters below which a word is told, word or not (guess of 2026-11-22): no secret is so short."""
_SHOWN = re.compile(rb"[A-Za-z]+|[^A-Za-z]+")


class Noticed(NamedTuple):
    """Something that may be a secret, told without it."""

    text: int
    """Which of the texts, from 0."""
    kind: str
    sign: str
    certainty: Certainty
    size: int
    """Bytes of the value."""
    before: str
    """The words before it; what is no word is left out."""
    value: bytes
    """Only to compare it, in memory: never stored and never shown."""
    around: tuple[bytes, int, int]
    """The plain view and the value's place in it; as the value, never stored and never shown."""


class FoundValues:
    """Values found in this audit, to know their echoes."""

    def __init__(self) -> None:
        self._values: set[bytes] = set()

    def add(self, value: bytes) -> None:
        """Remember a value that looks like one."""
        if len(value) >= _LEAST_ECHO and len(self._values) < _MOST_VALUES and judge_shape(value) > ValueShape.HARMLESS:
            self._values.add(value)

    def holds(self, value: bytes) -> bool:
        """Tell whether this value was found."""
        return value in self._values

    def __len__(self) -> int:
        return len(self._values)


def notice(contents: Sequence[bytes]) -> Iterator[Noticed]:
    """Yield what the second opinion sees in texts, in their order."""
    for indexes in _heap(contents):
        view, sightings = find_sightings(_BETWEEN.join([contents[index] for index in indexes]))
        if view.count(b"\x1e") == len(indexes) - 1:
            yield from _place(view, sightings, indexes)
            continue
        for index in indexes:  # a text has our sign in it
            yield from _place(*find_sightings(contents[index]), [index])


def notice_echoes(contents: Sequence[bytes], finder: EchoFinder) -> Iterator[Noticed]:
    """Yield where values stand that were recognised elsewhere."""
    for indexes in _heap(contents):
        if finder.find(_BETWEEN.join([contents[index] for index in indexes])):
            for index in indexes:
                yield from _place(contents[index], finder.find(contents[index]), [index])


def _heap(contents: Sequence[bytes]) -> Iterator[list[int]]:
    """Yield the indexes of texts that are asked about together; a long one is alone."""
    heap: list[int] = []
    size = 0
    for index, content in enumerate(contents):
        if len(content) < _LEAST_ECHO:
            continue
        if len(content) >= _HEAP:
            yield [index]
            continue
        heap.append(index)
        size += len(content)
        if size >= _HEAP:
            yield heap
            heap, size = [], 0
    if heap:
        yield heap


def _place(view: bytes, sightings: Sequence[Sighting], indexes: Sequence[int]) -> Iterator[Noticed]:
    """Yield each sighting with the text in which it stands."""
    if not sightings:
        return
    borders = [found.start() for found in re.finditer(b"\x1e", view)] if len(indexes) > 1 else []
    for one in sightings:
        index = indexes[bisect_left(borders, one.start)]
        value = view[one.start : one.end]
        if b"\x1e" in value:
            continue
        words = _tell_words(view[max(0, one.start - _BEFORE) : one.start])
        yield Noticed(index, one.kind, one.sign, one.certainty, len(value), words, value, (view, one.start, one.end))


def _tell_words(before: bytes) -> str:
    r"""Return the words of the same line before a value; whatever is no word of a language is left out.

    >>> _tell_words(b"x9Qz7\nexport DB_PASSWORD=")
    'export DB_PASSWORD='
    >>> _tell_words(b"login k2Lm9xWq7 with token ")
    'login … with token'
    """
    line = re.split(rb"[\n\x1e]", before)[-1]
    if line == before:  # it may begin in the middle of something
        line = line.partition(b" ")[2]
    told = []
    for word in line.split(b" "):
        parts = _SHOWN.findall(word)
        letters = [part for part in parts if part.isalpha()]
        fine = not re.search(rb"[0-9]", word) and all(
            len(part) < _SHORT_WORD or (len(part) <= _LONGEST_WORD and measure_words(part) >= WORDLIKE)
            for part in letters
        )
        told.append(word.decode("utf-8", "replace") if fine and word.isascii() else "…")
    return re.sub(r"[^ -~…]", "", re.sub(r"…(?: …)+", "…", " ".join(told))).strip()
