"""How does a part of a file read before it was changed, after a first change, and after a second one that mended it?

Both changes have to meet: the second takes out or breaks up lines that the first put in. All that the second changed
has to lie in the part, else what it gives would be half of a remedy.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_MOST_LINES = 80
"""Lines of a part: beyond it a model learns a rewrite, not a remedy (guess, 2026-11-23)."""
_CONTEXT = 20
"""Lines above and below that are shown with it: 40 in all, as fine-tuning sets usually have (guess, 2026-11-23)."""
_STRETCH = 12
"""Lines by which a part is made longer on each side to reach the end of its paragraph (guess, 2026-11-23)."""
_MOST_COMPARED = 1500
"""Lines between the first and the last difference that are compared (guess, 2026-11-23: a tenth of a second)."""
_LONGEST_FILE = 400_000
"""Characters of a file that is looked into (guess, 2026-11-21, as for the examples of lessons)."""
_SILENCER = re.compile(
    r"nolint|noqa|ts-ignore|ts-expect-error|ts-nocheck|eslint-disable|type: ?ignore|biome-ignore|pylint: ?disable"
    r"|\bskip(?:if|unless|test)?\b\s*\(|\bxfail\b|\b[tb]\.Skip|#\[ignore|@disabled|\bas any\b|\bx(?:it|describe)\(",
    re.IGNORECASE,
)
"""Marks that make a tool silent: they mend nothing."""
_REMARK = re.compile(r"^\s*(?:#(?!\[|!)|//|\*|/\*|<!--).*|\s+(?:#|//) .*$")


class ChangedPart(NamedTuple):
    """A part of a file at three times, and what stands around it, which neither change touched after the first."""

    above: str
    old: str
    """Empty where the first change only put lines in."""
    wrong: str
    right: str
    below: str


class _Span(NamedTuple):
    """A place that differs: lines from and to, in the text before and in the text after."""

    start: int
    end: int
    new_start: int
    new_end: int


def find_changed_part(old: str, wrong: str, right: str) -> ChangedPart | None:
    """Return the part that the second change mended; None where there is no such part, or it shows no remedy."""
    if max(map(len, (old, wrong, right))) > _LONGEST_FILE:
        return None
    texts = [text.split("\n") for text in (old, wrong, right)]
    first, second = _list_spans(texts[0], texts[1]), _list_spans(texts[1], texts[2])
    met = [one for one in first if any(_meets(one, other) for other in second)]
    if not met:
        return None
    start, end = _choose_bounds(texts[1], met, second)
    before = _follow_back(first, start, end)
    part = ChangedPart(
        above="\n".join(texts[1][max(start - _CONTEXT, 0) : start]),
        old="\n".join(texts[0][before[0] : before[1]]),
        wrong="\n".join(texts[1][start:end]),
        right="\n".join(texts[2][start : len(texts[2]) - (len(texts[1]) - end)]),
        below="\n".join(texts[1][end : end + _CONTEXT]),
    )
    return part if _is_remedy(part) else None


def _list_spans(before: Sequence[str], after: Sequence[str]) -> list[_Span]:
    """Return where two texts differ; nothing where they differ over too many lines."""
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    inner = before[start : len(before) - end], after[start : len(after) - end]
    if max(map(len, inner)) > _MOST_COMPARED:
        return []
    if not inner[0] or not inner[1]:
        return [_Span(start, start + len(inner[0]), start, start + len(inner[1]))] if inner[0] or inner[1] else []
    return [
        _Span(start + one, start + two, start + three, start + four)
        for kind, one, two, three, four in SequenceMatcher(None, *inner, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


def _meets(first: _Span, second: _Span) -> bool:
    """Tell whether the second change takes out lines that the first put in, or puts lines between them."""
    if second.start == second.end:
        return first.new_start < second.start < first.new_end
    return second.start < first.new_end and first.new_start < second.end


def _choose_bounds(wrong: Sequence[str], met: Sequence[_Span], second: Sequence[_Span]) -> tuple[int, int]:
    """Return the part's first line and the line behind it: all of both changes, or the paragraphs of the second."""
    start, end = min(one.start for one in second), max(one.end for one in second)
    whole = min(start, *(one.new_start for one in met)), max(end, *(one.new_end for one in met))
    if whole[1] - whole[0] <= _MOST_LINES:
        return whole
    for _ in range(_STRETCH):
        start -= start > whole[0] and bool(wrong[start - 1].strip())
        end += end < whole[1] and bool(wrong[end].strip())
    return start, end


def _follow_back(first: Sequence[_Span], start: int, end: int) -> tuple[int, int]:
    """Return where the lines of a part stood before the first change; those that it took out there included."""
    begin, shift = None, 0
    stop = None
    for one in first:
        if begin is None and start < one.new_end:
            begin = one.start if start >= one.new_start else start - shift
        if stop is None and end <= one.new_end:
            stop = one.end if end > one.new_start else end - shift
        shift = one.new_end - one.end
    begin = start - shift if begin is None else begin
    return begin, max(end - shift if stop is None else stop, begin)


def _is_remedy(part: ChangedPart) -> bool:
    """Tell whether the right text says something else than the wrong one, and is neither the old one nor a silencer."""
    sizes = [text.count("\n") + 1 for text in (part.old, part.wrong, part.right)]
    if max(sizes) > _MOST_LINES or not part.wrong.strip() or not part.right.strip():
        return False
    old, wrong, right = (_strip_remarks(text) for text in (part.old, part.wrong, part.right))
    if not right or right in {old, wrong}:
        return False
    fresh = set(part.right.split("\n")) - set(part.wrong.split("\n"))
    return not any(_SILENCER.search(line) for line in fresh)


def _strip_remarks(text: str) -> str:
    """Return the text without remarks and white space."""
    return "".join("".join(_REMARK.sub("", line).split()) for line in text.split("\n"))
