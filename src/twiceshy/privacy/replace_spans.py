"""Put placeholders where secrets stand, and find what shows only then, in time that grows with the text.

A secret glued to a word kept that word from having a border; its placeholder gives it one, which may make a secret of
the word too, and so on along a chain of thousands. So only the surroundings of new placeholders are looked through
again, never the whole text, and the text is put together once, at the end.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from twiceshy.privacy.secrets.secret_detector import LONGEST, SecretSpan

_BEFORE, _BEHIND = 401, 211
"""Bytes around a placeholder that are looked through first: beyond what most rules reach (guess, 2026-11-22).
Primes, as the end of these bytes is a border that the text does not have: ends that fall between two tokens of a chain
would be a find each time."""
_MARGIN = 67
"""Bytes at such an end in which a find is looked at again, with more around it (guess, 2026-11-22)."""
_BORDERS = b"/=\"'`"
_WORD = frozenset(bytes([byte]) for byte in range(256) if not chr(byte).isspace() and byte not in _BORDERS)
"""What may have kept a neighbour from being seen; not the borders of a name in a path and of a value, which are by far
the most."""

Finder = Callable[[Sequence[bytes]], Mapping[int, Sequence[SecretSpan]]]
"""``Detector.find_encoded``."""
PlaceholderMaker = Callable[[str, bytes], bytes]
"""Returns what stands in the place of a secret of this kind."""


class _Placed(NamedTuple):
    """A stretch of the text that a placeholder stands for."""

    start: int
    end: int
    placeholder: bytes


class _Window(NamedTuple):
    """A stretch of the text that is looked through; ``reach``: how far it goes beyond the placeholder it is for."""

    low: int
    high: int
    reach: int


class _Stretch(NamedTuple):
    """A part of a window: where it begins as the window is written and in the text, and whether it is replaced."""

    at: int
    start: int
    end: int
    replaced: bool


def replace_spans(
    text: bytes, spans: Sequence[SecretSpan], find: Finder, make_placeholder: PlaceholderMaker
) -> tuple[bytes, list[str]]:
    """Return the text with placeholders for ordered spans and what shows behind them, and the kinds replaced."""
    if not any(text[start - 1 : start] in _WORD or text[end : end + 1] in _WORD for start, end, _, _ in spans):
        return _replace_once(text, spans, make_placeholder)
    placed = [_Placed(start, end, make_placeholder(kind, text[start:end])) for start, end, kind, _ in spans]
    kinds = [span.kind for span in spans]
    waiting = [_surround(one) for one in placed if _is_glued(text, one)]
    while waiting:
        windows = list(_unite(text, placed, waiting))
        found = find([_render(text, placed, window.low, window.high) for window in windows])
        fresh, waiting = _sort_finds(placed, windows, found, len(text))
        for start, end, kind, _ in fresh:
            kinds.append(kind)
            added = _Placed(start, end, make_placeholder(kind, text[start:end]))
            _place(placed, added)
            waiting.append(_surround(added))
    return _render(text, placed, 0, len(text)), kinds


def _replace_once(
    text: bytes, spans: Sequence[SecretSpan], make_placeholder: PlaceholderMaker
) -> tuple[bytes, list[str]]:
    """Return the text with placeholders for ordered spans, and their kinds: nearly all texts need no more."""
    pieces: list[bytes] = []
    at = 0
    for start, end, kind, _ in spans:
        pieces += (text[at:start], make_placeholder(kind, text[start:end]))
        at = end
    pieces.append(text[at:])
    return b"".join(pieces), [span[2] for span in spans]


def _sort_finds(
    placed: Sequence[_Placed], windows: Sequence[_Window], found: Mapping[int, Sequence[SecretSpan]], size: int
) -> tuple[list[SecretSpan], list[_Window]]:
    """Return what was found, as places in the text, and windows of which more must be seen to believe their finds."""
    fresh: list[SecretSpan] = []
    wider: list[_Window] = []
    for index in sorted(found):
        window = windows[index]
        stretches = _list_stretches(placed, window)
        if _touches_end(found[index], window, stretches[-1], size):
            wider.append(_Window(window.low - 3 * window.reach, window.high + 3 * window.reach, 4 * window.reach))
        else:
            places = (_map_back(stretches, span) for span in found[index])
            fresh += [place for place in places if place.end > place.start]
    return fresh, wider


def _surround(one: _Placed) -> _Window:
    return _Window(one.start - _BEFORE, one.end + _BEHIND, _BEFORE)


def _is_glued(text: bytes, one: _Placed) -> bool:
    return text[one.start - 1 : one.start] in _WORD or text[one.end : one.end + 1] in _WORD


def _unite(text: bytes, placed: Sequence[_Placed], windows: Sequence[_Window]) -> Iterator[_Window]:
    """Yield the windows in order, inside of the text, joined where they overlap, and cutting no placeholder."""
    last: _Window | None = None
    for window in sorted(windows):
        low, high = max(0, window.low), min(len(text), window.high)
        if (before := _find_covering(placed, low)) is not None:
            low = before.start
        if (behind := _find_covering(placed, high)) is not None:
            high = behind.end
        if last is not None and low <= last.high:
            last = _Window(last.low, max(high, last.high), max(window.reach, last.reach))
        else:
            if last is not None:
                yield last
            last = _Window(low, high, window.reach)
    if last is not None:
        yield last


_start, _end, _at = attrgetter("start"), attrgetter("end"), attrgetter("at")


def _find_covering(placed: Sequence[_Placed], place: int) -> _Placed | None:
    """Return the placeholder's stretch that this place is inside of."""
    index = bisect_left(placed, place, key=_start) - 1
    return placed[index] if index >= 0 and placed[index].end > place else None


def _list_stretches(placed: Sequence[_Placed], window: _Window) -> list[_Stretch]:
    """Return the parts of a window, as it is written with placeholders."""
    stretches: list[_Stretch] = []
    size, at = 0, window.low
    for index in range(bisect_left(placed, window.low, key=_start), len(placed)):
        one = placed[index]
        if one.start >= window.high:
            break
        stretches.append(_Stretch(size, at, one.start, replaced=False))
        size += one.start - at
        stretches.append(_Stretch(size, one.start, one.end, replaced=True))
        size += len(one.placeholder)
        at = one.end
    stretches.append(_Stretch(size, at, window.high, replaced=False))
    return stretches


def _render(text: bytes, placed: Sequence[_Placed], low: int, high: int) -> bytes:
    """Return this part of the text with its placeholders."""
    pieces: list[bytes] = []
    for index in range(bisect_left(placed, low, key=_start), len(placed)):
        one = placed[index]
        if one.start >= high:
            break
        pieces += [text[low : one.start], one.placeholder]
        low = one.end
    return b"".join([*pieces, text[low:high]])


def _touches_end(spans: Sequence[SecretSpan], window: _Window, last: _Stretch, size: int) -> bool:
    """Tell whether a find stands so near to where the window was cut that more of the text may show it otherwise."""
    if window.reach >= LONGEST:
        return False
    cut_before, cut_behind = window.low > 0, window.high < size
    length = last.at + last.end - last.start
    return any((cut_before and span.start < _MARGIN) or (cut_behind and span.end > length - _MARGIN) for span in spans)


def _map_back(stretches: Sequence[_Stretch], span: SecretSpan) -> SecretSpan:
    """Return the span as a place in the text: around a placeholder that it touches, empty where that is all."""
    first = stretches[bisect_right(stretches, span.start, key=_at) - 1]
    last = stretches[bisect_left(stretches, span.end, key=_at) - 1]
    if first.replaced and first == last:
        return SecretSpan(first.start, first.start, span.kind, span.rule)
    start = first.start if first.replaced else first.start + span.start - first.at
    end = last.end if last.replaced else last.start + span.end - last.at
    return SecretSpan(start, end, span.kind, span.rule)


def _place(placed: list[_Placed], one: _Placed) -> None:
    """Add a stretch in its order, in the place of those that it overlaps."""
    first = bisect_right(placed, one.start, key=_end)
    last = bisect_left(placed, one.end, key=_start)
    placed[first:last] = [one]
