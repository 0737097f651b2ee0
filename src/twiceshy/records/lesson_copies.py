"""A lesson as it was stored, by which a change is taken back; it lives in the memory of a process only."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from twiceshy.records.lessons import Lesson


class StoredRow(NamedTuple):
    """One row of a table, by its columns."""

    table: str
    values: Mapping[str, Any]


class LessonCopy(NamedTuple):
    """A lesson as it was stored."""

    key: bytes
    keys: tuple[bytes, ...]
    """By which it was known."""
    lesson: StoredRow
    reviews: tuple[StoredRow, ...]
    """What a person had decided."""
    patterns: tuple[StoredRow, ...]
    cases: tuple[tuple[str, StoredRow], ...]
    """With the model of each."""
    rules: tuple[bytes, ...]
    """Made of it."""


class ChangedLesson(NamedTuple):
    """What was done."""

    lesson: Lesson
    """The one that was deleted, or that has the other's cases now."""
    copy: LessonCopy
    """Of the lesson that is none any more, as it was before."""
