"""A risk model: trees over what is known of a change, and how likely changes with such a sum were fixed later.

Without trees, or where they do not beat it, the score is the number of lines added. The file is JSON that anyone can
look into: numbers and the names of columns, no path, no name and no word of a message.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any, Final, NamedTuple

import orjson

from twiceshy.base.errors import StoreCorrupt, StoreTooNew
from twiceshy.records.change_risk import ChangeRow, RiskColumn
from twiceshy_git.predict.risk.document_changes import adds_documents_alone
from twiceshy_git.predict.risk.risk_calibration import ScoreStep, find_like, find_nearest, read_probability
from twiceshy_git.predict.risk.risk_trees import RiskTree, push_columns, read_plain_trees, write_plain_trees

FORMAT: Final = "twiceshy/change-risk"
VERSION: Final = 1
OWN, GENERAL, SIZE = "own", "general", "size"
"""What answers: the repository's own trees, those that come with twiceshy, or the number of lines added."""
_CODE_FILES: Final = "nf_code"
"""Column of the files of code that a change touches."""


class RiskSaid(NamedTuple):
    """What a model says of one change."""

    probability: float | None
    """None where too few changes were known to say one."""
    pushes: Mapping[str, float]
    """By column: by how much it moves the trees' answer, in log-odds; empty where size alone answers."""
    like: tuple[int, int] | None
    """Fixed later, and all, of earlier changes with the nearest scores."""
    larger_than: float | None
    """Share of the changes known that add fewer lines."""
    spread: tuple[float, float] | None = None
    """Least and most share of like changes fixed later among the histories learned from; None of one's own."""
    documents: bool = False
    """Whether it was held against changes of documents alone, as it is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskModel:
    """What was learned of a repository's changes."""

    name: str
    kind: str
    """``own``, ``general`` or ``size``: what answers."""
    columns: tuple[str, ...] = ()
    trees: tuple[RiskTree, ...] = ()
    steps: tuple[ScoreStep, ...] = ()
    """Of the trees' sums."""
    size_steps: tuple[ScoreStep, ...] = ()
    """Of the lines added."""
    spread: tuple[tuple[float, float], ...] = ()
    """Of each step, where several histories were learned from: the least and the most share among them."""
    document_steps: tuple[ScoreStep, ...] = ()
    """Of the lines added by changes of documents alone, for which those of all say too much; none of too few."""
    sizes: tuple[int, ...] = ()
    """Lines added at each hundredth of the changes, rising."""
    base: float | None = None
    """Share of changes that were fixed later, of those old enough to be found out."""
    card: dict[str, Any] = field(default_factory=dict)
    """Data, protocol, seed, figures beside those of lines added, and why trees are not used."""

    @property
    def used(self) -> bool:
        """Whether trees answer."""
        return self.kind != SIZE

    def answer(self, row: ChangeRow) -> RiskSaid:
        """Return what is said of a change whose values are in the order of the model's columns."""
        larger = bisect_left(self.sizes, row.added) / len(self.sizes) if self.sizes else None
        pushes: dict[str, float] = {}
        score, steps = float(row.added), self.size_steps
        if self.used:
            start, moved = push_columns(self.trees, row.values)
            pushes = {self.columns[column]: push for column, push in moved.items()}
            score, steps = start + math.fsum(moved.values()), self.steps
        documents = bool(steps) and bool(self.spread or not self.used) and self._is_of_documents(row)
        if documents:
            steps = self.document_steps
        elif self.spread and self._touches_no_code(row):
            steps = ()  # most of the histories had no way to name such a change
        if not steps:
            return RiskSaid(None, pushes, None, larger, documents=documents)
        spread = self.spread[find_nearest(steps, score)] if self.used and self.spread else None
        like = find_like(steps, score)
        return RiskSaid(read_probability(steps, score), pushes, like, larger, spread, documents)

    def _is_of_documents(self, row: ChangeRow) -> bool:
        return len(self.columns) == len(row.values) and adds_documents_alone(
            dict(zip(self.columns, row.values, strict=True))
        )

    def _touches_no_code(self, row: ChangeRow) -> bool:
        return _CODE_FILES in self.columns and row.values[self.columns.index(_CODE_FILES)] == 0


def match_columns(model: RiskModel, columns: Sequence[RiskColumn]) -> RiskModel:
    """Return the model on a table's columns.

    Raises:
        StoreCorrupt: it needs a column that is gone.
    """
    names = tuple(one.name for one in columns)
    if names == model.columns:
        return model
    places = {name: place for place, name in enumerate(names)}
    needed = {model.columns[column] for tree in model.trees for column in tree.column}
    if gone := sorted(needed - places.keys()):
        raise StoreCorrupt(
            f"the risk model {model.name!r} needs columns that are gone: {', '.join(gone[:5])}; "
            "train it again with `twiceshy train risk`"
        )
    moved = [replace(tree, column=tuple(places[model.columns[one]] for one in tree.column)) for tree in model.trees]
    return replace(model, columns=names, trees=tuple(moved))


def encode_risk_model(model: RiskModel) -> bytes:
    """Return the model as a file."""
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "name": model.name,
        "kind": model.kind,
        "base": model.base,
        "card": model.card,
        "sizes": model.sizes,
        "steps": [list(one) for one in model.steps],
        "size_steps": [list(one) for one in model.size_steps],
        "spread": model.spread,
        "document_steps": [list(one) for one in model.document_steps],
        "columns": model.columns,
        "trees": write_plain_trees(model.trees),
    }
    return orjson.dumps(whole, option=orjson.OPT_APPEND_NEWLINE)


def decode_risk_model(raw: bytes) -> RiskModel:
    """Return the model of a file.

    Raises:
        StoreCorrupt: it is none.
        StoreTooNew: a newer version wrote it.
    """
    try:
        whole = orjson.loads(raw)
        _check(whole)
        columns = tuple(map(str, whole["columns"]))
        return RiskModel(
            name=str(whole["name"]),
            kind=str(whole["kind"]),
            columns=columns,
            trees=read_plain_trees(whole["trees"], len(columns)),
            steps=_read_steps(whole["steps"]),
            size_steps=_read_steps(whole["size_steps"]),
            spread=_read_spread(whole.get("spread", ()), len(whole["steps"])),
            document_steps=_read_steps(whole.get("document_steps", ())),
            sizes=tuple(map(int, whole["sizes"])),
            base=None if whole["base"] is None else float(whole["base"]),
            card=dict(whole["card"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreCorrupt(
            f"a risk model file cannot be read ({error!r}); train it again with `twiceshy train risk`"
        ) from error


def _check(whole: dict[str, Any]) -> None:
    if whole["format"] != FORMAT:
        raise ValueError(f"its format is {whole['format']!r}")
    if whole["version"] > VERSION:
        raise StoreTooNew(f"a risk model was written by a newer version (format {whole['version']}); upgrade twiceshy")


def _read_steps(plain: Any) -> tuple[ScoreStep, ...]:
    steps = tuple(ScoreStep(float(score), float(share), int(bad), int(of)) for score, share, bad, of in plain)
    if any(one.score >= other.score for one, other in pairwise(steps)):
        raise ValueError("its steps do not rise")
    return steps


def _read_spread(plain: Any, steps: int) -> tuple[tuple[float, float], ...]:
    spread = tuple((float(low), float(high)) for low, high in plain)
    if spread and len(spread) != steps:
        raise ValueError("it has another number of steps than of shares")
    return spread


@cache
def load_general_risk() -> RiskModel | None:
    """Return the model that comes with twiceshy, trained on numbers of public histories; None where none passed."""
    file = resources.files("twiceshy_git.predict.risk").joinpath("general_risk.json")
    return decode_risk_model(file.read_bytes()) if file.is_file() else None
