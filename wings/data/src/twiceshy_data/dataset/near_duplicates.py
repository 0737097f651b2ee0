"""Which texts say nearly the same, numbers, hashes and paths aside?

Texts are compared by their pieces of five words (shingles). A sketch is the 128 smallest hashes of a text's pieces, a
MinHash of one permutation: of a text with fewer pieces it is exact. Texts are compared only where the smallest hashes
of one of twelve parts of the hash range are equal, so that a million texts need no million comparisons each.
"""

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from zlib import crc32

from twiceshy_data.dataset.preference_pairs import PreferencePair

ALIKE: Final = 0.8
"""Share of the pieces of two texts together that both have, from which on they say the same (guess, 2026-11-23: what
those take who clean training data of code; the share itself is of the paper of Broder, 1997)."""
_ALIKE_AS_SEEN: Final = 0.7
"""The same where it is estimated from sketches: three standard errors below, so that rather too much counts as repeated
than too little (guess, 2026-11-23; the error is sqrt(.8 * .2 / 128), by definition)."""
_PIECE: Final = 5
"""Words (guess, 2026-11-23: shingles of five words are usual for prose and code)."""
_SKETCH: Final = 128
"""Hashes of a text (guess, 2026-11-23: the estimate is then off by .035)."""
_PARTS: Final = 12
"""Of the hash range (guess, 2026-11-23: of pairs with .8 in common (1 - .8**3)**12 are missed, 2 in 10,000)."""
_PART_HASHES: Final = 3
"""Smallest hashes of a part that must be equal (guess, 2026-11-23, as above)."""
_LONGEST: Final = 30_000
"""Characters of a text, from its beginning (guess, 2026-11-23: 5,000 words; the rest of such a text is seldom new)."""
_PATH: Final = re.compile(r"(?:[/\\][\w.@~+-]+)+")
_WORD: Final = re.compile(r"\w+")
_HASH: Final = re.compile(r"(?:0x)?[0-9a-f]{6,}")
_DIGITS: Final = re.compile(r"\d+")
_SPACE: Final = re.compile(rb" ")
_MIX: Final = 2_654_435_769
"""Odd, so that each hash of 32 bits becomes another (by definition of Knuth: 2**32 / golden ratio)."""
_HASH_BITS: Final = 0xFFFF_FFFF  # by definition of 32 bits
Sketch = Sequence[int]
"""Ascending hashes; empty of a text without words."""


def make_sketch(text: str) -> Sketch:
    """Return what a text is compared by."""
    words = list(_list_words(text[:_LONGEST]))
    joined = " ".join(words).encode("utf-8", "replace")
    spaces = [at.start() for at in _SPACE.finditer(joined)]
    starts, ends = [0, *(at + 1 for at in spaces)], [*spaces, len(joined)]
    pieces = {crc32(joined[start:end]) for start, end in zip(starts, ends[_PIECE - 1 :] or ends[-1:], strict=False)}
    return array("I", sorted(one * _MIX & _HASH_BITS for one in pieces)[:_SKETCH]) if words else array("I")


def _list_words(text: str) -> Iterator[str]:
    """Yield the words in lower case, without what stands behind a slash; a number or hash is one word like any."""
    for word in _WORD.findall(_PATH.sub(" ", text.lower())):
        if word.isalpha():
            yield word
        else:
            yield "0" if _HASH.fullmatch(word) else _DIGITS.sub("0", word)


class SketchIndex:
    """Sketches, among which those like a further one are found. It is filled first, then asked."""

    def __init__(self, sketches: Iterable[tuple[int, Sketch]]) -> None:
        """Keep numbered sketches; of equal ones the first alone, and no empty one."""
        self._numbers = array("Q")
        self._hashes = array("I")
        self._ends = array("Q", [0])
        seen = set[int]()
        for number, sketch in sketches:
            mark = hash(tuple(sketch))
            if sketch and mark not in seen:
                seen.add(mark)
                self._numbers.append(number)
                self._hashes.extend(sketch)
                self._ends.append(len(self._hashes))
        self._parts = [self._sort_part(part) for part in range(_PARTS)]

    def _sort_part(self, part: int) -> tuple["array[int]", "array[int]"]:
        """Return the keys of a part in order, and whose each is."""
        keys = array("q", (_make_key(self._get(place), part) for place in range(len(self._numbers))))
        places = [place for place, key in enumerate(keys) if key != _NO_KEY]
        places.sort(key=keys.__getitem__)
        return array("q", (keys[place] for place in places)), array("Q", places)

    def _get(self, place: int) -> Sketch:
        return self._hashes[self._ends[place] : self._ends[place + 1]]

    def find_alike(self, sketch: Sketch, below: int | None = None) -> int | None:
        """Return the number of a text that is like this one, the lowest; None where there is none.

        ``below`` leaves out that number and those above it.
        """
        own = frozenset(sketch)
        places = sorted(place for place in set(self._list_candidates(sketch)))
        for place in places:
            number = self._numbers[place]
            if below is not None and number >= below:
                break
            if _are_alike(own, self._get(place)):
                return number
        return None

    def _list_candidates(self, sketch: Sketch) -> Iterator[int]:
        for part, (keys, places) in enumerate(self._parts):
            key = _make_key(sketch, part)
            if key == _NO_KEY:
                continue
            at = bisect_left(keys, key)
            while at < len(keys) and keys[at] == key:
                yield places[at]
                at += 1


_NO_KEY: Final = -1  # by definition no checksum


def _make_key(sketch: Sketch, part: int) -> int:
    """Return the smallest hashes of a part as one number; ``_NO_KEY`` where it has none."""
    found = [one for one in sketch if one % _PARTS == part][:_PART_HASHES]
    return crc32(array("I", found).tobytes()) if found else _NO_KEY


def _are_alike(own: frozenset[int], other: Sketch) -> bool:
    """Tell whether two texts share enough of their pieces."""
    shared = own.intersection(other)
    if len(shared) < _ALIKE_AS_SEEN * min(len(own), len(other)):
        return False
    union = len(own) + len(other) - len(shared)
    if max(len(own), len(other)) < _SKETCH:
        return len(shared) >= ALIKE * union
    smallest = sorted(own.union(other))[:_SKETCH]
    return sum(one in shared for one in smallest) >= _ALIKE_AS_SEEN * len(smallest)


def find_near_duplicates(texts: Iterable[str]) -> list[int | None]:
    """Return for each text the number of the first earlier one that says nearly the same; None where none does.

    A text without words is like no other.
    """
    sketches = list(map(make_sketch, texts))
    index = SketchIndex(enumerate(sketches))
    return [index.find_alike(sketch, below=number) for number, sketch in enumerate(sketches)]


# Which pairs go into a set to learn from: one a lesson and file, none twice, and no lesson drowns the others.

LEAST_CONFIDENCE: Final = 0.85
"""Chance from which on a pair is taken (guess, 2026-11-23)."""
_MOST_OF_A_LESSON: Final = 0.05
"""Share of all pairs that one lesson may give (guess, 2026-11-23)."""


def choose_pairs(pairs: Iterable[PreferencePair], *, least: float = LEAST_CONFIDENCE) -> list[PreferencePair]:
    """Return the pairs to take, in their order."""
    taken: dict[tuple[str, str], PreferencePair] = {}
    for pair in pairs:
        if pair.confidence >= least:
            taken.setdefault((pair.lesson, pair.path), pair)
    kept = list(taken.values())
    repeats = find_near_duplicates(f"{pair.part.wrong}\n{pair.part.right}" for pair in kept)
    return _cap_lessons([pair for pair, repeated in zip(kept, repeats, strict=True) if repeated is None])


def _cap_lessons(pairs: Sequence[PreferencePair]) -> list[PreferencePair]:
    """Return the pairs without those that a lesson has beyond its share, the first ones kept; one is always let in."""
    most = max(int(_MOST_OF_A_LESSON * len(pairs)), 1)
    seen = Counter[str]()
    kept = []
    for pair in pairs:
        seen[pair.lesson] += 1
        if seen[pair.lesson] <= most:
            kept.append(pair)
    return kept
