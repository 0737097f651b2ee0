"""BASELINES: what a learned ranking must beat to be worth anything, by the name that ``--model`` takes."""

from collections.abc import Callable, Mapping
from typing import Protocol

from twiceshy.predict.index import Index
from twiceshy.predict.signals import company, messages
from twiceshy.predict.task import Task
from twiceshy.predict.tfidf import TfIdf
from twiceshy.records.changes import Change

TOP = 10


class Ranker(Protocol):
    """Anything that can be asked for a task's files and told what they were."""

    def rank(self, index: Index, task: Task) -> list[str]:
        """Paths, best first, at most ``TOP``."""
        ...

    def learn(self, change: Change) -> None:
        """Take in a commit, for those that keep more than the index does."""
        ...


class Scored:
    """A baseline that is one function of the index."""

    def __init__(self, score: Callable[[Index, Task], Mapping[int, float]]) -> None:
        self._score = score

    def rank(self, index: Index, task: Task) -> list[str]:
        """The best by that score; ties go to what changed last."""
        scores = self._score(index, task)
        known = index.files
        living = [file for file in scores if known.alive[file] and file not in task.seeds]
        living.sort(key=lambda file: (-scores[file], -known.last[file], file))
        return [known.paths[file] for file in living[:TOP]]

    def learn(self, change: Change) -> None:
        """Nothing: the index has it."""


class Known:
    """The ranking of earlier collectors."""

    def __init__(self, model: TfIdf) -> None:
        self.model = model

    def rank(self, index: Index, task: Task) -> list[str]:
        """Its own list, deleted files and old names included."""
        return self.model.rank(task.text, (index.files.paths[seed] for seed in task.seeds))[:TOP]

    def learn(self, change: Change) -> None:
        """Take in the commit."""
        self.model.learn(change)


def popularity(index: Index, task: Task) -> Mapping[int, float]:
    """Number of changes ever."""
    del task
    return {file: float(count) for file, count in enumerate(index.files.changes)}


def recency(index: Index, task: Task) -> Mapping[int, float]:
    """The last files touched, newest first."""
    del task
    newest = list(index.recent)[-4 * TOP :]
    return {file: float(place) for place, file in enumerate(newest)}


def bm25(index: Index, task: Task) -> Mapping[int, float]:
    """Files of the past commits with the most similar messages."""
    return messages.summed(index, messages.alike(index, task))


def cochange(index: Index, task: Task) -> Mapping[int, float]:
    """Association rules: what changes together with the seeds, else with the last commit's files."""
    seeds = dict.fromkeys(task.seeds, 1.0) or company.last_commits(index, 1)
    scores = dict(company.directed(index, seeds))
    if not task.seeds:
        for file in seeds:
            scores[file] = scores.get(file, 0.0) + 0.5
    return scores


SCORES: dict[str, Callable[[Index, Task], Mapping[int, float]]] = {
    "popularity": popularity,
    "recency": recency,
    "bm25": bm25,
    "cochange": cochange,
}
NAMES = (*SCORES, "tfidf")


def baselines() -> dict[str, Ranker]:
    """Fresh baselines by name."""
    rankers: dict[str, Ranker] = {name: Scored(score) for name, score in SCORES.items()}
    rankers["tfidf"] = Known(TfIdf())
    return rankers
