"""Which lessons come first in a list, and which part of them is shown: by their marks, without reading a text.

A part begins behind a lesson that was shown, not at a number: what is muted or learned meanwhile moves nothing away
from under whoever turns the pages.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from twiceshy.records.lessons import LessonMark, LessonQuestion


class LessonPart(NamedTuple):
    """Some lessons in their order."""

    keys: tuple[bytes, ...]
    next_id: str
    """The last one's id; empty where none follows."""


def order_marks(known: Iterable[LessonMark], weights: Mapping[bytes, float]) -> list[LessonMark]:
    """Return the marks with the heaviest first; what has no weight comes last, and equals stand by their key."""
    return sorted(known, key=lambda mark: (-weights.get(mark.key, 0.0), mark.key))


def choose_part(ordered: Sequence[LessonMark], fits: Collection[bytes], asked: LessonQuestion) -> LessonPart:
    """Return those that fit and stand behind the one that was shown last, as many as were asked for."""
    shown = next((place for place, mark in enumerate(ordered, 1) if mark.id == asked.after), 0) if asked.after else 0
    rest = [mark for mark in ordered[shown:] if mark.key in fits]
    part = rest[: asked.limit]
    more = len(rest) > len(part) and bool(part)
    return LessonPart(tuple(mark.key for mark in part), part[-1].id if more else "")
