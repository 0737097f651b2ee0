"""Rerank: a ranking corrected by what the running session read and searched, as work begins with looking."""

from collections.abc import Sequence

from twiceshy.wings.git.predict.calibration import dot, sigmoid
from twiceshy.wings.git.predict.index import Index

WEIGHTS = (-2.0715, -0.0588, 0.4382, 0.8056, 1.2754, 2.244)
"""Of a logistic regression on ``describe_files``. 1, score,
 distance to the best, 1 / place, seen, 1 / place among the seen.
Fitted by ``python -m benchmarks predict_sessions`` on sessions whose commits are known; measured with each project's
weights fitted on the other projects."""
_MOST_SEEN = 400
"""Newest paths that count. Guess of 2026-11-21."""
Row = tuple[float, ...]


def describe_files(scores: Sequence[float], files: Sequence[int], seen: Sequence[int]) -> tuple[list[int], list[Row]]:
    """Return files and what their probability depends on: the candidates, falling, then seen files that are none.

    ``seen``: newest last, repeats allowed.
    """
    newest = {file: place for place, file in enumerate(dict.fromkeys(reversed(seen[-_MOST_SEEN:])), 1)}
    ranked = set(files)
    more = [file for file in newest if file not in ranked]
    every = [*files, *more]
    top, low = (scores[0], scores[-1]) if scores else (0.0, 0.0)
    rows: list[Row] = []
    for place, file in enumerate(every, 1):
        score = scores[place - 1] if place <= len(scores) else low
        near = 1 / newest[file] if file in newest else 0.0
        rows.append((1.0, score, score - top, 1 / place, float(file in newest), near))
    return every, rows


def rerank_files(
    index: Index, scores: Sequence[float], files: Sequence[int], seen: Sequence[str]
) -> list[tuple[int, float]]:
    """Return files with the probability that the task changes them, best first.

    Paths that are no files now do not count.
    """
    every, rows = describe_files(scores, files, index.numbers_of(seen))
    stated = [sigmoid(dot(WEIGHTS, row)) for row in rows]
    order = sorted(range(len(every)), key=lambda at: (-stated[at], at))
    return [(every[at], stated[at]) for at in order]
