"""How probable it is that a task makes a file at all: numbers that a fitted weight each is multiplied by.

All come from commits before the task: what the nearest ones did, what this author and tasks that begin so do, and
whether the text names a file that is not there.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from twiceshy_git.predict.index import Index
from twiceshy_git.predict.ranking_task import RankingTask

CREATING_COLUMNS: Final = (
    "one",
    "base rate",
    "nearest",
    "nearest is near",
    "author",
    "opening",
    "words",
    "strongest word",
    "same subject",
    "lately",
    "names a file that is not there",
)
_PRIOR: Final = 10.0
"""Commits of the mean that every rate is smoothed with (guess, 2026-11-24)."""
_FEWEST: Final = 0.005
"""Least rate, so that every logarithm is finite (guess, 2026-11-24)."""
_LATELY: Final = 10
"""Newest commits whose share counts by itself (guess, 2026-11-24)."""
_MOST_LOOKED_AT: Final = 1500
"""Newest commits of a word that are looked at (guess, 2026-11-24: bounds the work)."""
_LEAST_SCORE: Final = 3.0
"""Score of a message's likeness to which a near one is compared (guess, 2026-11-24: two rare words)."""


def describe_creating(index: Index, task: RankingTask, nearest: Mapping[int, float]) -> tuple[float, ...]:
    """Return the numbers, in the order of ``CREATING_COLUMNS``; ``nearest`` as ``find_similar_commits`` gives it."""
    base = find_base_rate(index)
    weights = sum(score * score for score in nearest.values())
    near = sum(score * score for commit, score in nearest.items() if commit in index.created)
    words = sorted((_lean(index, index.subjects.get(word, ()), base) for word in task.words), key=abs, reverse=True)
    opening = index.subjects.get(task.opening.rstrip(":"), ())
    own = [commit for commit, author in enumerate(index.authors) if author == task.author]
    return (
        1.0,
        _logit(base),
        _logit((near + _LEAST_SCORE * base) / (weights + _LEAST_SCORE)) - _logit(base),
        math.log1p(max(nearest.values(), default=0.0)),
        _lean(index, own, base),
        _lean(index, opening, base),
        math.fsum(words[:3]),
        words[0] if words else 0.0,
        _lean(index, index.shapes.get(task.shape, ())[-10:], base),
        _lean(index, range(max(0, index.now - _LATELY), index.now), base),
        float(bool(list_missing(index, task))),
    )


def find_base_rate(index: Index) -> float:
    """Return the share of commits that add files, of the newest ones."""
    newest = range(max(0, index.now - _MOST_LOOKED_AT), index.now)
    return max(_FEWEST, (sum(commit in index.created for commit in newest) + 1) / (len(newest) + _PRIOR))


def list_missing(index: Index, task: RankingTask) -> list[str]:
    """Return the files with an ending that the text names and that no file here has as its name, lower case."""
    named = {name: base for name in task.named if "." in (base := name.rpartition("/")[2])[1:] and not _is_number(base)}
    if not named:
        return []
    known = {path.rpartition("/")[2].lower() for path in index.files.paths}
    return [name for name, base in named.items() if base not in known]


def _is_number(base: str) -> bool:
    """Tell whether it is a version such as 1.2.0 and no file."""
    return base.rpartition(".")[2].isdigit()


def _lean(index: Index, commits: Sequence[int] | range, base: float) -> float:
    """Return by how much the log-odds of adding files are higher among these commits than among all."""
    looked_at = commits[-_MOST_LOOKED_AT:]
    made = sum(commit in index.created for commit in looked_at)
    return _logit((made + _PRIOR * base) / (len(looked_at) + _PRIOR)) - _logit(base)


def _logit(share: float) -> float:
    share = min(1 - _FEWEST, max(_FEWEST, share))
    return math.log(share / (1 - share))
