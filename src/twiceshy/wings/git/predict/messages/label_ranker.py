"""Which type and which scope fits a change? Trees rank the candidates of ``label_rows``.

They were grown on public histories that write such labels and know numbers only; ``python -m benchmarks
message_labels --out`` makes the file anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson

from twiceshy.base.errors import StoreCorrupt
from twiceshy.wings.git.predict.messages.label_rows import LABEL_COLUMNS, LabelRows
from twiceshy.wings.git.predict.trees import Tree, from_plain, round_to_float32, score, to_plain

_FILE: Final = "labels.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelModel:
    """What ranks types, and what ranks scopes."""

    kind: tuple[Tree, ...]
    scope: tuple[Tree, ...]
    card: Mapping[str, Any] = field(default_factory=dict)


def choose_label(trees: Sequence[Tree], found: LabelRows) -> str:
    """Return the best label, of equal ones the first; empty where there is none."""
    if not found.labels:
        return ""
    columns = [round_to_float32(list(column)) for column in zip(*found.rows, strict=True)]
    scores = score(trees, columns, len(found.labels))
    return found.labels[max(range(len(scores)), key=lambda at: (scores[at], -at))]


def encode_label_model(model: LabelModel) -> bytes:
    """Return a model as bytes."""
    plain = {
        "columns": LABEL_COLUMNS,
        "kind": to_plain(model.kind),
        "scope": to_plain(model.scope),
        "card": dict(model.card),
    }
    return orjson.dumps(plain)


def decode_label_model(raw: bytes) -> LabelModel:
    """Return a model.

    Raises:
        StoreCorrupt: the bytes are none, or one of other columns.
    """
    try:
        plain = orjson.loads(raw)
        columns, card = tuple(plain["columns"]), plain["card"]
        kind, scope = (from_plain(plain[name], len(columns)) for name in ("kind", "scope"))
    except (KeyError, TypeError, ValueError) as error:
        raise StoreCorrupt(f"the model of types and scopes cannot be read ({error!r}); install again") from error
    if columns != LABEL_COLUMNS:
        raise StoreCorrupt("the model of types and scopes is of another version; install again")
    return LabelModel(kind=kind, scope=scope, card=card)


@cache
def load_general_labels() -> LabelModel:
    """Return the model that comes with twiceshy."""
    return decode_label_model(files("twiceshy.wings.git.predict.messages").joinpath(_FILE).read_bytes())
