"""New-file evaluation: would the places of new files have been foretold, commit by commit, before each was learned?

Every commit from ``first`` on is asked by its subject. Commits that add more files than belong together (an import, a
vendored library) are learned and not asked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.records.predictions import HistoryCommit, Status
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.new_files.creating_task import describe_creating
from twiceshy_git.predict.new_files.place_candidates import (
    MadePlace,
    WeighedPlaces,
    count_names,
    find_form,
    name_place,
    weigh_places,
)
from twiceshy_git.predict.ranking_evaluation import task_of
from twiceshy_git.predict.ranking_task import RankingTask
from twiceshy_git.predict.signals.messages import find_similar_commits

_MOST_MADE = 30
"""Files that a commit adds, above which it is not asked: as many as the index learns places from (guess,
2026-11-24)."""

RankLikely = Callable[[Index, RankingTask], Mapping[str, float]]


class AskedPlaces(NamedTuple):
    """One commit, what was known before it, and what it made."""

    made: frozenset[MadePlace]
    """Empty for a commit that added no file."""
    creating: tuple[float, ...]
    found: WeighedPlaces
    last: tuple[MadePlace, ...]
    """Places of the newest commits that added files, newest first."""
    beside: tuple[MadePlace, ...]
    """Where the files lie that the task probably touches, with their form, best first."""
    group: str
    """One author's day."""


def replay_new_files(
    changes: Sequence[HistoryCommit], first: int, rank_likely: RankLikely, *, step: int = 1
) -> Iterator[AskedPlaces]:
    """Yield each ``step``-th commit from number ``first`` on, asked before it is learned."""
    index = Index()
    for number, change in enumerate(changes):
        if number >= first and number % step == 0 and index.created:
            asked = _ask(index, change, rank_likely)
            if asked is not None:
                yield asked
        index.learn(change)


def _ask(index: Index, change: HistoryCommit, rank_likely: RankLikely) -> AskedPlaces | None:
    added = [item.path for item in change.files if item.status is Status.ADDED]
    if not change.files or len(added) > _MOST_MADE:
        return None
    known = count_names(index.files.paths)
    made = frozenset(name_place(path, index.find_known_depth(path), known) for path in added)
    task = task_of(index, change)
    likely, nearest = rank_likely(index, task), find_similar_commits(index, task)
    last = [name_place(index.files.paths[f], d, known) for c in list(index.created)[-40:] for f, d in index.created[c]]
    return AskedPlaces(
        made=made,
        creating=describe_creating(index, task, nearest),
        found=weigh_places(index, task, nearest, likely, known),
        last=tuple(dict.fromkeys(reversed(last))),
        beside=tuple(dict.fromkeys(MadePlace(path.rpartition("/")[0], find_form(path, known)) for path in likely)),
        group=f"{change.author} {change.at // 86_400}",
    )
