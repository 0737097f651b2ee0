"""Habits: which files change anyway, often, lately or by this author."""

import math
from itertools import islice

from twiceshy.wings.git.predict.index import HALF_LIVES, Index
from twiceshy.wings.git.predict.ranking_task import RankingTask

_NEWEST = 120
"""Files that changed last and count as such. Guess of 2026-11-21."""


def score_recent_changes(index: Index) -> dict[int, float]:
    """Score the last files touched by 1 / place in the order of last change."""
    scores: dict[int, float] = {}
    for place, file in enumerate(reversed(index.recent), 1):
        scores[file] = 1 / place
        if place == _NEWEST:
            break
    return scores


def score_activity(index: Index, scale: int) -> dict[int, float]:
    """Score the files that changed among the last ones by their decayed number of changes."""
    heat, last, now, half = index.files.heat, index.files.last, index.now, HALF_LIVES[scale]
    return {
        file: heat[file][scale] * math.exp2((last[file] - now) / half)
        for file in islice(reversed(index.recent), 8 * _NEWEST)
    }


def score_own_changes(index: Index, task: RankingTask) -> dict[int, float]:
    """Score files that are still there by the decayed number of the author's own changes."""
    mine = index.mine.get(task.author, {}) if task.author else {}
    now, half, alive = index.now, HALF_LIVES[1], index.files.alive
    return {file: heat * 2.0 ** ((last - now) / half) for file, (heat, last) in mine.items() if alive[file]}
