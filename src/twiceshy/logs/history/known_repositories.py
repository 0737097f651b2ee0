"""Where on this machine the repositories of projects lie."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.git_hook_record import read_hooked
from twiceshy.archive.reads.sessions import read_working_folders
from twiceshy.base.config import Config, load
from twiceshy.base.errors import ConfigError
from twiceshy.logs.history.project_here import make_finder
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.projects import repository_of
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.git_hooks import HookedRepository

# Which repositories have hooks of this data folder, are there, and may be recorded.


def list_recorded_repositories(config: Config) -> list[HookedRepository]:
    """List those that have or had hooks, without those that are gone or whose settings switch recording off.

    Of one whose work tree is gone git's own folder stands for it: other work trees may share that.
    """
    found = []
    for one in read_hooked(config.home):
        there = one if Path(one.top).is_dir() else replace(one, top=one.common)
        if Path(there.top).is_dir() and _is_recorded(Path(there.top)):
            found.append(there)
    return found


def _is_recorded(top: Path) -> bool:
    """Tell whether a project's settings let it be recorded; so they do not where they cannot be read."""
    try:
        return load({}, os.environ, top).enabled
    except ConfigError:
        return False


def find_places(store: Store, folders: Iterable[str]) -> dict[str, Path]:
    """Return where the repositories around these folders lie, by their project's identity."""
    finder = make_finder(store)
    found: dict[str, Path] = {}
    for folder in dict.fromkeys(map(to_local_path, folders)):
        repository = repository_of(Path(folder)) if Path(folder).is_absolute() else None
        if repository is not None:
            found.setdefault(finder.find(str(repository.top)).identity, repository.common)
    return found


def find_known_places(config: Config, store: Store, scrubber: Scrubber, here: Path) -> dict[str, Path]:
    """Return where the repositories lie that sessions ran in, that have hooks, or that ``here`` is in.

    By their project's identity as it is stored.
    """
    hooked = [one.top for one in list_recorded_repositories(config)]
    places = find_places(store, [*read_working_folders(store.connection), *hooked, str(here.absolute())])
    return dict(zip(scrubber.texts(list(places)), places.values(), strict=True))
