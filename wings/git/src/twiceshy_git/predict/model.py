"""Model: trees, their calibration, and the card that says how well they did and where not to use them.

The file is JSON, so that anyone can look into it. It holds numbers and the names of columns: no path, no word of a
message. Columns are matched by name, so a model outlives new signals; one that needs a column that is gone is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import orjson

from twiceshy.base.errors import StoreCorrupt, StoreTooNew
from twiceshy_git.predict.calibration import Calibration
from twiceshy_git.predict.features import COLUMNS, Candidates
from twiceshy_git.predict.trees import Tree, from_plain, score, to_plain

FORMAT = "twiceshy/file-ranking"
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A trained ranking of candidates."""

    name: str
    trees: tuple[Tree, ...]
    """Empty: the blend of signals ranks."""
    calibration: Calibration | None
    card: dict[str, Any] = field(default_factory=dict)
    """Data range, protocol, seed, data hash, figures beside the baselines'."""
    used: bool = True
    """False where it did not beat every baseline on held-out time."""
    instead: str = ""
    """The baseline that ranks where it is not used."""

    def scores(self, found: Candidates) -> list[float]:
        """Return the score of each candidate, in the order of ``found.files``."""
        if not self.trees:
            return list(found.blend)
        return score(self.trees, found.columns, len(found.files))


def sort_places(found: Candidates, scores: Sequence[float]) -> list[int]:
    """Return the places of ``found.files``, best first; equal scores keep the blend's order."""
    return sorted(range(len(found.files)), key=lambda place: (-scores[place], place))


def encode(model: Model) -> bytes:
    """Return the model as a file."""
    calibration = model.calibration
    return orjson.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "name": model.name,
            "used": model.used,
            "instead": model.instead,
            "card": model.card,
            "calibration": calibration
            and {"weights": calibration.weights, "steps": calibration.steps, "outcomes": calibration.outcomes},
            "columns": COLUMNS,
            "trees": to_plain(model.trees),
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def decode(raw: bytes) -> Model:
    """Return the model of a file.

    Raises:
        StoreCorrupt: it is none, or does not fit this version's columns.
        StoreTooNew: a newer version wrote it.
    """
    try:
        whole = orjson.loads(raw)
        _check(whole)
        stated = whole["calibration"]
        return Model(
            name=str(whole["name"]),
            trees=_match_columns(from_plain(whole["trees"], len(whole["columns"])), whole["columns"]),
            calibration=stated
            and Calibration(
                weights=tuple(float(weight) for weight in stated["weights"]),
                steps=tuple((float(low), float(value)) for low, value in stated["steps"]),
                outcomes=int(stated["outcomes"]),
            ),
            card=dict(whole["card"]),
            used=bool(whole["used"]),
            instead=str(whole["instead"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreCorrupt(
            f"a model file cannot be read ({error!r}); train it again with `twiceshy train files`"
        ) from error


def _check(whole: dict[str, Any]) -> None:
    if whole["format"] != FORMAT:
        raise ValueError(f"its format is {whole['format']!r}")
    if whole["version"] > VERSION:
        raise StoreTooNew(f"a model was written by a newer version (format {whole['version']}); upgrade twiceshy")


def _match_columns(trees: tuple[Tree, ...], names: Sequence[str]) -> tuple[Tree, ...]:
    """Return the trees on this version's columns."""
    if tuple(names) == COLUMNS:
        return trees
    here = {name: place for place, name in enumerate(COLUMNS)}
    needed = {names[column] for tree in trees for column in tree.column}
    if gone := sorted(needed - here.keys()):
        raise ValueError(f"it needs columns that are gone: {', '.join(gone[:5])}")
    return tuple(
        Tree(tuple(here[names[column]] for column in tree.column), tree.threshold, tree.left, tree.right, tree.value)
        for tree in trees
    )


@cache
def load_general_model() -> Model:
    """Return the model that comes with twiceshy: trained on numbers of public histories, none of them yours."""
    return decode(resources.files("twiceshy_git.predict").joinpath("general.json").read_bytes())


BLEND = Model(name="blend", trees=(), calibration=None)
"""The weighted sum of signals: needs no training, gives no probability."""
