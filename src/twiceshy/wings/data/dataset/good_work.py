"""What shows that a task's work is good enough to learn from?

Unknown is never good: work that nothing speaks for is left out like work that something speaks against.
"""

from collections.abc import Iterable
from typing import Final

from twiceshy.records.outcomes import Answer, Outcome, Rating, RatingWord, Task

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
