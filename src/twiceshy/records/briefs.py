"""What an agent is told before a task: lessons that fit, files that such tasks touched, and how those files fared."""

from dataclasses import dataclass
from typing import NamedTuple

from twiceshy.records.approaches import Approach
from twiceshy.records.nearest import NearLesson, SimilarityMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePast:
    """What became of recorded edits of a file that the task names."""

    path: str
    edits: int
    """Those of which it is known how they ended."""
    bad: int
    """Of these, failed, rejected, corrected or taken back."""
    sessions: int
    unread: int = 0
    """Of ``edits``, those without a read before."""
    unread_bad: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The parts, and the words that they make within the budget."""

    words: str = ""
    """Empty where nothing fits."""
    lessons: tuple[NearLesson, ...] = ()
    """Those that are said, in their order."""
    by: SimilarityMethod = SimilarityMethod.LETTERS
    files: tuple[str, ...] = ()
    """Sentences on files that the task probably touches."""
    pasts: tuple[FilePast, ...] = ()
    poor: tuple[Approach, ...] = ()


class SpentBudget(NamedTuple):
    """What earlier briefs of a session used of its budget of words."""

    size: int = 0
    """Bytes."""
    lessons: tuple[str, ...] = ()
    """Their ids."""


NOTHING_SPENT = SpentBudget()


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonExcerpt:
    """A lesson as it is given to an agent that asks: cleaned and cut to size."""

    id: str
    words: str
    """How often it was seen, and what it says."""
    cause: str
    bad: str
    """At most three lines; empty where there is no example that can be told."""
    good: str
    confidence: float
    similarity: float
    """To the text that was asked about, 0 to 1."""
    reviewed: bool
    """A person has made its words their own."""
