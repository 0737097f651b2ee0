"""How well does a ranking do that has learned only a share of the past?

The shares are the newest parts of what lies before the held-out commits, so that a smaller one is a history that began
later and not one that stopped earlier. Which files stand there when it begins is known, as a checkout says so. Each
held-out commit is ranked first and learned afterwards, as it is in use.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from twiceshy.records.predictions import HistoryCommit, Status
from twiceshy.wings.git.predict.baselines import Ranker
from twiceshy.wings.git.predict.index import Index
from twiceshy.wings.git.predict.ranking_evaluation import measure_ranking, targets_of, task_of


class ShareMarks(NamedTuple):
    """What rankings that learned one share of the past scored on the judged commits."""

    share: float
    known: float
    """Commits learned before a judged one, on average."""
    marks: dict[str, tuple[float, ...]]
    """MRR of each judged commit, by ranking; the same commits for each share."""


def choose_judged(changes: Sequence[HistoryCommit], first: int, most: int) -> list[int]:
    """Return the numbers of at most ``most`` commits from number ``first`` on that have a target, evenly spread."""
    able = [number for number in range(first, len(changes)) if targets_of(changes[number])]
    if len(able) <= most:
        return able
    return [able[place * len(able) // most] for place in range(most)]


def replay_share(
    changes: Sequence[HistoryCommit],
    first: int,
    share: float,
    judged: Sequence[int],
    rankers: Mapping[str, Ranker],
    *,
    pause: Callable[[], None] = lambda: None,
) -> ShareMarks:
    """Measure rankings that begin at ``share`` of the commits before number ``first``, on the commits ``judged``.

    ``pause`` is called before each ranking and may raise to end it.
    """
    begin = first - round(share * first)
    index = Index()
    if begin:
        index.sync(sorted(list_living(changes[:begin])))
    marks: dict[str, list[float]] = {name: [] for name in rankers}
    asked, known = set(judged), 0
    for number in range(begin, len(changes)):
        change = changes[number]
        if number in asked:
            pause()
            known += index.now
            targets, task = targets_of(change), task_of(index, change)
            for name, ranker in rankers.items():
                marks[name].append(measure_ranking(ranker.rank(index, task), targets).mrr)
        for ranker in rankers.values():
            ranker.learn(change)
        index.learn(change)
    told = {name: tuple(values) for name, values in marks.items()}
    return ShareMarks(share, known / max(1, len(judged)), told)


def list_living(changes: Sequence[HistoryCommit]) -> set[str]:
    """Return the paths that stand there after these commits."""
    living: set[str] = set()
    for change in changes:
        for item in change.files:
            if item.status is Status.RENAMED and item.old_path is not None:
                living.discard(item.old_path)
            if item.status is Status.DELETED:
                living.discard(item.path)
            else:
                living.add(item.path)
    return living
