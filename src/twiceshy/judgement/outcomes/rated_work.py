"""Ratings as evidence: a person's word that a piece of work was good or bad is what became of it.

It is the only evidence that is certain, as it is what the question asks. A neutral word says nothing. Of several chats
of one task the last that was rated counts, as what came later changed the work.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from twiceshy.judgement.outcomes.evidence import Evidence
from twiceshy.judgement.outcomes.task_groups import TaskGroup
from twiceshy.judgement.outcomes.task_results import judge_first_pass
from twiceshy.records import ids
from twiceshy.records.outcomes import UNKNOWN_OUTCOME, Answer, Outcome, SessionResult, Task
from twiceshy.records.ratings import Rating, Ratings, RatingWord

_ANSWERS: Final[Mapping[RatingWord, Answer]] = {RatingWord.GOOD: Answer.YES, RatingWord.BAD: Answer.NO}
_SLUGS: Final[Mapping[RatingWord, str]] = {RatingWord.GOOD: "rated-good", RatingWord.BAD: "rated-bad"}


def apply_ratings(facts: Evidence, result: SessionResult, ratings: Ratings) -> SessionResult:
    """Return what became of the session's work where people said how good it was."""
    if not ratings.said:
        return result
    said = [_find_last_word(facts, group, ratings) for group in facts.groups]
    whole = judge_rating(ratings.of(ids.SESSION, result.session))
    if len(said) == 1 and said[0].answer is Answer.UNKNOWN:
        said = [whole]  # a session of one task is that task
    tasks = tuple(_apply_word(task, word) for task, word in zip(result.tasks, said, strict=True))
    return replace(result, tasks=tasks, rated=whole)


def judge_rating(said: Rating | None) -> Outcome:
    """Return whether the work is done, as a person said; unknown where nobody did, or neither good nor bad."""
    if said is None or said.word not in _ANSWERS:
        return UNKNOWN_OUTCOME
    return Outcome(answer=_ANSWERS[said.word], confidence=1.0, why=_SLUGS[said.word], proof=(said.uid.hex(),))


def _find_last_word(facts: Evidence, group: TaskGroup, ratings: Ratings) -> Outcome:
    """Return what the last rating of the task's chats says."""
    rated = [
        (place, one)
        for (kind, uid), one in ratings.said.items()
        if kind == ids.CHAT and group.start <= (place := facts.places.get(uid, -1)) < group.end
    ]
    return judge_rating(max(rated, key=lambda pair: pair[0])[1]) if rated else UNKNOWN_OUTCOME


def _apply_word(task: Task, word: Outcome) -> Task:
    """Return the task as the word has it; what happened to it (a rollback, a red test) happened all the same."""
    if word.answer is Answer.UNKNOWN:
        return task
    task = replace(task, completed=word)
    first = Answer.NO if task.edits and word.answer is Answer.NO else judge_first_pass(task)
    return replace(task, first_pass=first)
