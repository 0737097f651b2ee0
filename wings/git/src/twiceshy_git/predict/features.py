"""Features: candidates of a task and their columns of numbers, the same for training and for predicting.

Each signal gives three columns: its score, that as a share of the best candidate's, and 1 / place. A tree can then ask
both "is this strong?" and "is it the strongest here?", and a model from one repository means something in another.
"""

import math
from array import array
from dataclasses import dataclass

from twiceshy_git.predict.index import Index
from twiceshy_git.predict.paths import parse_path
from twiceshy_git.predict.ranking_task import RankingTask
from twiceshy_git.predict.signals import SIGNALS, SignalContext, pick_best, score_signals
from twiceshy_git.predict.trees import round_to_float32

_MOST_CANDIDATES = 200
"""Files that are ranked. Guess of 2026-11-21: bounds the work; a target is rarely further down."""
_KINDS = 5
"""Kinds of files, as defined in ``twiceshy_git.predict.paths``."""

_OF_FILE = (
    "commits_ago",
    "days_ago",
    "changes",
    "age",
    "kind",
    "depth",
    "size",
    "pairs",
    "kind_near",
    "kind_last",
    "blend",
    "blend_place",
)
_OF_TASK = (
    "words",
    "hours_idle",
    "same_author",
    "last_files",
    "near_files",
    "best_message",
    "best_content",
    "living",
    "commits",
    "seeds",
)
COLUMNS = tuple(
    [f"{signal.name}{part}" for signal in SIGNALS for part in ("", ".share", ".place")]
    + list(_OF_FILE)
    + list(_OF_TASK)
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Files that may be part of the task, best of the blend first, and their columns."""

    files: list[int]
    blend: list[float]
    columns: list[list[float]]
    """One list for each of ``COLUMNS``, in the order of ``files``."""
    look: SignalContext
    found: list[dict[int, float]]
    """Scores by signal."""

    def rows(self, chosen: list[int]) -> "array[float]":
        """Return the numbers of the chosen places, row by row, as 32-bit floats."""
        flat = array("f")
        for place in chosen:
            flat.extend(column[place] for column in self.columns)
        return flat


def find_candidates(index: Index, task: RankingTask, *, most: int = _MOST_CANDIDATES) -> Candidates:
    """Return everything that a ranking of this task needs."""
    look, found = score_signals(index, task)
    tops = [max(each.values(), default=0.0) for each in found]
    blend = _blend(found, tops)
    files = sorted(blend, key=lambda file: (-blend[file], -index.files.last[file], file))[:most]
    columns: list[list[float]] = []
    for each, top in zip(found, tops, strict=True):
        values = [each.get(file, 0.0) for file in files]
        columns += [values, [value / top for value in values] if top else values, _compute_reciprocal_places(values)]
    order = [blend[file] for file in files]
    columns += _compute_file_columns(look, found[0], files, order)
    columns += [[value] * len(files) for value in _compute_task_columns(look, tops)]
    return Candidates(
        files=files, blend=order, columns=[round_to_float32(column) for column in columns], look=look, found=found
    )


def _blend(found: list[dict[int, float]], tops: list[float]) -> dict[int, float]:
    """Return the weighted sum over signals of all files that any signal proposes."""
    total: dict[int, float] = {}
    for signal, each, top in zip(SIGNALS, found, tops, strict=True):
        if top:
            total |= dict.fromkeys(pick_best(each, signal.proposes), 0.0)
    for signal, each, top in zip(SIGNALS, found, tops, strict=True):
        if top:
            factor = signal.weight / top
            for file in total:
                if file in each:
                    total[file] += factor * each[file]
    return total


def _compute_reciprocal_places(values: list[float]) -> list[float]:
    """Return 1 / place of each value among the others, 0 for no score."""
    order = sorted(range(len(values)), key=values.__getitem__, reverse=True)
    places = [0.0] * len(values)
    for place, at in enumerate(order, 1):
        if values[at] <= 0:
            break
        places[at] = 1 / place
    return places


def _compute_file_columns(
    look: SignalContext, by_message: dict[int, float], files: list[int], blend: list[float]
) -> list[list[float]]:
    index, task = look.index, look.task
    known, now = index.files, index.now
    near = _compute_kind_shares(index, by_message)
    lately = _compute_kind_shares(index, {file: 1.0 for numbers in index.commits[-10:] for file in numbers[:20]})
    best = blend[0] if blend and blend[0] else 1.0
    rows = []
    for place, (file, value) in enumerate(zip(files, blend, strict=True), 1):
        name = parse_path(known.paths[file])
        rows.append(
            (
                math.log1p(now - known.last[file]),
                _compute_log_days(task.at, known.last_at[file]),
                math.log1p(known.changes[file]),
                math.log1p(now - known.born[file]),
                float(name.kind),
                float(name.depth),
                math.log1p(max(0.0, known.size[file])),
                float(min(9, len(index.stems.get(name.stem, ())))),
                near[name.kind],
                lately[name.kind],
                value / best,
                1 / place,
            )
        )
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in _OF_FILE]


def _compute_task_columns(look: SignalContext, tops: list[float]) -> list[float]:
    index, task = look.index, look.task
    weights = sum(look.nearest.values()) or 1.0
    near_files = sum(score * len(index.commits[commit]) for commit, score in look.nearest.items()) / weights
    content = next(at for at, signal in enumerate(SIGNALS) if signal.name == "content")
    return [
        float(len(task.words)),
        _compute_log_hours(task.at, index.at[-1]) if index.at else 9.0,
        float(bool(index.authors) and index.authors[-1] == task.author),
        float(len(index.commits[-1])) if index.commits else 0.0,
        near_files,
        max(look.nearest.values(), default=0.0),
        tops[content],
        math.log1p(index.living),
        math.log1p(index.now),
        float(len(task.seeds)),
    ]


def _compute_kind_shares(index: Index, weights: dict[int, float]) -> list[float]:
    """Return the share of each kind of file in a weighted set."""
    shares = [0.0] * _KINDS
    total = sum(weights.values()) or 1.0
    for file, weight in weights.items():
        shares[parse_path(index.files.paths[file]).kind] += weight / total
    return shares


def _compute_log_days(at: int, before: int) -> float:
    return math.log1p(max(0, at - before) / 86400) if before else 9.0


def _compute_log_hours(at: int, before: int) -> float:
    return math.log1p(max(0, at - before) / 3600)
