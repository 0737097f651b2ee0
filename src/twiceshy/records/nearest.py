"""Lessons that a text is about: which, how near, and by what they were found."""

from dataclasses import dataclass
from enum import StrEnum

from twiceshy.records.lessons import Lesson

EMBEDDING_MODEL = "all-MiniLM-L6-v2 int8 2"
"""Names vectors: those of different names cannot be compared. The last number is of ``facts.embedding``'s rules."""


class SimilarityMethod(StrEnum):
    """What two texts were compared by."""

    MEANING = "meaning"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class NearLesson:
    """One lesson that a text is about."""

    lesson: Lesson
    similarity: float
    """0 to 1: cosine of what the texts were compared by."""
    score: float
    """The order: similarity, and a little for what was seen often, lately, is severe, and made by the same model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestLessons:
    """The answer to a text. Nothing is an answer too: most texts are about no lesson."""

    lessons: tuple[NearLesson, ...]
    """The best first."""
    by: SimilarityMethod
    missing: str = ""
    """Why not by meaning, and what to do about it; empty where it was."""
