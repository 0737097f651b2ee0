"""Where on this machine the repositories of projects lie."""

from collections.abc import Iterable
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.reads.sessions import read_working_folders
from twiceshy.base.config import Config
from twiceshy.logs.history.hooked_repositories import list_recorded_repositories
from twiceshy.logs.history.project_here import make_finder
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.projects import repository_of
from twiceshy.privacy.scrub import Scrubber


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
