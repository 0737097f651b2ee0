"""Follow each word of a text through its versions: what is kept keeps its origin, what is new gets the newcomer's.

Words and operators count; white space, brackets, commas and quotes do not, so that a formatter changes nobody's lines.
A block that was taken out in one place and stands in another was moved, not written. A line of which little is kept was
written anew: a word in common with the one before it is chance.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final, Generic, NamedTuple, TypeVar

O = TypeVar("O")  # noqa: E741  # an origin, whatever the caller takes for one

_WORD: Final = re.compile(r"\w+|[=<>!+\-*/%&|^~?:@#]")
_MOVED: Final = 20
"""Letters and digits of a block that is known again where it was moved to. Guess of
2026-11-23: as ``git blame -M`` has it (git 2.39)."""
_KEPT: Final = 0.3
"""Share of a line's words, by length, below which what it has in common with an older line is chance. Guess of
2026-11-23."""
_MOST_PAIRS: Final = 4_000_000
"""Lines before times lines after of one difference that is looked for exactly. Guess of 2026-11-23: two seconds."""
_MOST_WORDS: Final = 3_000
"""Words of one changed place that are compared one by one. Guess of 2026-11-23: a quarter of a second."""


class OriginLine(NamedTuple, Generic[O]):
    """One line, and whence each of its words is."""

    text: str
    """Without white space around it."""
    words: tuple[str, ...]
    origins: tuple[O, ...]
    """One a word."""
    born: O
    """Of the line itself: for lines without words."""


def split_lines(text: str) -> list[str]:
    """Return the lines of a text as git counts them."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def start_lines(text: str, origin_of: Callable[[int], O]) -> list[OriginLine[O]]:
    """Return the lines of a text; ``origin_of`` gives the origin of each by its number from 1."""
    return [_make_line(line, origin_of(number)) for number, line in enumerate(split_lines(text), 1)]


def carry_origins(
    old: Sequence[OriginLine[O]], text: str, newcomer: O, removed: list[OriginLine[O]]
) -> list[OriginLine[O]]:
    """Return the lines of the next version of a text; what is new in it is the newcomer's.

    ``removed`` holds the lines that earlier versions lost: a block of them that comes back keeps its origins. Those
    that this version loses are added.
    """
    new = start_lines(text, lambda _: newcomer)
    kept, places = _compare([one.text for one in old], [one.text for one in new])
    for was, number in kept:
        new[number] = _take(new[number], old[was])
    lost = [old[number] for place in places for number in place.olds]
    moved = _restore_moved(new, [number for place in places for number in place.news], [*removed, *lost])
    for place in places:
        _carry_words([old[number] for number in place.olds], new, sorted(set(place.news) - moved))
    removed += lost
    return new


class _Place(NamedTuple):
    """Where two texts differ: the numbers of the lines of each, from 0."""

    olds: range
    news: range


def _make_line(text: str, origin: O) -> OriginLine[O]:
    words = tuple(_WORD.findall(text))
    return OriginLine(text.strip(), words, (origin,) * len(words), origin)


def _take(line: OriginLine[O], source: OriginLine[O]) -> OriginLine[O]:
    """Return a line with the origins of an equal one."""
    return line._replace(origins=source.origins, born=source.born)


def _compare(old: Sequence[str], new: Sequence[str]) -> tuple[list[tuple[int, int]], list[_Place]]:
    """Return the lines that are kept, each with its new number, and the places that differ."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    kept = [(at, at) for at in range(start)]
    kept += [(len(old) - at, len(new) - at) for at in range(1, end + 1)]
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    places = []
    rough = len(left) * len(right) > _MOST_PAIRS
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=rough).get_opcodes():
        place = _Place(range(start + i1, start + i2), range(start + j1, start + j2))
        if tag == "equal":
            kept += zip(place.olds, place.news, strict=True)
        else:
            places.append(place)
    return kept, places


def _restore_moved(
    new: list[OriginLine[O]], open_lines: Sequence[int], lost: Sequence[OriginLine[O]]
) -> frozenset[int]:
    """Give lines that were taken out elsewhere their origins back; return their numbers."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(lost):
        places[one.text].append(at)
    free = set(open_lines)
    for number in open_lines:
        if number not in free or not new[number].words:
            continue
        starts = places.get(new[number].text, ())
        length, at = max(((_measure_run(new, number, free, lost, at), at) for at in starts), default=(0, 0))
        block = range(number, number + length)
        if _count_letters(new[place].text for place in block) >= _MOVED:
            for step, place in enumerate(block):
                new[place] = _take(new[place], lost[at + step])
            free.difference_update(block)
    return frozenset(open_lines) - free


def _count_letters(texts: Iterable[str]) -> int:
    return sum(char.isalnum() for text in texts for char in text)


def _measure_run(
    new: Sequence[OriginLine[O]], number: int, free: set[int], lost: Sequence[OriginLine[O]], at: int
) -> int:
    """Return how many lines from ``number`` on equal the lost ones from ``at`` on."""
    length = 0
    while number + length in free and at + length < len(lost) and new[number + length].text == lost[at + length].text:
        length += 1
    return length


def _carry_words(old: Sequence[OriginLine[O]], new: list[OriginLine[O]], numbers: Sequence[int]) -> None:
    """Give the words of these lines the origins of the words that they replace, one by one."""
    before = [pair for one in old for pair in zip(one.words, one.origins, strict=True)]
    after = [(number, at) for number in numbers for at in range(len(new[number].words))]
    if not before or not after or max(len(before), len(after)) > _MOST_WORDS:
        return
    kept: defaultdict[int, dict[int, O]] = defaultdict(dict)
    fresh = [new[number].words[at] for number, at in after]
    matcher = SequenceMatcher(None, [word for word, _ in before], fresh, autojunk=False)
    for start, begin, size in matcher.get_matching_blocks():
        for (_, origin), (number, at) in zip(before[start : start + size], after[begin : begin + size], strict=True):
            kept[number][at] = origin
    for number, words in kept.items():
        new[number] = _put_origins(new[number], words)


def _put_origins(line: OriginLine[O], known: Mapping[int, O]) -> OriginLine[O]:
    """Return a line with these origins of its words, by place; as it is where they are few."""
    if sum(len(line.words[at]) for at in known) < _KEPT * sum(map(len, line.words)):
        return line
    return line._replace(origins=tuple(known.get(at, origin) for at, origin in enumerate(line.origins)))
