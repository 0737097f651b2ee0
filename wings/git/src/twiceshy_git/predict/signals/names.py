"""Names: which files' names and contents hold the task's words."""

import math
from collections.abc import Callable, Iterator, Sized
from itertools import islice
from typing import TypeVar

from twiceshy.stats.text.text_words import rarity
from twiceshy_git.predict.index import HALF_LIVES, Index
from twiceshy_git.predict.paths import parse_path
from twiceshy_git.predict.ranking_task import RankingTask
from twiceshy_git.predict.signals.messages import add_saturated

_TOO_COMMON = 4000
"""Files: a word that more of them hold separates nothing. Guess of 2026-11-21: bounds the work."""
_AT_HOME = 60
"""Files: a word that more of them hold is at home in none. Guess of 2026-11-21."""


def score_path_words(index: Index, task: RankingTask) -> dict[int, float]:
    """Score by the rarity of the shared words, per square root of the path's length."""
    scores: dict[int, float] = {}
    for holders in _list_holders(index.path_words.get, task):
        worth = rarity(index.living, len(holders))
        for file in holders:
            scores[file] = scores.get(file, 0.0) + worth
    paths = index.files.paths
    for file in scores:
        scores[file] /= (1 + len(parse_path(paths[file]).words)) ** 0.5
    return scores


def score_base_words(index: Index, task: RankingTask) -> dict[int, float]:
    """Score by the share of the words of the file's own name that the task holds."""
    scores: dict[int, float] = {}
    asked = set(task.words)
    for holders in _list_holders(index.path_words.get, task):
        for file in holders:
            if file not in scores:
                own = parse_path(index.files.paths[file]).base_words
                scores[file] = len(asked.intersection(own)) / (len(own) + 0.5)
    return scores


def score_scope(index: Index, task: RankingTask) -> dict[int, float]:
    """Score the files whose path holds a word of the conventional scope."""
    scores: dict[int, float] = {}
    for word in task.scope:
        for file in list(index.path_words.get(word, ()))[:_TOO_COMMON]:
            scores[file] = scores.get(file, 0.0) + 1
    return scores


def score_named_files(index: Index, task: RankingTask) -> dict[int, float]:
    """Score the files that the text names: 2 for a path or name with its ending, 1 for the name alone."""
    scores: dict[int, float] = {}
    for name in task.named:
        base = name.rpartition("/")[2]
        stem = base.partition(".")[0]
        for file in index.stems.get(parse_path(base).stem, ()):
            path = index.files.paths[file].lower()
            if path.endswith(name) or name.endswith(path):
                scores[file] = max(scores.get(file, 0.0), 2.0)
            elif parse_path(path).base.startswith(stem):
                scores[file] = max(scores.get(file, 0.0), 1.0)
    return scores


def score_stems(index: Index, task: RankingTask) -> dict[int, float]:
    """Score the files whose whole name, without ending and test words, is a word of the task."""
    scores: dict[int, float] = {}
    for word in task.words:
        for form in (word, word + "s"):
            holders = index.stems.get(form, ())
            for file in holders:
                scores[file] = scores.get(file, 0.0) + 1 / len(holders) ** 0.5
    return scores


def score_content(index: Index, task: RankingTask) -> dict[int, float]:
    """Score by BM25 of the words that stand in the file now."""
    scores: dict[int, float] = {}
    mean = index.total_size / max(1, index.living)
    size, living = index.files.size, max(1, index.living)
    for holders in _list_holders(index.content.get, task):
        worth = rarity(max(living, len(holders)), len(holders))
        add_saturated(scores, holders, worth, size, mean)
    return scores


def score_rare_content(index: Index, task: RankingTask) -> dict[int, float]:
    """Score by the share of the uses of a rare word that stand in the file, where the word is at home."""
    scores: dict[int, float] = {}
    for holders in _list_holders(index.content.get, task, _AT_HOME):
        total = sum(holders.values()) + 1
        worth = rarity(max(index.living, _AT_HOME), len(holders))
        for file, times in holders.items():
            scores[file] = scores.get(file, 0.0) + worth * times / total
    return scores


_Holders = TypeVar("_Holders", bound=Sized)


def _list_holders(
    look_up: Callable[[str], _Holders | None], task: RankingTask, most: int = _TOO_COMMON
) -> Iterator[_Holders]:
    """Yield the files of each of the task's words that is in any, and in ``most`` at most."""
    for word in task.words:
        holders = look_up(word)
        if holders and len(holders) <= most:
            yield holders


# Habits: which files change anyway, often, lately or by this author.

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
