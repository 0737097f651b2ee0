"""Put two texts side by side, line by line: what went, what came, and a few lines around."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

_AROUND = 3  # lines that stay the same, shown at each side of a change (convention of diff -u, 2026-11-23)
_MOST_COMPARED = 1_200
"""Lines of a side that are compared one by one; of longer ones the whole is a change (guess, 2026-11-23: .1 s)."""
MOST_ROWS = 300
"""Rows of one comparison (guess, 2026-11-23: some screens full, and few enough for a page)."""
_LONGEST = 500  # characters of a line (guess, 2026-11-23: no line that a person reads has more)


class PairedRow(NamedTuple):
    """A line of each side; empty ``tone``: both are the same."""

    left: str
    right: str
    tone: str
    """``gone``, ``come``, ``changed``, ``gap`` for lines left out, or empty."""


class PairedTexts(NamedTuple):
    """Two texts, ready to be drawn."""

    rows: tuple[PairedRow, ...]
    left_out: int
    """Rows behind the last that is shown."""


def pair_texts(before: str, after: str) -> PairedTexts:
    r"""Return the changed lines side by side.

    >>> [tuple(row) for row in pair_texts("a\nb\nc", "a\nx\nc").rows]
    [('a', 'a', ''), ('b', 'x', 'changed'), ('c', 'c', '')]
    """
    rows = list(_pair(before.splitlines(), after.splitlines()))
    return PairedTexts(tuple(rows[:MOST_ROWS]), max(len(rows) - MOST_ROWS, 0))


def _pair(old: list[str], new: list[str]) -> Iterator[PairedRow]:
    """Yield each row; runs of equal lines are cut to those around a change."""
    blocks = _match(old, new)
    for at, (tag, low, high, other_low, other_high) in enumerate(blocks):
        if tag == "equal":
            head = _AROUND if at else 0
            tail = _AROUND if at < len(blocks) - 1 else 0
            yield from _shorten(old[low:high], head, tail)
        else:
            yield from _pair_changed(old[low:high], new[other_low:other_high])


def _shorten(lines: list[str], head: int, tail: int) -> Iterator[PairedRow]:
    """Yield lines that are the same: so many of each end, and how many stand between."""
    between = len(lines) - head - tail
    if between <= 1:
        head, tail = len(lines), 0
    yield from (PairedRow(_cut(line), _cut(line), "") for line in lines[:head])
    if between > 1:
        yield PairedRow(f"{between} lines are the same", "", "gap")
    yield from (PairedRow(_cut(line), _cut(line), "") for line in lines[len(lines) - tail :])


def _match(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Return which lines belong together; what is equal at both ends is found first, as most of a file is."""
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    middle, other = old[head : len(old) - tail], new[head : len(new) - tail]
    found = [("equal", 0, head, 0, head)] if head else []
    if max(len(middle), len(other)) > _MOST_COMPARED:
        found.append(("replace", head, len(old) - tail, head, len(new) - tail))
    else:
        codes = SequenceMatcher(None, middle, other, autojunk=False).get_opcodes()
        found += [(tag, low + head, high + head, a + head, b + head) for tag, low, high, a, b in codes]
    return [*found, ("equal", len(old) - tail, len(old), len(new) - tail, len(new))] if tail else found


def _pair_changed(old: list[str], new: list[str]) -> Iterator[PairedRow]:
    """Yield the lines of a change against each other, then those that have no counterpart."""
    both = min(len(old), len(new))
    yield from (PairedRow(_cut(old[at]), _cut(new[at]), "changed") for at in range(both))
    yield from (PairedRow(_cut(line), "", "gone") for line in old[both:])
    yield from (PairedRow("", _cut(line), "come") for line in new[both:])


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
