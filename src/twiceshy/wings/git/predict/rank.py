"""Rank: from a task to its ranked files with probabilities and reasons, by a model or by a named baseline."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from twiceshy.records.predictions import HistoryCommit, PredictedFile
from twiceshy.wings.git.predict.baselines import SCORES, Ranker, ScoreRanker
from twiceshy.wings.git.predict.features import Candidates, find_candidates
from twiceshy.wings.git.predict.index import Index
from twiceshy.wings.git.predict.model import Model, sort_places
from twiceshy.wings.git.predict.ranking_task import RankingTask
from twiceshy.wings.git.predict.reasons import MOST_REASONS, find_reasons
from twiceshy.wings.git.predict.rerank import rerank_files
from twiceshy.wings.git.predict.tfidf import TfIdf

_TOP = 10
"""Files that are returned, the same as in ``wings.git.predict.baselines``."""


@dataclass(frozen=True, slots=True)
class ModelRanker:
    """A model as a ranker, to stand beside the baselines."""

    model: Model

    def rank(self, index: Index, task: RankingTask) -> list[str]:
        """Return paths, best first."""
        found = find_candidates(index, task)
        places = sort_places(found, self.model.scores(found))[:_TOP]
        return [index.files.paths[found.files[place]] for place in places]

    def learn(self, change: HistoryCommit) -> None:
        """Learn nothing: the index has the commit."""


def rank_files(
    index: Index, task: RankingTask, model: Model, top: int = _TOP, seen: Sequence[str] = ()
) -> tuple[PredictedFile, ...]:
    """Return the files of the task by a model; the first ten have probabilities, where the model is calibrated.

    ``seen``: paths that the running session read or searched in, newest last, with repeats.
    """
    found = find_candidates(index, task)
    scores = model.scores(found)
    places = sort_places(found, scores)
    if model.calibration is not None and index.numbers_of(seen):
        return _rank_with_session(index, task, found, ([scores[place] for place in places], places), seen)[:top]
    stated: list[float | None] = []
    if model.calibration is not None:
        stated += model.calibration.probabilities([scores[place] for place in places])
    stated += [None] * max(0, top - len(stated))
    return tuple(
        PredictedFile(
            path=index.files.paths[found.files[place]],
            probability=None if probability is None else round(probability, 4),
            score=round(scores[place], 4),
            reasons=find_reasons(found, place),
        )
        for place, probability in zip(places[:top], stated, strict=False)
    )


def _rank_with_session(
    index: Index, task: RankingTask, found: Candidates, ranking: tuple[list[float], list[int]], seen: Sequence[str]
) -> tuple[PredictedFile, ...]:
    scores, places = ranking
    place_of = {found.files[place]: place for place in places}
    times = Counter(index.numbers_of(seen))
    told = []
    for file, probability in rerank_files(index, scores, list(place_of), seen):
        if file not in task.seeds:
            why = find_reasons(found, place_of[file]) if file in place_of else ()
            if file in times:
                why = (f"looked at in this session ({times[file]}x)", *why)
            told.append(
                PredictedFile(
                    path=index.files.paths[file],
                    probability=round(probability, 4),
                    score=round(probability, 4),
                    reasons=why[:MOST_REASONS],
                )
            )
    return tuple(told)


def rank_by_baseline(index: Index, task: RankingTask, name: str, known: TfIdf | None, top: int = _TOP) -> list[str]:
    """Return paths by a named baseline; ``known`` is the trained model of ``tfidf``."""
    ranker: Ranker
    if name == "tfidf":
        seeds = (index.files.paths[seed] for seed in task.seeds)
        return (known or TfIdf()).rank(task.text, seeds)[:top]
    ranker = ScoreRanker(SCORES[name])
    return ranker.rank(index, task)[:top]
