"""Train the models of repositories at work, once a week, where the user has said so (``train.automatic``).

It runs behind ``learn`` and outside its lock, niced and in one process, so that nothing waits for it. A model is used
only where it surely ranks better than what is used now; else nothing of it stays.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads.sessions import read_newest
from twiceshy.base.config import Config, load
from twiceshy.base.errors import ConfigError, SourceError, StoreBusy, ToolMissing, UsageError
from twiceshy.base.values import Scope
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.projects import find_project, repository_of
from twiceshy.records.codec import Codec, DamagedValue
from twiceshy.records.milestones import TrainingRound
from twiceshy_data.dataset.consents import NeverCounted
from twiceshy_data.rows.row_exclusions import spell_excluded
from twiceshy_git.file_recipes.ranking_models import train_ahead
from twiceshy_git.predict.lightgbm_trees import is_installed

_EVERY: Final = timedelta(days=7)
"""Between two rounds, by definition of ``train.automatic``."""
_AT_WORK: Final = timedelta(days=7)
"""A repository whose newest session is older has nothing new to learn from."""
_BUDGET_S: Final = 150.0
"""CPU seconds after which no further repository is begun (measured 2026-11-23: ccusage, 1,343 commits, takes 49)."""
_NICE: Final = 10
"""Niceness, the same as of a run of ``learn`` that hooks start."""
_NOTE: Final = "trained"
"""In the store: the last round."""
_CODEC: Final = Codec(TrainingRound)
_MOST_SESSIONS: Final = 1000
"""Newest sessions whose folders are looked at (guess, 2026-11-23: a heavy week has some hundreds)."""


def train_when_due(config: Config, now: datetime) -> TrainingRound | None:
    """Train once a week what is at work; return what was done, None where nothing is due or another run is at it.

    Raises:
        StoreError: the store cannot be used.
    """
    if not (config.enabled and config.train_automatic and has_store(config.home)):
        return None
    try:
        with hold_lock(config.home, "training"):
            last = read_last_training(config)
            if last is not None and timedelta(0) <= now - last.at < _EVERY:
                return None
            with suppress(AttributeError, OSError):  # AttributeError: Windows
                os.nice(max(0, _NICE - os.nice(0)))
            # Noted first: a round that is killed is not begun again every few minutes.
            return _note(config, _train_all(config, _note(config, TrainingRound(at=now))))
    except StoreBusy:
        return None


def read_last_training(config: Config) -> TrainingRound | None:
    """Return the last round; None where there was none, or its note cannot be read."""
    if not has_store(config.home):
        return None
    with Store.open(config.home, readonly=True) as store, suppress(DamagedValue):
        note = store.note(_NOTE)
        return None if note is None else _CODEC.decode(note)
    return None


def _note(config: Config, done: TrainingRound) -> TrainingRound:
    with Store.open(config.home) as store:
        store.put_note(_NOTE, _CODEC.encode(done).decode())
    return done


def _train_all(config: Config, done: TrainingRound) -> TrainingRound:
    """Train for one repository after the other, until all are done or the budget is spent."""
    if not is_installed():
        return replace(done, why_not="growing trees needs LightGBM: pip install './wings/git[train]' in the checkout")
    begun = time.process_time()
    for top in _list_repositories(config, done.at):
        if time.process_time() - begun > _BUDGET_S:
            break
        try:
            adopted = train_ahead(config, top) is not None
            done = replace(done, tried=done.tried + 1, adopted=done.adopted + adopted)
        except UsageError:
            continue  # too few commits yet
        except (SourceError, ToolMissing):
            done = replace(done, failed=done.failed + 1)
    return done


def _list_repositories(config: Config, now: datetime) -> Iterator[Path]:
    """Yield the repositories that sessions were in lately and that may be learned from, the newest session's first."""
    with Store.open(config.home, readonly=True) as store:
        places = read_newest(store.connection, Scope(since=now - _AT_WORK), _MOST_SESSIONS)
    seen: set[Path] = set()
    for folder in dict.fromkeys(to_local_path(one.cwd) for one in places):
        repository = repository_of(Path(folder)) if Path(folder).is_absolute() else None
        if repository is not None and repository.common not in seen:
            seen.add(repository.common)
            if repository.top.is_dir() and _may_learn(repository.top) and not _is_excluded(config, repository.top):
                yield repository.top


def _may_learn(top: Path) -> bool:
    """Tell whether settings let this repository be learned from; so they do not where they cannot be read."""
    try:
        own = load({}, os.environ, top)
    except ConfigError:
        return False
    return own.enabled


def _is_excluded(config: Config, top: Path) -> bool:
    """Tell whether the user has said that this folder or project is never trained on."""
    project, never = find_project(top), NeverCounted(spell_excluded(config))
    return never.has_project(project.name, [project.identity]) or never.has_path(top.as_posix())
