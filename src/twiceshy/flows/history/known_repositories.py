"""Where on this machine the repositories of projects lie."""

from collections.abc import Iterable
from pathlib import Path

from twiceshy.capture.local_paths import to_local_path
from twiceshy.capture.projects import repository_of
from twiceshy.config import Config
from twiceshy.flows.history.hooked_repositories import list_recorded_repositories
from twiceshy.flows.history.project_here import make_finder
from twiceshy.privacy.scrub import Scrubber
from twiceshy.store.db import Store
from twiceshy.store.reads.sessions import read_working_folders


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
