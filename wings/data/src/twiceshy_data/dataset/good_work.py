"""What shows that a task's work is good enough to learn from?

Unknown is never good: work that nothing speaks for is left out like work that something speaks against.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from twiceshy.records.findings import ScannedEdit
from twiceshy.records.outcomes import Answer, CallFates, Outcome, Rating, RatingWord, SessionResult, Task
from twiceshy.records.stories import ChangedFile, Story

_UNRATED: Final = 1.0
"""Weight of work that only evidence speaks for (by definition, 2026-11-23)."""
_CALLED_GOOD: Final = 2.0
"""Weight of work that a person called good (guess, 2026-11-23)."""


def find_proof(task: Task) -> Outcome | None:
    """Return what shows that the work ended green or accepted; None where nothing does, or it did not stay."""
    if task.rolled_back.answer is Answer.YES or task.survived.answer is Answer.NO:
        return None
    if task.completed.answer is Answer.YES:
        return task.completed
    good = task.tests.answer is Answer.YES and task.completed.answer is not Answer.NO
    return task.tests if good else None


def find_clean_proof(task: Task) -> Outcome | None:
    """Return what shows that the work was good from its beginning to its end; None where nothing does.

    Corrected, refused and interrupted work has a good end at most.
    """
    setbacks = (task.corrected, task.rejected, task.rolled_back)
    if any(one.answer is Answer.YES for one in setbacks) or task.completed.answer is Answer.NO:
        return None
    proof = find_proof(task)
    if proof is not None or task.first_pass is not Answer.YES or task.survived.answer is Answer.NO:
        return proof
    return task.corrected if task.corrected.answer is Answer.NO else None


def weigh_work(said: Iterable[Rating]) -> float | None:
    """Return how much is to be learned from work, by what a person said of its chats; None: nothing, one was bad.

    >>> weigh_work([])
    1.0
    """
    words = {one.word for one in said}
    if RatingWord.BAD in words:
        return None
    return _CALLED_GOOD if RatingWord.GOOD in words else _UNRATED


# A session with all that is known of its work: what pairs and answers to learn from are found in.

TextOf = Callable[[bytes], str]
"""The text of a stored body."""


class SeenCheck(NamedTuple):
    """One run of tests, of a build or of a type checker, and what it said."""

    place: int
    """Index of its moment."""
    key: str
    """Equal for the same checks of the same things."""
    green: bool
    confidence: float
    passed: int | None
    failed: int
    """With errors."""
    problem: str = ""
    """What the tool named first: its code, kind of error or test."""


class WrittenFile(NamedTuple):
    """A file that a call changed."""

    place: int
    call: bytes
    path: str
    changed: ChangedFile | None
    """None where a command wrote it."""


class RefusedText(NamedTuple):
    """What an editing call that a person refused would have put in the place of what."""

    place: int
    call: bytes
    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedStory:
    """A session with all that is known of its work."""

    story: Story
    result: SessionResult
    fates: CallFates
    scanned: Sequence[ScannedEdit] = ()
    checks: Sequence[SeenCheck] = ()
    written: Sequence[WrittenFile] = ()
    """In order."""
    refused: Sequence[RefusedText] = ()


class Teller(NamedTuple):
    """The session that a row is made of."""

    session: bytes
    agent: str
    model: str
    """Empty where unknown."""
    project: str
    """Its identity."""
    project_name: str


def name_teller(story: Story) -> Teller:
    """Return the session of a story."""
    return Teller(story.session, story.agent, story.model, story.project, story.project_name)
