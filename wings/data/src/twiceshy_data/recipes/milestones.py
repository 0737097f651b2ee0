"""How much a project has collected, what more of it would bring, and when there will be more.

The counts of the first collector stand beside what was measured. They decide nothing.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.archive.db import ARCHIVE, BODIES, Store, has_store
from twiceshy.archive.reads.event_times import DatedCounts, read_activity
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.logs.commit_dates import read_commit_dates
from twiceshy.logs.projects import find_project
from twiceshy.logs.repository_place import RepositoryPlace, locate_repository
from twiceshy.records.ingest import StepProgress
from twiceshy.records.milestones import (
    Amounts,
    Forthcoming,
    LearningCurve,
    Milestones,
    ProjectPace,
    SeedMilestone,
    StoreSize,
    TrainedModel,
)
from twiceshy_data.dataset.pace import Activity, count_left, find_date, find_pace
from twiceshy_data.dataset.seed_score import count_progress
from twiceshy_data.recipes.automatic_training import read_last_training
from twiceshy_data.recipes.file_curve import measure_files
from twiceshy_data.recipes.message_curve import measure_messages
from twiceshy_git.file_recipes.ranking_models import list_models

_DOUBLED: Final = "twice the commits"
_TOO_FEW: Final = (
    "what more commits have brought is not known yet: that takes about 200 commits that change files, and 10 days of"
    " work among the newest fifth of them"
)

Show = Callable[[StepProgress], None]
_LEAVES: Final = (measure_files, measure_messages)
"""What is learned from a repository's past. A further one is a function here: place in, curve out."""


class _Found(NamedTuple):
    """What a folder's project has collected."""

    project: str | None
    place: RepositoryPlace | None
    dates: DatedCounts
    store: StoreSize | None
    notes: tuple[str, ...]


def measure_milestones(config: Config, repo: Path, now: datetime, show: Show = lambda _: None) -> Milestones:
    """Return the counts with learning curves, which take some tens of seconds where there are new commits.

    Raises:
        StoreError: the store cannot be read.
    """
    found = _collect(config, repo)
    curves, notes = _measure_curves(config, repo, found, show)
    return _sum_up(config, repo, found, now, (curves, notes))


def estimate_milestones(config: Config, repo: Path, now: datetime) -> Milestones:
    """Return the counts, the pace and the dates, without measuring anything.

    Raises:
        StoreError: the store cannot be read.
    """
    return _sum_up(config, repo, _collect(config, repo), now, ((), ()))


def _collect(config: Config, repo: Path) -> _Found:
    """Count what is there: of the folder's repository, or of all projects where it is in none."""
    place, notes = None, []
    try:
        place = locate_repository(repo)
    except (SourceError, ToolMissing) as error:
        notes.append(f"this counts everything stored, as the folder has no history to read: {error}")
    project = None if place is None else find_project(repo.resolve())
    dates, size = DatedCounts([], [], []), None
    if has_store(config.home):
        with Store.open(config.home, readonly=True) as store:
            dates = read_activity(store.connection, None if project is None else project.identity)
            size = StoreSize(_count_bytes(config), len(read_activity(store.connection, None).sessions))
    else:
        notes.append("nothing is stored yet; next: twiceshy ingest")
    if place is not None:
        dates = dates._replace(commits=[] if place.head is None else read_commit_dates(repo, place.head))
    return _Found(None if project is None else project.name, place, dates, size, tuple(notes))


def _count_bytes(config: Config) -> int:
    """Return the bytes of the archive and of its long texts."""
    return sum(path.stat().st_size for path in (config.home / ARCHIVE, config.home / BODIES) if path.is_file())


def _measure_curves(
    config: Config, repo: Path, found: _Found, show: Show
) -> tuple[Sequence[LearningCurve], Sequence[str]]:
    """Return the curves that can be drawn, and why others cannot."""
    if found.place is None or found.place.head is None:
        return [], ["what more data has brought is measured in a repository with commits: give --repo PATH"]
    curves = [curve for measure in _LEAVES if (curve := measure(config, repo, found.place, show)) is not None]
    if curves:
        return curves, []
    return [], [_TOO_FEW]


def _sum_up(
    config: Config,
    repo: Path,
    found: _Found,
    now: datetime,
    measured: tuple[Sequence[LearningCurve], Sequence[str]],
) -> Milestones:
    have = Amounts(*map(len, found.dates))
    seed = count_progress(have)
    known = Activity(*([at for at in times if at is not None] for times in found.dates))
    pace = find_pace(known, now)
    curves, notes = measured
    return Milestones(
        project=found.project,
        have=have,
        seed=seed,
        curves=tuple(curves),
        notes=(*found.notes, *notes),
        pace=pace,
        forthcoming=() if pace is None else tuple(_foretell(have, seed, pace, now)),
        store=found.store,
        own_model=None if found.place is None else _find_own_model(config, repo),
        automatic=config.train_automatic,
        last_training=read_last_training(config),
    )


def _foretell(have: Amounts, seed: Sequence[SeedMilestone], pace: ProjectPace, now: datetime) -> list[Forthcoming]:
    """Return when twice the commits and each of the first collector's counts are reached."""
    wanted = [(_DOUBLED, Amounts(have.commits, 0, 0))] if have.commits else []
    wanted += [(one.name, count_left(have, one.needs)) for one in seed]
    return [Forthcoming(name, left, find_date(left, pace, now)) for name, left in wanted]


def _find_own_model(config: Config, repo: Path) -> TrainedModel | None:
    """Return the repository's newest own model; None where there is none."""
    with suppress(SourceError, ToolMissing):
        own = list_models(config, repo)[1:]
        if own:
            newest = own[-1]
            return TrainedModel(newest.name, newest.active, newest.why_not, newest.commits)
    return None
