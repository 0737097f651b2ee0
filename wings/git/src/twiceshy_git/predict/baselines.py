"""BASELINES: what a learned ranking must beat to be worth anything, by the name that ``--model`` takes."""

from collections.abc import Callable, Mapping
from typing import Protocol

from twiceshy.records.predictions import HistoryCommit
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.ranking_task import RankingTask
from twiceshy_git.predict.signals import co_changes, messages
from twiceshy_git.predict.tfidf import TfIdf

TOP = 10
"""Files that a ranking names, by convention of the ranking's measures (recall@10)."""


class Ranker(Protocol):
    """Anything that can rank a task's files and then learn which commit was made."""

    def rank(self, index: Index, task: RankingTask) -> list[str]:
        """Return paths, best first, at most ``TOP``."""
        ...

    def learn(self, change: HistoryCommit) -> None:
        """Take in a commit, for those that keep more than the index does."""
        ...


class ScoreRanker:
    """A baseline that is one function of the index."""

    def __init__(self, score: Callable[[Index, RankingTask], Mapping[int, float]]) -> None:
        self._score = score

    def rank(self, index: Index, task: RankingTask) -> list[str]:
        """Return the best paths by that score; ties go to what changed last."""
        scores = self._score(index, task)
        known = index.files
        living = [file for file in scores if known.alive[file] and file not in task.seeds]
        living.sort(key=lambda file: (-scores[file], -known.last[file], file))
        return [known.paths[file] for file in living[:TOP]]

    def learn(self, change: HistoryCommit) -> None:
        """Learn nothing: the index has the commit."""


class _TfIdfRanker:
    """The ranking of earlier collectors, which knows no renames and no deletions."""

    def __init__(self, model: TfIdf) -> None:
        self.model = model

    def rank(self, index: Index, task: RankingTask) -> list[str]:
        """Return its own list, deleted files and old names included."""
        return self.model.rank(task.text, (index.files.paths[seed] for seed in task.seeds))[:TOP]

    def learn(self, change: HistoryCommit) -> None:
        """Take in the commit."""
        self.model.learn(change)


def _score_popularity(index: Index, task: RankingTask) -> Mapping[int, float]:
    """Score files by their number of changes ever."""
    del task
    return {file: float(count) for file, count in enumerate(index.files.changes)}


def score_recency(index: Index, task: RankingTask) -> Mapping[int, float]:
    """Score the last files touched, newest highest."""
    del task
    newest = list(index.recent)[-4 * TOP :]
    return {file: float(place) for place, file in enumerate(newest)}


def _score_bm25(index: Index, task: RankingTask) -> Mapping[int, float]:
    """Score files of the past commits with the most similar messages."""
    return messages.sum_by_file(index, messages.find_similar_commits(index, task))


def _score_cochange(index: Index, task: RankingTask) -> Mapping[int, float]:
    """Score by association rules: what changes together with the seeds, else with the last commit's files."""
    seeds = dict.fromkeys(task.seeds, 1.0) or co_changes.score_last_commits(index, 1)
    scores = dict(co_changes.score_directed(index, seeds))
    if not task.seeds:
        for file in seeds:
            scores[file] = scores.get(file, 0.0) + 0.5
    return scores


SCORES: dict[str, Callable[[Index, RankingTask], Mapping[int, float]]] = {
    "popularity": _score_popularity,
    "recency": score_recency,
    "bm25": _score_bm25,
    "cochange": _score_cochange,
}
NAMES = (*SCORES, "tfidf")


def make_baselines() -> dict[str, Ranker]:
    """Return fresh baselines by name."""
    rankers: dict[str, Ranker] = {name: ScoreRanker(score) for name, score in SCORES.items()}
    rankers["tfidf"] = _TfIdfRanker(TfIdf())
    return rankers
