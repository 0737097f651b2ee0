"""From a task to its ranked files with probabilities and reasons, by a model or by a named baseline."""

from dataclasses import dataclass

from twiceshy.predict.baselines import SCORES, Ranker, Scored
from twiceshy.predict.features import candidates
from twiceshy.predict.index import Index
from twiceshy.predict.model import Model, order
from twiceshy.predict.reasons import reasons
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


def ranked(index: Index, task: Task, model: Model, top: int = TOP) -> tuple[PredictedFile, ...]:
    """The files of the task by a model; probabilities for the first ten, where the model is calibrated."""
    found = candidates(index, task)
    scores = model.scores(found)
    places = order(found, scores)
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


def ranked_by_baseline(index: Index, task: Task, name: str, known: TfIdf | None, top: int = TOP) -> list[str]:
    """Paths by a named baseline; ``known`` is the trained model of ``tfidf``."""
    ranker: Ranker
    if name == "tfidf":
        seeds = (index.files.paths[seed] for seed in task.seeds)
        return (known or TfIdf()).rank(task.text, seeds)[:top]
    ranker = Scored(SCORES[name])
    return ranker.rank(index, task)[:top]
