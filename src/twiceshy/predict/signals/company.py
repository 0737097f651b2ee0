"""What usually changes with, or right after, files that are known or likely to be part of the task."""

from collections.abc import Iterable, Mapping

from twiceshy.facts.paths import taken_apart
from twiceshy.predict.index import Index
from twiceshy.predict.task import Task

MOST_SEEDS = 12
MOST_PARTNERS = 300


def directed(index: Index, seeds: Mapping[int, float]) -> dict[int, float]:
    """Sum over seeds of P(file | seed), each seed by its weight."""
    scores: dict[int, float] = {}
    for seed, weight in _few(seeds):
        share = weight / (index.files.changes[seed] + 1)
        for file, times in _partners(index.together.get(seed) or {}):
            scores[file] = scores.get(file, 0.0) + share * times
    return scores


def jaccard(index: Index, seeds: Mapping[int, float]) -> dict[int, float]:
    """Sum over seeds of commits with both over commits with either."""
    scores: dict[int, float] = {}
    changes = index.files.changes
    for seed, weight in _few(seeds):
        for file, times in _partners(index.together.get(seed) or {}):
            either = changes[seed] + changes[file] - times + 1
            scores[file] = scores.get(file, 0.0) + weight * times / either
    return scores


def next_after(index: Index, seeds: Mapping[int, float]) -> dict[int, float]:
    """Sum over seeds of P(file in the next commit | seed in this)."""
    scores: dict[int, float] = {}
    for seed, weight in _few(seeds):
        share = weight / (index.files.changes[seed] + 1)
        for file, times in _partners(index.follows.get(seed) or {}):
            scores[file] = scores.get(file, 0.0) + share * times
    return scores


def last_commits(index: Index, commits: int) -> dict[int, float]:
    """Files of the last commits, halved with each step back."""
    scores: dict[int, float] = {}
    for back, numbers in enumerate(reversed(index.commits[-commits:])):
        for file in numbers[:50]:
            scores[file] = scores.get(file, 0.0) + 0.5**back
    return scores


def own_last_commits(index: Index, task: Task, commits: int) -> dict[int, float]:
    """The same for the author's own last commits among the last 200."""
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


def counterparts(index: Index, likely: Mapping[int, float]) -> dict[int, float]:
    """The test of a likely source and the source of a likely test: files of the same stem, by the other's weight."""
    scores: dict[int, float] = {}
    paths = index.files.paths
    for file, weight in likely.items():
        here = taken_apart(paths[file])
        partners = index.stems.get(here.stem, ())
        if 1 < len(partners) <= 12:
            for other in partners:
                if other != file:
                    there = taken_apart(paths[other])
                    near = 1.0 if there.kind != here.kind else 0.5
                    scores[other] = max(scores.get(other, 0.0), near * weight)
    return scores


def neighbours(index: Index, likely: Mapping[int, float]) -> dict[int, float]:
    """Other files of likely folders, each by the folder's weight over the root of its size."""
    weights: dict[str, float] = {}
    for file, weight in likely.items():
        folder = taken_apart(index.files.paths[file]).folder
        weights[folder] = weights.get(folder, 0.0) + weight
    scores: dict[int, float] = {}
    for folder, weight in weights.items():
        inside = index.folders.get(folder, ())
        if len(inside) <= 200:
            for file in inside:
                scores[file] = weight / (1 + len(inside)) ** 0.5
    return scores


def _few(seeds: Mapping[int, float]) -> Iterable[tuple[int, float]]:
    if len(seeds) <= MOST_SEEDS:
        return seeds.items()
    return sorted(seeds.items(), key=lambda each: -each[1])[:MOST_SEEDS]


def _partners(counts: dict[int, float]) -> Iterable[tuple[int, float]]:
    if len(counts) <= MOST_PARTNERS:
        return counts.items()
    return sorted(counts.items(), key=lambda each: -each[1])[:MOST_PARTNERS]
