"""How good is what would have been offered as messages, where only a share of the past is known?

As for files (``predict.share_replay``): the shares are the newest parts of what lies before the held-out commits, and
each held-out commit is asked first and learned afterwards.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from twiceshy_git.predict.messages.candidates import CONSULTED, LAST, list_candidates
from twiceshy_git.predict.messages.examples import MessageExample
from twiceshy_git.predict.messages.message_evaluation import NearestDiff, choose_message
from twiceshy_git.predict.messages.message_ranker import MessageModel
from twiceshy_git.predict.messages.project_habits import ProjectHabits
from twiceshy_git.predict.messages.ranker_growing import AnsweredChange
from twiceshy_git.predict.messages.retrieve import CommitIndex
from twiceshy_git.predict.messages.wording import measure_b_norm


class MessageShareMarks(NamedTuple):
    """B-Norm of each judged commit where one share of the past was known."""

    share: float
    known: float
    """Commits learned before a judged one, on average."""
    scores: tuple[float, ...]


def choose_asked(count: int, first: int, most: int) -> list[int]:
    """Return at most ``most`` numbers from ``first`` to below ``count``, evenly spread.

    >>> choose_asked(10, 6, 2), choose_asked(10, 8, 5)
    ([6, 8], [8, 9])
    """
    left = count - first
    return [first + place * left // most for place in range(most)] if left > most else list(range(first, count))


def replay_message_share(
    examples: Sequence[MessageExample],
    first: int,
    share: float,
    asked: Sequence[int],
    model: MessageModel,
    *,
    pause: Callable[[], None] = lambda: None,
) -> MessageShareMarks:
    """Measure what the model would have offered for the commits ``asked``, all of them from number ``first`` on.

    Only ``share`` of what lies before ``first`` is known at the beginning. ``pause`` is called before each question and
    may raise to end it.
    """
    begin, wanted = first - round(share * first), set(asked)
    index, habits = CommitIndex(), ProjectHabits()
    scores, known = [], 0
    for number in range(begin, len(examples)):
        example = examples[number]
        if number in wanted:
            pause()
            known += len(index)
            near_commits = index.find(example, CONSULTED, last=LAST)
            candidates = list_candidates(index, example, habits.predict(example, near_commits), near_commits)
            offered = choose_message(model, AnsweredChange(candidates, example.subject))
            scores.append(measure_b_norm(offered, example.subject))
        index.add(example)
        habits.learn(example)
    return MessageShareMarks(share, known / max(1, len(asked)), tuple(scores))


def replay_nearest_diff(examples: Sequence[MessageExample], asked: Sequence[int]) -> tuple[float, ...]:
    """Return B-Norm of NNGen's answers to the same questions; it knows all of the past."""
    nngen, wanted, scores = NearestDiff(), set(asked), []
    for number, example in enumerate(examples):
        if number in wanted:
            scores.append(measure_b_norm(nngen.suggest(example).subject, example.subject))
        nngen.learn(example)
    return tuple(scores)
