"""What past commits with such words touched."""

from collections.abc import Mapping, Sequence

from twiceshy.facts.ranking import rarity, saturation
from twiceshy.predict.index import Index
from twiceshy.predict.task import Task

K1, B = 1.2, 0.75  # as in ``facts.ranking.saturation``
NEAREST = 80  # commits that count
LATEST = 1500  # newest commits of a word that are looked at: a word in more is no news (bounds the work)
BODY_WEIGHT = 0.5  # guess
AGE = 3000  # commits after which a like message counts half (guess)


def alike(index: Index, task: Task) -> dict[int, float]:
    """BM25 of each past commit's message, for the nearest commits."""
    scores: dict[int, float] = {}
    total, mean = index.now, index.total_length / max(1, index.now)
    lengths = index.lengths
    for word in task.words:
        for postings, weight in ((index.subjects, 1.0), (index.bodies, BODY_WEIGHT)):
            holding = postings.get(word)
            if holding:
                worth = weight * rarity(total, len(holding))
                for commit in holding[-LATEST:]:
                    scores[commit] = scores.get(commit, 0.0) + worth * saturation(1, lengths[commit], mean)
    for commit in scores:
        scores[commit] *= 0.5 + 0.5 * 2.0 ** ((commit - total) / AGE)
    if len(scores) <= NEAREST:
        return scores
    kept = sorted(scores, key=scores.__getitem__, reverse=True)[:NEAREST]
    return {commit: scores[commit] for commit in kept}


def summed(index: Index, nearest: dict[int, float]) -> dict[int, float]:
    """Each file's share of the nearest commits, squared so that the best count most."""
    scores: dict[int, float] = {}
    for commit, score in nearest.items():
        files = index.commits[commit]
        share = score * score / len(files) ** 0.5
        for file in files[:100]:
            scores[file] = scores.get(file, 0.0) + share
    return scores


def best(index: Index, nearest: dict[int, float]) -> dict[int, float]:
    """The nearest message among those that touched the file."""
    scores: dict[int, float] = {}
    for commit, score in nearest.items():
        files = index.commits[commit]
        worth = score / (1 + 0.05 * len(files))
        for file in files[:100]:
            if worth > scores.get(file, 0.0):
                scores[file] = worth
    return scores


def told(index: Index, task: Task) -> dict[int, float]:
    """BM25 of all messages of a file taken as one text."""
    scores: dict[int, float] = {}
    mean = index.total_said / max(1, index.living)
    said, living = index.files.said, max(1, index.living)
    for word in task.words:
        holders = index.told.get(word)
        if holders:
            worth = rarity(max(living, len(holders)), len(holders))
            add_saturated(scores, holders, worth, said, mean)
    return scores


def add_saturated(
    scores: dict[int, float], holders: Mapping[int, float], worth: float, lengths: Sequence[float], mean: float
) -> None:
    """Add ``worth * saturation(...)`` of each file that holds a word; written out, as rankings spend most time here."""
    mean = mean or 1.0
    for file, times in holders.items():
        scores[file] = scores.get(file, 0.0) + worth * (
            times * (K1 + 1) / (times + K1 * (1 - B + B * lengths[file] / mean))
        )


def given(index: Index, task: Task) -> dict[int, float]:
    """Sum over words of P(file | word), weighted by rarity: the direct association of word and file."""
    scores: dict[int, float] = {}
    total = index.now
    for word in task.words:
        holders = index.told.get(word)
        if holders:
            among = len(index.subjects.get(word, ())) + 2
            worth = rarity(total, among) / among
            for file, times in holders.items():
                scores[file] = scores.get(file, 0.0) + worth * times
    return scores


def referred(index: Index, task: Task) -> dict[int, float]:
    """Files of commits that name the same task, the newer the more."""
    scores: dict[int, float] = {}
    for reference in task.references:
        for commit in index.references.get(reference, ())[-30:]:
            files = index.commits[commit]
            share = (1 + 1 / (index.now - commit)) / len(files) ** 0.5
            for file in files[:50]:
                scores[file] = scores.get(file, 0.0) + share
    return scores


def same_shape(index: Index, task: Task) -> dict[int, float]:
    """Share of the last commits with the same subject, digits aside, that touched the file."""
    return _shares(index, index.shapes.get(task.shape, ())[-10:])


def same_opening(index: Index, task: Task) -> dict[int, float]:
    """P(file | first word of the subject)."""
    opened = index.openings.get(task.opening) or {}
    if len(opened) > 400:
        top = sorted(opened, key=opened.__getitem__, reverse=True)[:200]
        return {file: opened[file] for file in top}
    return opened


def _shares(index: Index, commits: "list[int] | tuple[()]") -> dict[int, float]:
    scores: dict[int, float] = {}
    for commit in commits:
        for file in index.commits[commit][:50]:
            scores[file] = scores.get(file, 0.0) + 1 / len(commits)
    return scores
