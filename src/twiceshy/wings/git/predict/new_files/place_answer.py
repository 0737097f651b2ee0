"""Where a task's new files will go, if it makes any."""

from collections.abc import Mapping
from typing import Final

from twiceshy.records.predictions import NewFilePlace, NewFiles
from twiceshy.wings.git.predict.index import Index
from twiceshy.wings.git.predict.new_files.creating_task import describe_creating
from twiceshy.wings.git.predict.new_files.name_forms import count_names
from twiceshy.wings.git.predict.new_files.place_candidates import WeighedPlaces, weigh_places
from twiceshy.wings.git.predict.new_files.place_model import PlaceModel
from twiceshy.wings.git.predict.ranking_task import RankingTask
from twiceshy.wings.git.predict.signals.messages import find_similar_commits

_FEWEST: Final = 20
"""Commits that added files, below which nothing is said (guess, 2026-11-24)."""
_MOST: Final = 3
"""Places that are said (guess, 2026-11-24: what a reader would check)."""
_LEAST: Final = 0.1
"""Probability below which a place is not worth a line (guess, 2026-11-24)."""


def find_new_files(index: Index, task: RankingTask, likely: Mapping[str, float], model: PlaceModel) -> NewFiles | None:
    """Return how probable new files are, and where; None where the repository has too few to learn from.

    ``likely``: files that the task probably touches, with a weight each.
    """
    if len(index.created) < _FEWEST:
        return None
    nearest = find_similar_commits(index, task)
    creating = model.tell_creating(describe_creating(index, task, nearest))
    found = weigh_places(index, task, nearest, likely, count_names(index.files.paths))
    stated = [model.tell_place(row) for row in found.rows]
    best = sorted(range(len(stated)), key=lambda at: (-stated[at], at))[:_MOST]
    places = tuple(_describe(found, at, stated[at]) for at in best if stated[at] >= _LEAST)
    return NewFiles(probability=round(creating, 4), places=places)


def _describe(found: WeighedPlaces, at: int, probability: float) -> NewFilePlace:
    place, (there, adding) = found.places[at], found.near[at]
    reasons = (f"{there} of {adding} similar commits that add files did so here",) if there else ()
    return NewFilePlace(folder=place.folder, form=place.form, probability=round(probability, 4), reasons=reasons)
