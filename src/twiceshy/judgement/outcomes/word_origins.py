"""Follow each word of a text through its versions: what is kept keeps its origin, what is new gets the newcomer's.

Words and operators count; white space, brackets, commas and quotes do not, so that a formatter changes nobody's lines.
A block that was taken out in one place and stands in another was moved, not written. A line of which little is kept was
written anew: a word in common with the one before it is chance.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, Generic, NamedTuple, TypeVar

O = TypeVar("O")  # noqa: E741  # an origin, whatever the caller takes for one

_WORD: Final = re.compile(r"\w+|[=<>!+\-*/%&|^~?:@#]")
_MOVED: Final = 20
"""Letters and digits of a block that is known again where it was moved to. Guess of
2026-11-23: as ``git blame -M`` has it (git 2.39)."""
_KEPT: Final = 0.3
"""Share of a line's words, by length, below which what it has in common with an older line is chance. Guess of
2026-11-23."""
_SEED: Final = 3
"""Words by which a place is looked for. Guess of 2026-11-23."""
_MOST_STARTS: Final = 20
"""Places that are tried for one. Guess of 2026-11-23."""
_MOST_PAIRS: Final = 4_000_000
"""Lines before times lines after of one difference that is looked for exactly. Guess of 2026-11-23: two seconds."""
_MOST_WORDS: Final = 3_000
"""Words of one changed place that are compared one by one. Guess of 2026-11-23: a quarter of a second."""


class OriginLine(NamedTuple, Generic[O]):
    """One line, and whence each of its words is."""

    text: str
    """Without white space around it."""
    indent: int
    """Blanks before it."""
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
    kept, places = _compare(old, new)
    for was, number in kept:
        new[number] = _take(new[number], old[was])
    lost = [old[number] for place in places for number in place.olds]
    fresh = [number for place in places for number in place.news]
    moved = _restore_moved(new, fresh, [*removed, *lost]) if _may_be_moved(new, fresh) else frozenset()
    for place in places:
        _carry_words([old[number] for number in place.olds], new, sorted(set(place.news) - moved))
    removed += lost
    return new


class _Place(NamedTuple):
    """Where two texts differ: the numbers of the lines of each, from 0."""

    olds: range
    news: range


def list_lost_lines(before: str, after: str) -> list[tuple[int, str]]:
    """Return number and text of the lines that a text lost."""
    _, places = _compare(start_lines(before, int), start_lines(after, int))
    lines = split_lines(before)
    return [(number + 1, lines[number]) for place in places for number in place.olds]


def _make_line(text: str, origin: O) -> OriginLine[O]:
    bare, indent, words = _split_line(text)
    return OriginLine(bare, indent, words, (origin,) * len(words), origin)


@lru_cache(maxsize=1 << 15)  # a version of a file has nearly the lines of the one before it
def _split_line(text: str) -> tuple[str, int, tuple[str, ...]]:
    """Return a line without white space around it, the blanks before it, and its words."""
    return text.strip(), len(text) - len(text.lstrip()), tuple(_WORD.findall(text))


def _take(line: OriginLine[O], source: OriginLine[O]) -> OriginLine[O]:
    """Return a line with the origins of an equal one."""
    return line._replace(origins=source.origins, born=source.born)


def _compare(old: Sequence[OriginLine[O]], new: Sequence[OriginLine[O]]) -> tuple[list[tuple[int, int]], list[_Place]]:
    """Return the lines that are kept, each with its new number, and the places that differ."""
    olds, news = [one.text for one in old], [one.text for one in new]
    shorter = min(len(olds), len(news))
    start = 0
    while start < shorter and olds[start] == news[start]:
        start += 1
    end = 0
    while end < shorter - start and olds[-1 - end] == news[-1 - end]:
        end += 1
    left, right = olds[start : len(olds) - end], news[start : len(news) - end]
    places = []
    rough = len(left) * len(right) > _MOST_PAIRS
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=rough).get_opcodes():
        if tag != "equal":
            places.append(_Place(range(start + i1, start + i2), range(start + j1, start + j2)))
    ends = [*places[1:], _Place(range(len(olds), len(olds)), range(len(news), len(news)))]
    before = _Place(range(0), range(0))
    for at, (place, behind) in enumerate(zip(places, ends, strict=False)):  # no place: an end alone
        before = places[at] = _slide(place, before, behind, old, new)
    return list(_list_kept(places, len(olds), len(news))), places


def _list_kept(places: Sequence[_Place], olds: int, news: int) -> Iterator[tuple[int, int]]:
    """Yield the lines outside of the places."""
    was = now = 0
    for place in [*places, _Place(range(olds, olds), range(news, news))]:
        yield from zip(range(was, place.olds.start), range(now, place.news.start), strict=True)
        was, now = place.olds.stop, place.news.stop


def _slide(
    place: _Place, before: _Place, behind: _Place, old: Sequence[OriginLine[O]], new: Sequence[OriginLine[O]]
) -> _Place:
    """Move a place where lines were only put in, or only taken out, to where a block would begin.

    What ends a block often ends the one before it, too: either end may be the new one. As git does, the place is taken
    whose first line stands least deep, behind a blank line.
    """
    if bool(place.olds) == bool(place.news):
        return place
    lines, block = (new, place.news) if place.news else (old, place.olds)
    most_up, most_down = place.olds.start - before.olds.stop, behind.olds.start - place.olds.stop
    up = down = 0
    while up < most_up and lines[block.start - up - 1].text == lines[block.stop - up - 1].text:
        up += 1
    while down < most_down and lines[block.start + down].text == lines[block.stop + down].text:
        down += 1
    step = min(range(-up, down + 1), key=lambda step: (*_rate_start(lines, block.start + step), abs(step)))
    return _Place(*(range(one.start + step, one.stop + step) for one in place))


def _rate_start(lines: Sequence[OriginLine[O]], at: int) -> tuple[bool, bool, int]:
    """Return how badly a block would begin there."""
    return not lines[at].text, at > 0 and bool(lines[at - 1].text), lines[at].indent


def _may_be_moved(new: Sequence[OriginLine[O]], open_lines: Sequence[int]) -> bool:
    """Tell whether these lines have enough words to be known again."""
    return _count_letters(new[number].text for number in open_lines) >= _MOVED


def _restore_moved(
    new: list[OriginLine[O]], open_lines: Sequence[int], lost: Sequence[OriginLine[O]]
) -> frozenset[int]:
    """Give words that were taken out elsewhere, many in a row, their origins back; return the lines that are of them.

    Where lines end does not matter: a block may be wrapped where it is put.
    """
    before = [pair for one in lost for pair in zip(one.words, one.origins, strict=True)]
    after = [(number, at) for number in open_lines for at in range(len(new[number].words))]
    runs = _find_runs([new[number].words[at] for number, at in after], [word for word, _ in before])
    found: defaultdict[int, dict[int, O]] = defaultdict(dict)
    for begin, start, length in runs:
        origins = (origin for _, origin in before[start : start + length])
        for (number, at), origin in zip(after[begin : begin + length], origins, strict=True):
            found[number][at] = origin
    return frozenset(number for number, words in found.items() if _restore_line(new, number, words))


def _find_runs(fresh: Sequence[str], gone: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where runs of words that were taken out stand: the place in both, and how many words."""
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    known = set(fresh)  # most of what was taken out has no word of it
    for at in range(len(gone) - _SEED + 1):
        if gone[at] in known:
            places[tuple(gone[at : at + _SEED])].append(at)
    begin = 0
    while begin <= len(fresh) - _SEED:
        starts = places.get(tuple(fresh[begin : begin + _SEED]), ())[:_MOST_STARTS]
        length, start = max(((_measure_run(fresh, begin, gone, at), -at) for at in starts), default=(0, 0))
        if _count_letters(fresh[begin : begin + length]) >= _MOVED:
            yield begin, -start, length
            begin += length
        else:
            begin += 1


def _restore_line(new: list[OriginLine[O]], number: int, words: Mapping[int, O]) -> bool:
    """Put origins into a line, and tell whether most of it has one now."""
    new[number] = _put_origins(new[number], words)
    return 2 * len(words) >= len(new[number].words)


def _count_letters(texts: Iterable[str]) -> int:
    return sum(char.isalnum() for text in texts for char in text)


def _measure_run(fresh: Sequence[str], begin: int, gone: Sequence[str], start: int) -> int:
    """Return how many words from two places on are equal."""
    length = 0
    while begin + length < len(fresh) and start + length < len(gone) and fresh[begin + length] == gone[start + length]:
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
