"""Measure what more commits have brought to the prediction of files.

The ranking is the one that comes with twiceshy: what a repository adds to it is its past. The answer lies beside the
repository's index in the cache and is measured again only when there are new commits.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from twiceshy.archive.atomic_files import keep_curve, read_salt
from twiceshy.base.config import Config
from twiceshy.logs.commit_dates import read_commit_dates
from twiceshy.logs.repository_place import RepositoryPlace
from twiceshy.records.ingest import StepProgress
from twiceshy.records.milestones import LearningCurve
from twiceshy.records.predictions import HistoryCommit
from twiceshy_data.dataset.learning_curve import SHARES, MeasuredLeaf, ShareScores, draw_curve
from twiceshy_git.file_recipes.predict_files import read_history
from twiceshy_git.file_recipes.repository_files import index_path
from twiceshy_git.predict.baselines import Ranker, make_baselines
from twiceshy_git.predict.model import load_general_model
from twiceshy_git.predict.rank import ModelRanker
from twiceshy_git.predict.ranking_evaluation import ShareMarks, choose_judged, find_split, replay_share

_HELD_OUT: Final = 0.2
"""Share of the commits that is held out, the newest, by definition of the curve."""
_MOST_JUDGED: Final = 150
"""Held-out commits that are ranked for each share, evenly spread: 600 rankings take about 20 CPU seconds (measured
2026-11-23 on datasette's and ccusage's histories: 25 ms each)."""
_NEWEST: Final = 6000
"""Commits that are read, the same as `predict` reads: more never help."""
_ALL_READ: Final = f"no more than the newest {_NEWEST:,} are read, so more change nothing"
_MODEL: Final = "model"
_VERSION: Final = 2
"""Of the rules that a stored curve was made by."""

Show = Callable[[StepProgress], None]


def measure_files(config: Config, repo: Path, place: RepositoryPlace, show: Show) -> LearningCurve | None:
    """Return the learning curve of file prediction; None where there are too few commits to tell anything.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository.
    """
    salt = read_salt(config.salt)
    path = index_path(config, place, salt).with_suffix(".curve")

    def measure() -> LearningCurve | None:
        found = draw_curve(measure_shares(read_history(config, repo, place, salt, limit=_NEWEST), show))
        if found is not None and place.head is not None and len(read_commit_dates(repo, place.head)) > _NEWEST:
            return replace(found, doubling=None, why_no_forecast=_ALL_READ)
        return found

    return keep_curve(path, f"{_VERSION} {place.head}", measure)


def measure_shares(changes: Sequence[HistoryCommit], show: Show = lambda _: None) -> MeasuredLeaf:
    """Return what each share of the history scores on its last fifth."""
    first = find_split(changes, _HELD_OUT)
    judged = choose_judged(changes, first, _MOST_JUDGED)
    total, done = len(judged) * len(SHARES), 0

    def tell() -> None:
        nonlocal done
        done += 1
        show(StepProgress(step="Ranking files with less of the past", done=done, total=total, unit="commits"))

    marks = [replay_share(changes, first, share, judged, _choose_rankers(share), pause=tell) for share in SHARES]
    return build_leaf(marks, [_name_day(changes[number]) for number in judged])


def build_leaf(marks: Sequence[ShareMarks], groups: Sequence[str]) -> MeasuredLeaf:
    """Return measured shares, the last of them with baselines, as what a curve is drawn of."""
    return MeasuredLeaf(
        name="files",
        measure="MRR",
        shares=[ShareScores(one.share, one.known, one.marks[_MODEL]) for one in marks],
        groups=groups,
        baselines={name: scores for name, scores in marks[-1].marks.items() if name != _MODEL},
    )


def _choose_rankers(share: float) -> dict[str, Ranker]:
    """Return the model, with the baselines beside it where it knows everything."""
    model = {_MODEL: ModelRanker(load_general_model())}
    return {**model, **make_baselines()} if share == SHARES[-1] else {**model}


def _name_day(change: HistoryCommit) -> str:
    """Return one author's day: commits of it hang together."""
    return f"{change.author} {change.at // 86_400}"
