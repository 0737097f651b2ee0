"""Which files change anyway: often, lately, by this author."""

import math
from itertools import islice

from twiceshy.predict.index import HALF_LIVES, Index
from twiceshy.predict.task import Task

NEWEST = 120


def lately(index: Index) -> dict[int, float]:
    """1 / place in the order of last change: the list of the last files touched."""
    scores: dict[int, float] = {}
    for place, file in enumerate(reversed(index.recent), 1):
        scores[file] = 1 / place
        if place == NEWEST:
            break
    return scores


def busy(index: Index, scale: int) -> dict[int, float]:
    """Decayed number of changes of the files that changed among the last ones."""
    heat, last, now, half = index.files.heat, index.files.last, index.now, HALF_LIVES[scale]
    return {
        file: heat[file][scale] * math.exp2((last[file] - now) / half)
        for file in islice(reversed(index.recent), 8 * NEWEST)
    }


def own(index: Index, task: Task) -> dict[int, float]:
    """Decayed number of the author's own changes of files that are still there."""
    mine = index.mine.get(task.author, {}) if task.author else {}
    now, half, alive = index.now, HALF_LIVES[1], index.files.alive
    return {file: heat * 2.0 ** ((last - now) / half) for file, (heat, last) in mine.items() if alive[file]}
