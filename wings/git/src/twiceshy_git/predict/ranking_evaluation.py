"""Ranking evaluation: how well rankings find the files of commits they had not seen.

Each commit is ranked first and learned afterwards. *online*: the index takes in every commit after it was ranked.
*frozen*: it stops at the split. Targets are files that existed before the commit and were changed by it; beside that,
the same against all files of the commit, where a new file can only be missed. The mean is over commits, as in the
protocols that others published.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from twiceshy.records.predictions import HistoryCommit, Status
from twiceshy.stats.intervals import Interval
from twiceshy_git.predict.baselines import Ranker
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.ranking_task import RankingTask, build_task

_TOP = 10
"""Files of a ranking that are judged, by convention of its measures (recall@10)."""
_RESAMPLES = 1000
"""Times that commits are drawn again for an interval: the usual convention of the bootstrap."""
_SEED = 1


class RankingMetrics(NamedTuple):
    """How well one ranking did on one commit, or the mean over commits."""

    mrr: float
    """1 / place of the first hit among the first ten, else 0."""
    recall5: float
    recall10: float
    precision1: float
    map: float
    """Average precision over the first ten, by the fewer of ten and the number of targets."""


@dataclass(slots=True)
class RankingReplay:
    """The metrics of several rankings on the same commits."""

    marks: dict[str, list[RankingMetrics]] = field(default_factory=dict)
    """Against files that existed before."""
    marks_all: dict[str, list[RankingMetrics]] = field(default_factory=dict)
    """Against all files of the commit."""
    commits: int = 0

    def mean(self, name: str, *, all_files: bool = False) -> RankingMetrics:
        """Return the means over commits; zeros where there are none."""
        return average_metrics((self.marks_all if all_files else self.marks)[name])


def measure_ranking(ranking: Sequence[str], targets: frozenset[str]) -> RankingMetrics:
    """Return the metrics of one ranking.

    >>> measure_ranking(["a", "b", "c"], frozenset({"b", "c"}))
    RankingMetrics(mrr=0.5, recall5=1.0, recall10=1.0, precision1=0.0, map=0.5833333333333333)
    """
    first, total, found, precision = 0, len(targets), 0, 0.0
    at_five = 0
    for place, path in enumerate(ranking[:_TOP], 1):
        if path in targets:
            found += 1
            first = first or place
            at_five += place <= 5
            precision += found / place
    return RankingMetrics(
        mrr=1 / first if first else 0.0,
        recall5=at_five / total,
        recall10=found / total,
        precision1=float(first == 1),
        map=precision / min(_TOP, total),
    )


def average_metrics(rows: Sequence[RankingMetrics]) -> RankingMetrics:
    """Return the mean of each metric."""
    count = len(rows) or 1
    return (
        RankingMetrics(*(sum(column) / count for column in zip(*rows, strict=True)))
        if rows
        else RankingMetrics(0, 0, 0, 0, 0)
    )


def find_split(changes: Sequence[HistoryCommit], share: float) -> int:
    """Return the number of the first held-out commit when the last ``share`` of them is held out."""
    return round(len(changes) * (1 - share))


def replay(
    changes: Sequence[HistoryCommit],
    rankers: Mapping[str, Ranker],
    *,
    first: int,
    frozen: bool = False,
    ask: Callable[[Index, HistoryCommit], RankingTask] | None = None,
) -> RankingReplay:
    """Measure ``rankers`` on the commits from number ``first`` on, in the order of ``changes``."""
    index, result = Index(), RankingReplay()
    for name in rankers:
        result.marks[name], result.marks_all[name] = [], []
    for number, change in enumerate(changes):
        if number >= first:
            _judge(result, index, change, rankers, ask or task_of)
            if frozen:
                continue
        for ranker in rankers.values():
            ranker.learn(change)
        index.learn(change)
    return result


def task_of(index: Index, change: HistoryCommit) -> RankingTask:
    """Return the commit as a task: its subject, time and author; nothing that came to be with it."""
    return build_task(index, change.subject, at=change.at, author=change.author)


def targets_of(change: HistoryCommit) -> frozenset[str]:
    """Return the files that existed before the commit and that it changed, by their names before it."""
    return frozenset(path for item in change.files if (path := item.before) is not None)


def _judge(
    result: RankingReplay,
    index: Index,
    change: HistoryCommit,
    rankers: Mapping[str, Ranker],
    ask: Callable[[Index, HistoryCommit], RankingTask],
) -> None:
    targets = targets_of(change)
    everything = targets | {item.path for item in change.files if item.before is None}
    if not everything:
        return
    task = ask(index, change)
    result.commits += 1
    for name, ranker in rankers.items():
        ranking = ranker.rank(index, task)
        if targets:
            result.marks[name].append(measure_ranking(ranking, targets))
        result.marks_all[name].append(measure_ranking(ranking, everything))


def measure_lead(ours: Sequence[float], theirs: Sequence[float], rng: Random, resamples: int = _RESAMPLES) -> Interval:
    """Return the mean of ours minus theirs on the same commits, with its 95 % interval.

    The interval is that of the paired bootstrap (percentiles).
    """
    gaps = [one - other for one, other in zip(ours, theirs, strict=True)]
    count = len(gaps)
    if not count:
        return Interval(0.0, 0.0, 0.0)
    means = sorted(sum(rng.choices(gaps, k=count)) / count for _ in range(resamples))
    return Interval(sum(gaps) / count, means[int(0.025 * resamples)], means[int(0.975 * resamples) - 1])


def compare_metrics(ours: Sequence[RankingMetrics], theirs: Sequence[RankingMetrics]) -> dict[str, list[float]]:
    """Return the mean lead of each metric with the ends of its 95 % interval.

    The same metrics give the same answer.
    """
    rng = Random(_SEED)  # noqa: S311  # resampling, no secret
    lead = {}
    for mark in RankingMetrics._fields:
        found = measure_lead([getattr(row, mark) for row in ours], [getattr(row, mark) for row in theirs], rng)
        lead[mark] = [round(value, 4) for value in found]
    return lead


# How well does a ranking do that has learned only a share of the past?
#
# The shares are the newest parts of what lies before the held-out commits, so that a smaller one is a history that
# began later and not one that stopped earlier. Which files stand there when it begins is known, as a checkout says so.
# Each held-out commit is ranked first and learned afterwards, as it is in use.


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
