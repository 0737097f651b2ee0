"""Messages: which files past commits with such words touched."""

from collections.abc import Mapping, Sequence

from twiceshy.stats.text.text_words import rarity, saturation
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.ranking_task import RankingTask

_K1, _B = 1.2, 0.75  # as in ``facts.ranking.saturation``
_NEAREST = 80
"""Commits that count. Guess of 2026-11-21."""
_LATEST = 1500
"""Newest commits of a word that are looked at: a word in more is no news. Guess of 2026-11-21: bounds the work."""
_BODY_WEIGHT = 0.5
"""Weight of a word of a message's body; of its subject 1. Guess of 2026-11-21."""
_AGE = 3000
"""Commits after which a similar message counts half. Guess of 2026-11-21."""


def find_similar_commits(index: Index, task: RankingTask) -> dict[int, float]:
    """Return BM25 of each past commit's message, for the nearest commits."""
    scores: dict[int, float] = {}
    total, mean = index.now, index.total_length / max(1, index.now)
    lengths = index.lengths
    for word in task.words:
        for postings, weight in ((index.subjects, 1.0), (index.bodies, _BODY_WEIGHT)):
            holding = postings.get(word)
            if holding:
                worth = weight * rarity(total, len(holding))
                for commit in holding[-_LATEST:]:
                    scores[commit] = scores.get(commit, 0.0) + worth * saturation(1, lengths[commit], mean)
    for commit in scores:
        scores[commit] *= 0.5 + 0.5 * 2.0 ** ((commit - total) / _AGE)
    if len(scores) <= _NEAREST:
        return scores
    kept = sorted(scores, key=scores.__getitem__, reverse=True)[:_NEAREST]
    return {commit: scores[commit] for commit in kept}


def sum_by_file(index: Index, nearest: dict[int, float]) -> dict[int, float]:
    """Score each file by its share of the nearest commits, squared so that the best count most."""
    scores: dict[int, float] = {}
    for commit, score in nearest.items():
        files = index.commits[commit]
        share = score * score / len(files) ** 0.5
        for file in files[:100]:
            scores[file] = scores.get(file, 0.0) + share
    return scores


def score_best_message(index: Index, nearest: dict[int, float]) -> dict[int, float]:
    """Score each file by the nearest message among those that touched it."""
    scores: dict[int, float] = {}
    for commit, score in nearest.items():
        files = index.commits[commit]
        worth = score / (1 + 0.05 * len(files))
        for file in files[:100]:
            if worth > scores.get(file, 0.0):
                scores[file] = worth
    return scores


def score_file_messages(index: Index, task: RankingTask) -> dict[int, float]:
    """Score each file by BM25 of all its messages taken as one text."""
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
    """Add ``worth * saturation(...)`` of each file that holds a word.

    The formula is written out here, as rankings spend most time in it.
    """
    mean = mean or 1.0
    for file, times in holders.items():
        scores[file] = scores.get(file, 0.0) + worth * (
            times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * lengths[file] / mean))
        )


def score_word_association(index: Index, task: RankingTask) -> dict[int, float]:
    """Score by the sum over words of P(file | word), weighted by rarity: the direct association."""
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


def score_references(index: Index, task: RankingTask) -> dict[int, float]:
    """Score the files of commits that name the same task, the newer the higher."""
    scores: dict[int, float] = {}
    for reference in task.references:
        for commit in index.references.get(reference, ())[-30:]:
            files = index.commits[commit]
            share = (1 + 1 / (index.now - commit)) / len(files) ** 0.5
            for file in files[:50]:
                scores[file] = scores.get(file, 0.0) + share
    return scores


def score_same_subject(index: Index, task: RankingTask) -> dict[int, float]:
    """Score by the share of the last commits with the same subject, digits aside, that touched the file."""
    return _compute_shares(index, index.shapes.get(task.shape, ())[-10:])


def score_same_opening(index: Index, task: RankingTask) -> dict[int, float]:
    """Score by P(file | first word of the subject)."""
    opened = index.openings.get(task.opening) or {}
    if len(opened) > 400:
        top = sorted(opened, key=opened.__getitem__, reverse=True)[:200]
        return {file: opened[file] for file in top}
    return opened


def _compute_shares(index: Index, commits: "list[int] | tuple[()]") -> dict[int, float]:
    scores: dict[int, float] = {}
    for commit in commits:
        for file in index.commits[commit][:50]:
            scores[file] = scores.get(file, 0.0) + 1 / len(commits)
    return scores
