"""Which types and scopes might stand in front of a message, and what speaks for each?

Candidates are the labels that counts of the change's traits find likeliest (``forms.LabelCounts``), and those of the
nearest commits. Columns are numbers that mean the same in every repository.
"""

import math
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

import orjson

from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.commits import DescribedFile
from twiceshy_git.predict.messages.examples import MessageExample
from twiceshy_git.predict.messages.forms import LabelCounts, list_traits
from twiceshy_git.predict.messages.ranker_growing import SETTINGS, open_lightgbm
from twiceshy_git.predict.messages.retrieve import NearCommit
from twiceshy_git.predict.paths import parse_path
from twiceshy_git.predict.trees import Tree, from_lightgbm, from_plain, round_to_float32, score, to_plain

_LIKELIEST: Final = 12
"""Labels by counts that are candidates (guess, 2026-11-24)."""
_MOST: Final = 25
"""Labels that are weighed (guess, 2026-11-24: bounds the work)."""
_NEAREST: Final = 5
"""Commits that have a vote of their own beside that of all (guess, 2026-11-24)."""
_SHARPNESS: Final = 3.0
"""Power of nearness in the votes (guess, 2026-11-24, as ``candidates``)."""
_KINDS: Final = 5
"""Kinds of files, as defined in ``twiceshy_git.predict.paths``."""
_CONVENTION: Final = (
    "feat",
    "fix",
    "docs",
    "test",
    "chore",
    "refactor",
    "perf",
    "style",
    "ci",
    "build",
    "deps",
    "revert",
)
"""Types whose meaning a tree may know (conventionalcommits.org, 1.0.0, and its usual presets)."""
_SIGNS: Final = re.compile(r"[/._-]")
_COLUMNS: Final = """
counts counts_rank usual lately author last_of_author vote vote_of_five nearest best_nearness files files_known folders
stems parts written endings nearness convention many_files added removed code tests docs settings other
"""
LABEL_COLUMNS: Final = tuple(_COLUMNS.split())
"""What is known of a label."""


class NewestLabel(NamedTuple):
    """A label of one of the newest commits."""

    author: str
    label: str


class LabelRows(NamedTuple):
    """Labels with their numbers."""

    labels: Sequence[str]
    rows: Sequence[tuple[float, ...]]
    """One for each label, in the order of ``LABEL_COLUMNS``."""


def list_label_rows(
    counts: LabelCounts,
    newest: Sequence[NewestLabel],
    example: MessageExample,
    near: Sequence[NearCommit],
    labels_of_near: Sequence[str],
) -> LabelRows:
    """Return the candidates of one kind of label; none before any was learned.

    ``newest``: labels of the newest commits, oldest first. ``labels_of_near``: of each near commit, empty for none.
    """
    traits = list(dict.fromkeys(list_traits(example)))
    weights = counts.weigh(traits)
    if not weights:
        return LabelRows((), ())
    order = sorted(weights, key=lambda label: -weights[label])
    labels = list(dict.fromkeys([*order[:_LIKELIEST], *(one for one in labels_of_near if one)]))[:_MOST]
    places = {label: place for place, label in enumerate(order)}
    best, change = weights[order[0]], _describe_change(example.files)
    tables = _FileTables(counts, example, traits)
    rows = [
        (
            weights.get(label, best) - best,
            float(places.get(label, len(order))),
            *_measure_habit(counts, newest, example, label),
            *_measure_votes(near, labels_of_near, label),
            *tables.measure(label),
            max((one.score for one in near), default=0.0) ** _SHARPNESS,
            float(_CONVENTION.index(label)) if label in _CONVENTION else -1.0,
            *change,
        )
        for label in labels
    ]
    return LabelRows(labels, rows)


def keep_labels(found: LabelRows, allowed: Container[str]) -> LabelRows:
    """Return only the candidates that are among these; all of them where none is."""
    kept = [pair for pair in zip(found.labels, found.rows, strict=True) if pair[0] in allowed]
    return LabelRows([label for label, _ in kept], [row for _, row in kept]) if kept else found


def _measure_habit(
    counts: LabelCounts, newest: Sequence[NewestLabel], example: MessageExample, label: str
) -> tuple[float, ...]:
    own = next((one.label for one in reversed(newest) if one.author == example.author), "")
    return (
        math.log(counts.tell_share(label)),
        sum(one.label == label for one in newest) / (len(newest) or 1),
        _share(counts.find_trait(f"author {example.author}"), label),
        float(own == label),
    )


def _measure_votes(near: Sequence[NearCommit], labels: Sequence[str], label: str) -> tuple[float, ...]:
    weights = [one.score**_SHARPNESS for one in near]
    votes = [weight if own == label else 0.0 for weight, own in zip(weights, labels, strict=True)]
    return (
        sum(votes) / (sum(weights) or 1.0),
        sum(votes[:_NEAREST]) / (sum(weights[:_NEAREST]) or 1.0),
        float(bool(labels) and labels[0] == label),
        max((one.score for one, own in zip(near, labels, strict=True) if own == label), default=0.0),
    )


class _FileTables:
    """What was counted of each file of a change, and the parts of its path."""

    def __init__(self, counts: LabelCounts, example: MessageExample, traits: Sequence[str]) -> None:
        places = [PurePosixPath(file.path) for file in example.files]
        self._count = len(places) or 1
        self._files = [counts.find_trait(f"file {place}") for place in places]
        self._stems = [counts.find_trait(f"stem {place.stem}") for place in places]
        self._folders = [_find_folder(counts, place) for place in places]
        endings = next((trait for trait in traits if trait.startswith("all ")), "")
        self._endings = counts.find_trait(endings)
        self._paths = [file.path.lower() for file in example.files]
        self._parts = [{*_SIGNS.split(path), *path.split("/"), PurePosixPath(path).stem} for path in self._paths]

    def measure(self, label: str) -> tuple[float, ...]:
        """Return what files, folders, stems and endings say for a label, and whether a path holds it."""
        written = label.lower()
        return (
            self._mean(self._files, label),
            sum(bool(one) for one in self._files) / self._count,
            self._mean(self._folders, label),
            self._mean(self._stems, label),
            sum(written in parts for parts in self._parts) / self._count,
            sum(written in path for path in self._paths) / self._count,
            _share(self._endings, label),
        )

    def _mean(self, tables: Sequence[Mapping[str, int]], label: str) -> float:
        return sum(_share(table, label) for table in tables) / self._count


def _find_folder(counts: LabelCounts, place: PurePosixPath) -> Mapping[str, int]:
    """Return what was counted of the deepest folder that is known."""
    found = (counts.find_trait(f"folder {folder}") for folder in place.parents if folder.name)
    return next((one for one in found if one), {})


def _share(table: Mapping[str, int], label: str) -> float:
    return table.get(label, 0) / total if (total := sum(table.values())) else 0.0


def _describe_change(files: Sequence[DescribedFile]) -> tuple[float, ...]:
    kinds = [parse_path(file.path).kind for file in files]
    return (
        math.log1p(len(files)),
        math.log1p(sum(len(file.added) for file in files)),
        math.log1p(sum(len(file.removed) for file in files)),
        *(kinds.count(kind) / (len(files) or 1) for kind in range(_KINDS)),
    )


# Which type and which scope fits a change? Trees rank the candidates of ``label_rows``.
#
# They were grown on public histories that write such labels and know numbers only; ``python -m benchmarks
# message_labels --out`` makes the file anew.

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
    return decode_label_model(files("twiceshy_git.predict.messages").joinpath(_FILE).read_bytes())


# Grow trees that rank types or scopes, by LightGBM; only for making the model that ships.
#
# One thread, fixed seeds and sorted input make the same trees from the same histories.

LABEL_ROUNDS: Final = 80
"""Trees (tuned on the fourth fifths of five public histories, 2026-11-24: 40 are worse by .01, 150 no better)."""
_SETTINGS: Final[dict[str, Any]] = SETTINGS | {"objective": "binary", "min_data_in_leaf": 30}
"""As for messages, but for what is learned and for smaller leaves (guess, 2026-11-24: there are fewer changes)."""


class LabelledChange(NamedTuple):
    """A commit with the labels that it might have, and the one that was written."""

    found: LabelRows
    written: str


def grow_label_trees(changes: Sequence[LabelledChange]) -> tuple[Tree, ...]:
    """Grow trees on changes of several histories.

    Raises:
        ToolMissing: LightGBM is not installed.
    """
    lightgbm, numpy = open_lightgbm()
    table = numpy.array([row for one in changes for row in one.found.rows], dtype=numpy.float32)
    hits = [float(label == one.written) for one in changes for label in one.found.labels]
    data = lightgbm.Dataset(table, hits, feature_name=list(LABEL_COLUMNS))
    return from_lightgbm(lightgbm.train(_SETTINGS, data, LABEL_ROUNDS).dump_model())
