"""From a task to its ranked files with probabilities and reasons, by a model or by a named baseline."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from twiceshy.predict.baselines import SCORES, Ranker, Scored
from twiceshy.predict.features import Candidates, candidates
from twiceshy.predict.index import Index
from twiceshy.predict.model import Model, order
from twiceshy.predict.reasons import MOST, reasons
from twiceshy.predict.seen import reranked
from twiceshy.predict.task import Task
from twiceshy.predict.tfidf import TfIdf
from twiceshy.records.changes import Change
from twiceshy.records.predictions import PredictedFile

TOP = 10


@dataclass(frozen=True, slots=True)
class Learned:
    """A model as a ranker, to stand beside the baselines."""

    model: Model

    def rank(self, index: Index, task: Task) -> list[str]:
        """Paths, best first."""
        found = candidates(index, task)
        places = order(found, self.model.scores(found))[:TOP]
        return [index.files.paths[found.files[place]] for place in places]

    def learn(self, change: Change) -> None:
        """Nothing: the index has it."""


def ranked(
    index: Index, task: Task, model: Model, top: int = TOP, seen: Sequence[str] = ()
) -> tuple[PredictedFile, ...]:
    """The files of the task by a model; probabilities for the first ten, where the model is calibrated.

    ``seen``: paths that the running session read or searched in, newest last, with repeats.
    """
    found = candidates(index, task)
    scores = model.scores(found)
    places = order(found, scores)
    if model.calibration is not None and index.known(seen):
        return _with_seen(index, task, found, ([scores[place] for place in places], places), seen)[:top]
    stated: list[float | None] = []
    if model.calibration is not None:
        stated += model.calibration.probabilities([scores[place] for place in places])
    stated += [None] * max(0, top - len(stated))
    return tuple(
        PredictedFile(
            path=index.files.paths[found.files[place]],
            probability=None if probability is None else round(probability, 4),
            score=round(scores[place], 4),
            reasons=reasons(found, place),
        )
        for place, probability in zip(places[:top], stated, strict=False)
    )


def _with_seen(
    index: Index, task: Task, found: Candidates, ranking: tuple[list[float], list[int]], seen: Sequence[str]
) -> tuple[PredictedFile, ...]:
    scores, places = ranking
    place_of = {found.files[place]: place for place in places}
    times = Counter(index.known(seen))
    told = []
    for file, probability in reranked(index, scores, list(place_of), seen):
        if file not in task.seeds:
            why = reasons(found, place_of[file]) if file in place_of else ()
            if file in times:
                why = (f"looked at in this session ({times[file]}x)", *why)
            told.append(
                PredictedFile(
                    path=index.files.paths[file],
                    probability=round(probability, 4),
                    score=round(probability, 4),
                    reasons=why[:MOST],
                )
            )
    return tuple(told)


def ranked_by_baseline(index: Index, task: Task, name: str, known: TfIdf | None, top: int = TOP) -> list[str]:
    """Paths by a named baseline; ``known`` is the trained model of ``tfidf``."""
    ranker: Ranker
    if name == "tfidf":
        seeds = (index.files.paths[seed] for seed in task.seeds)
        return (known or TfIdf()).rank(task.text, seeds)[:top]
    ranker = Scored(SCORES[name])
    return ranker.rank(index, task)[:top]
