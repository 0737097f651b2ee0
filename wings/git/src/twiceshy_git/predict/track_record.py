"""How good rankings of a repository were on its newest commits, and why an answer may be weak."""

from collections.abc import Iterator, Sequence

from twiceshy.records.predictions import HistoryCommit, TrackRecord
from twiceshy_git.predict.baselines import TOP, score_recency
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import Model
from twiceshy_git.predict.rank import ModelRanker
from twiceshy_git.predict.ranking_evaluation import measure_ranking, targets_of, task_of

CHECKED = 20
"""Newest commits that are ranked before they are learned when an index is made, for the figure under an answer (guess,
2026-11-21)."""
FEW = 30
"""Commits below which the answer says that it knows little (guess, 2026-11-21)."""
_REMEMBERED = 200
"""Checks kept as the index grows (guess, 2026-11-21)."""
_STALE_DAYS = 365
"""Days without a commit after which an answer says so (guess, 2026-11-21)."""
_DAY_S = 86_400
"""Seconds of a day (unit)."""


def check_ranking(index: Index, change: HistoryCommit, ranker: ModelRanker) -> list[float] | None:
    """Return MRR and recall@10 of the ranker and recall@10 of the recency list; None for a commit without targets."""
    targets = targets_of(change)
    if not targets:
        return None
    task = task_of(index, change)
    ours = measure_ranking(ranker.rank(index, task), targets)
    newest = sorted(score_recency(index, task).items(), key=lambda each: -each[1])[:TOP]
    theirs = measure_ranking([index.files.paths[file] for file, _ in newest], targets)
    return [ours.mrr, ours.recall10, theirs.recall10]


def add_check(checks: list[list[float]], check: list[float] | None) -> list[list[float]]:
    """Return the checks with a new one, as many as are remembered."""
    return checks if check is None else [*checks, check][-_REMEMBERED:]


def find_track_record(model: Model, checks: Sequence[Sequence[float]]) -> TrackRecord | None:
    """Return the accuracy to show with an answer; None if too few commits were checked.

    ``checks``: as ``check_ranking`` returns them.

    For a trained model these are its own figures, for the general model those of the newest commits.
    """
    figures = model.card.get("figures")
    if figures and model.card["judged"]:
        return TrackRecord(
            commits=model.card["judged"],
            mrr=figures["model"]["mrr"],
            recall10=figures["model"]["recall10"],
            recency_recall10=figures["recency"]["recall10"],
        )
    if model.name != "general":
        return None
    if len(checks) < CHECKED // 2:
        return None
    mrr, ours, recency_list = (sum(column) / len(checks) for column in zip(*checks, strict=True))
    return TrackRecord(commits=len(checks), mrr=mrr, recall10=ours, recency_recall10=recency_list)


def list_weaknesses(
    index: Index, model: Model, words: Sequence[str], named: Sequence[str], *, shallow: bool, now: int
) -> Iterator[str]:
    """Yield the reasons why an answer is weak.

    ``words``: of the task. ``named``: files that belong to it. ``shallow``: older commits are not
    there. ``now``: seconds since 1970.
    """
    if index.now < FEW:
        yield f"knows only {index.now} commit{'s' if index.now != 1 else ''}: little more than names of files"
    if shallow:
        yield "the clone is shallow: its older commits are unknown"
    if index.at and (days := (now - index.at[-1]) // _DAY_S) > _STALE_DAYS:
        yield f"the newest commit is {days} days old"
    if words and not any(
        index.subjects.get(word) or index.content.get(word) or word in index.path_words for word in words
    ):
        yield "no word of the task was ever seen here: this is habit alone"
    if lost := [file for file in named if file not in index.number]:
        yield f"not a file here: {', '.join(lost[:3])}"
    if not model.used:
        yield f"{model.name} is not used: {model.card.get('why_not_used', 'it did not beat its baselines')}"
