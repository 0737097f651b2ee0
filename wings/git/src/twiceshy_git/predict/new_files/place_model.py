"""The weights that turn what is known of a task and a place into probabilities; fitted on public histories.

They are numbers only: no path and no word of a message is in them. ``python -m benchmarks new_file_places --write``
makes the file anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

import orjson

from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.predictions import NewFilePlace, NewFiles
from twiceshy_git.predict.calibration import dot, sigmoid
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.new_files.creating_task import CREATING_COLUMNS, describe_creating
from twiceshy_git.predict.new_files.place_candidates import (
    PLACE_COLUMNS,
    WeighedPlaces,
    count_names,
    weigh_places,
)
from twiceshy_git.predict.ranking_task import RankingTask
from twiceshy_git.predict.signals.messages import find_similar_commits


@dataclass(frozen=True, slots=True)
class PlaceModel:
    """Two logistic regressions: does the task make a file, and if so, is one made here?"""

    creating: tuple[float, ...]
    """As ``CREATING_COLUMNS``."""
    places: tuple[float, ...]
    """As ``PLACE_COLUMNS``."""
    card: Mapping[str, Any] = field(default_factory=dict)

    def tell_creating(self, row: Sequence[float]) -> float:
        """Return the probability that the task makes any file."""
        return sigmoid(dot(self.creating, row))

    def tell_place(self, row: Sequence[float]) -> float:
        """Return the probability that one is made there, if any is."""
        return sigmoid(dot(self.places, row))


def encode_place_model(model: PlaceModel) -> bytes:
    """Return the model as JSON, each weight beside the name of its column."""
    return orjson.dumps(
        {
            "creating": dict(zip(CREATING_COLUMNS, model.creating, strict=True)),
            "places": dict(zip(PLACE_COLUMNS, model.places, strict=True)),
            "card": dict(model.card),
        },
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )


def decode_place_model(raw: bytes) -> PlaceModel:
    """Return the model of a file.

    Raises:
        StoreCorrupt: it does not fit this version's columns.
    """
    try:
        whole = orjson.loads(raw)
        return PlaceModel(
            tuple(float(whole["creating"][name]) for name in CREATING_COLUMNS),
            tuple(float(whole["places"][name]) for name in PLACE_COLUMNS),
            whole["card"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreCorrupt(f"the weights of new files' places cannot be read ({error!r}); install again") from error


@cache
def load_place_model() -> PlaceModel:
    """Return the weights that come with twiceshy."""
    return decode_place_model(resources.files("twiceshy_git.predict.new_files").joinpath("general.json").read_bytes())


# Where a task's new files will go, if it makes any.

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
