"""The weights that turn what is known of a task and a place into probabilities; fitted on public histories.

They are numbers only: no path and no word of a message is in them. ``python -m benchmarks new_file_places --write``
makes the file anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import orjson

from twiceshy.base.errors import StoreCorrupt
from twiceshy.wings.git.predict.calibration import dot, sigmoid
from twiceshy.wings.git.predict.new_files.creating_task import CREATING_COLUMNS
from twiceshy.wings.git.predict.new_files.place_candidates import PLACE_COLUMNS


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
    return decode_place_model(
        resources.files("twiceshy.wings.git.predict.new_files").joinpath("general.json").read_bytes()
    )
