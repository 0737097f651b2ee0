"""Follow each word of a text through its versions: what is kept keeps its origin, what is new gets the newcomer's.

Words and operators count; white space, brackets, commas and quotes do not, so that a formatter changes nobody's lines.
A block that was taken out in one place and stands in another was moved, not written. A line of which little is kept was
written anew: a word in common with the one before it is chance.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Generic, NamedTuple, TypeVar

O = TypeVar("O")  # noqa: E741  # an origin, whatever the caller takes for one

_WORD: Final = re.compile(r"\w+|[=<>!+\-*/%&|^~?:@#]")
_MOVED: Final = 20
"""Letters and digits of a block that is known again where it was moved to. As ``git blame -M`` has it (git 2.39)."""
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
    gone: list[int] = []
    open_places: list[tuple[range, range]] = []
    for olds, news in _find_changes([one.text for one in old], [one.text for one in new]):
        if isinstance(olds, int):
            new[news.start] = _take(new[news.start], old[olds])
        else:
            gone += olds
            open_places.append((olds, news))
    lost = [old[number] for number in gone]
    moved = _restore_moved(new, [number for _, news in open_places for number in news], [*removed, *lost])
    for olds, news in open_places:
        _carry_words([old[number] for number in olds], new, [number for number in news if number not in moved])
    removed += lost
    return new


def weigh_words(line: OriginLine[O]) -> dict[O, int]:
    """Return the length of a line's words by origin, an operator counted as one; the line's own where it has none."""
    if not line.words:
        return {line.born: 0}
    found: defaultdict[O, int] = defaultdict(int)
    for word, origin in zip(line.words, line.origins, strict=True):
        found[origin] += len(word)
    return dict(found)


def _make_line(text: str, origin: O) -> OriginLine[O]:
    words = tuple(_WORD.findall(text))
    return OriginLine(text.strip(), words, (origin,) * len(words), origin)


def _take(line: OriginLine[O], source: OriginLine[O]) -> OriginLine[O]:
    """Return a line with the origins of an equal one."""
    return line._replace(origins=source.origins, born=source.born)


def _find_changes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int | range, range]]:
    """Yield each kept line (its old number, and its new one) and each place that differs (both ranges)."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        yield start, range(start, start + 1)
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
        yield len(old) - end, range(len(new) - end, len(new) - end + 1)
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    rough = len(left) * len(right) > _MOST_PAIRS
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=rough).get_opcodes():
        if tag == "equal":
            for step in range(i2 - i1):
                yield start + i1 + step, range(start + j1 + step, start + j1 + step + 1)
        else:
            yield range(start + i1, start + i2), range(start + j1, start + j2)


def _restore_moved(
    new: list[OriginLine[O]], open_lines: Sequence[int], lost: Sequence[OriginLine[O]]
) -> frozenset[int]:
    """Give lines that were taken out elsewhere their origins back; return their numbers."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(lost):
        places[one.text].append(at)
    free, found = set(open_lines), set[int]()
    for number in open_lines:
        if number in found or not new[number].words:
            continue
        runs = [_measure_run(new, number, free - found, lost, at) for at in places.get(new[number].text, ())]
        length, at = max(zip(runs, places.get(new[number].text, ()), strict=True), default=(0, 0))
        block = range(number, number + length)
        if sum(char.isalnum() for one in block for char in new[one].text) >= _MOVED:
            for step, one in enumerate(block):
                new[one] = _take(new[one], lost[at + step])
            found.update(block)
    return frozenset(found)


def _measure_run(
    new: Sequence[OriginLine[O]], number: int, free: set[int], lost: Sequence[OriginLine[O]], at: int
) -> int:
    """Return how many lines from ``number`` on equal the lost ones from ``at`` on."""
    length = 0
    while (
        number + length in free and at + length < len(lost) and new[number + length].text == lost[at + length].text
    ):
        length += 1
    return length


def _carry_words(old: Sequence[OriginLine[O]], new: list[OriginLine[O]], numbers: Sequence[int]) -> None:
    """Give the words of these lines the origins of the words that they replace, one by one."""
    before = [(word, origin) for one in old for word, origin in zip(one.words, one.origins, strict=True)]
    after = [(number, at, word) for number in numbers for at, word in enumerate(new[number].words)]
    if not before or not after or max(len(before), len(after)) > _MOST_WORDS:
        return
    kept: defaultdict[int, dict[int, O]] = defaultdict(dict)
    matcher = SequenceMatcher(None, [word for word, _ in before], [row[2] for row in after], autojunk=False)
    for start, begin, size in matcher.get_matching_blocks():
        for step in range(size):
            number, at, _ = after[begin + step]
            kept[number][at] = before[start + step][1]
    for number, words in kept.items():
        line = new[number]
        if sum(len(line.words[at]) for at in words) < _KEPT * sum(map(len, line.words)):
            continue
        origins = tuple(words.get(at, origin) for at, origin in enumerate(line.origins))
        new[number] = line._replace(origins=origins)
