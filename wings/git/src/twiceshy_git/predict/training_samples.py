"""Training samples: past commits as groups of rows, each made from what was known before that commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from twiceshy.records.predictions import HistoryCommit
from twiceshy_git.predict.features import COLUMNS, find_candidates
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.ranking_evaluation import targets_of, task_of
from twiceshy_git.predict.ranking_task import build_task

if TYPE_CHECKING:
    from array import array

_MOST_TARGETS = 50
"""Files: a commit with more teaches what a mass change is, not what a task touches. Guess of 2026-11-21."""
SURE_ROWS = 60
"""Best candidates that are always kept for growing. Guess of 2026-11-21."""
_KEPT_SHARE = 0.15
"""Share of the others: they are all alike. Guess of 2026-11-21."""
_SEEDED_SHARE = 0.15
"""Share of the samples for growing in which one target is given as a seed, so that seeds get weight. Guess of
2026-11-21."""


@dataclass(frozen=True, slots=True)
class TrainingSample:
    """One commit: its candidates' columns, and which of the candidates it touched."""

    number: int
    """Of the commit in the history."""
    rows: "array[float]"
    """Row by row, ``len(COLUMNS)`` 32-bit floats each."""
    hits: tuple[bool, ...]
    targets: int
    """Files that existed before and were changed: some may be no candidates."""

    def columns(self) -> list[list[float]]:
        """Return the numbers column by column, as a model takes them."""
        width = len(COLUMNS)
        return [self.rows[column::width].tolist() for column in range(width)]


def build_samples(
    changes: Sequence[HistoryCommit], first: int, last: int, rng: Random, *, thin_before: int
) -> list[TrainingSample]:
    """Return samples of the commits ``first`` to ``last`` (exclusive).

    Those before ``thin_before`` are thinned out for growing trees; the others have all candidates and no given seeds,
    as a reader of the ranking would see them.
    """
    index, made = Index(), []
    for number, change in enumerate(changes[:last]):
        targets = targets_of(change)
        growing = number < thin_before
        if number >= first and targets and (len(targets) <= _MOST_TARGETS or not growing):
            made.append(_build_sample(index, number, change, rng if growing else None))
        index.learn(change)
    return made


def _build_sample(index: Index, number: int, change: HistoryCommit, rng: Random | None) -> TrainingSample:
    targets = set(index.numbers_of(targets_of(change)))
    task = task_of(index, change)
    if rng is not None and len(targets) > 1 and rng.random() < _SEEDED_SHARE:
        seed = rng.choice(sorted(targets))
        targets.discard(seed)
        task = build_task(index, change.subject, at=change.at, author=change.author, seeds=[index.files.paths[seed]])
    found = find_candidates(index, task)
    hits = [file in targets for file in found.files]
    kept = [
        place for place, hit in enumerate(hits) if rng is None or hit or place < SURE_ROWS or rng.random() < _KEPT_SHARE
    ]
    return TrainingSample(
        number=number,
        rows=found.rows(kept),
        hits=tuple(hits[place] for place in kept),
        targets=max(1, len(targets_of(change)) - len(task.seeds)),
    )
