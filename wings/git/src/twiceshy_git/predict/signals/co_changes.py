"""Co-changes: what usually changes with, or right after, files that are known or likely to be part of the task."""

from collections.abc import Iterable, Mapping

from twiceshy_git.predict.count_table import CountTable
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.paths import parse_path
from twiceshy_git.predict.ranking_task import RankingTask

_MOST_SEEDS = 12
"""Files whose partners are looked up. Guess of 2026-11-21: bounds the work."""
_MOST_PARTNERS = 300
"""Partners of one file that count. Guess of 2026-11-21: bounds the work."""


def score_directed(index: Index, seeds: Mapping[int, float]) -> dict[int, float]:
    """Score by the sum over seeds of P(file | seed), each seed by its weight."""
    return _score_followers(index, index.together, seeds)


def score_next_commit(index: Index, seeds: Mapping[int, float]) -> dict[int, float]:
    """Score by the sum over seeds of P(file in the next commit | seed in this)."""
    return _score_followers(index, index.follows, seeds)


def _score_followers(index: Index, table: CountTable[int], seeds: Mapping[int, float]) -> dict[int, float]:
    scores: dict[int, float] = {}
    for seed, weight in _limit_seeds(seeds):
        share = weight / (index.files.changes[seed] + 1)
        for file, times in _limit_partners(table.get(seed) or {}):
            scores[file] = scores.get(file, 0.0) + share * times
    return scores


def score_jaccard(index: Index, seeds: Mapping[int, float]) -> dict[int, float]:
    """Score by the sum over seeds of commits with both files over commits with either."""
    scores: dict[int, float] = {}
    changes = index.files.changes
    for seed, weight in _limit_seeds(seeds):
        for file, times in _limit_partners(index.together.get(seed) or {}):
            either = changes[seed] + changes[file] - times + 1
            scores[file] = scores.get(file, 0.0) + weight * times / either
    return scores


def score_last_commits(index: Index, commits: int) -> dict[int, float]:
    """Score the files of the last commits, halved with each step back."""
    scores: dict[int, float] = {}
    for back, numbers in enumerate(reversed(index.commits[-commits:])):
        for file in numbers[:50]:
            scores[file] = scores.get(file, 0.0) + 0.5**back
    return scores


def score_own_last_commits(index: Index, task: RankingTask, commits: int) -> dict[int, float]:
    """Score the files of the author's own last commits among the last 200, halved with each step back."""
    scores: dict[int, float] = {}
    found = 0
    if not task.author:
        return scores
    for commit in range(index.now - 1, max(-1, index.now - 201), -1):
        if index.authors[commit] == task.author:
            for file in index.commits[commit][:50]:
                scores[file] = scores.get(file, 0.0) + 0.5**found
            found += 1
            if found == commits:
                break
    return scores


def score_counterparts(index: Index, likely: Mapping[int, float]) -> dict[int, float]:
    """Score the test of a likely source and the source of a likely test.

    They are files of the same stem, by the other's weight.
    """
    scores: dict[int, float] = {}
    paths = index.files.paths
    for file, weight in likely.items():
        here = parse_path(paths[file])
        partners = index.stems.get(here.stem, ())
        if 1 < len(partners) <= 12:
            for other in partners:
                if other != file:
                    there = parse_path(paths[other])
                    near = 1.0 if there.kind != here.kind else 0.5
                    scores[other] = max(scores.get(other, 0.0), near * weight)
    return scores


def score_neighbours(index: Index, likely: Mapping[int, float]) -> dict[int, float]:
    """Score other files of likely folders, each by the folder's weight over the root of its size."""
    weights: dict[str, float] = {}
    for file, weight in likely.items():
        folder = parse_path(index.files.paths[file]).folder
        weights[folder] = weights.get(folder, 0.0) + weight
    scores: dict[int, float] = {}
    for folder, weight in weights.items():
        inside = index.folders.get(folder, ())
        if len(inside) <= 200:
            for file in inside:
                scores[file] = weight / (1 + len(inside)) ** 0.5
    return scores


def _limit_seeds(seeds: Mapping[int, float]) -> Iterable[tuple[int, float]]:
    if len(seeds) <= _MOST_SEEDS:
        return seeds.items()
    return sorted(seeds.items(), key=lambda each: -each[1])[:_MOST_SEEDS]


def _limit_partners(counts: dict[int, float]) -> Iterable[tuple[int, float]]:
    if len(counts) <= _MOST_PARTNERS:
        return counts.items()
    return sorted(counts.items(), key=lambda each: -each[1])[:_MOST_PARTNERS]
