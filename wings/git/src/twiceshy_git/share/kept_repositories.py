"""Which repositories have a memory, and which project each belongs to.

A memory is kept where a person asked for it: by `init --git`, or by a verb of memory. What asks for it makes our folder
in the repository's git folder.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.git_hook_record import read_hooked
from twiceshy.archive.reads.shared_projects import read_project_sessions
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, TwiceshyError
from twiceshy.base.values import Scrubbed
from twiceshy.logs.history.project_here import make_finder
from twiceshy.logs.projects import ProjectFinder, repository_of
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy_git.chunks.chunk_store import MemoryRepository, open_memory
from twiceshy_git.memory_repository.memory_place import find_memory_folder, prepare_memory_folder

_PLACES = "memory_places"
"""Note in the store: folders of repositories in which a verb of memory was used."""


class KeptRepository(NamedTuple):
    """A repository that may have a memory."""

    common: Path
    """The git folder that its work trees share."""
    top: Path
    project: Scrubbed
    """Identity of its project."""
    key: bytes
    """16 salted bytes of the git folder."""

    asked: bool
    """A person asked for a memory here."""

    def open(self, store: Store) -> MemoryRepository:
        """Open its memory; nothing is made before something is added."""
        return open_memory(self.common, store)


def find_repository(store: Store, config: Config, folder: Path) -> KeptRepository:
    """Return the repository that a folder lies in.

    Raises:
        NotFound: it lies in none.
    """
    found = _identify(store, make_scrubber(store, config), ProjectFinder(), folder)
    if found is None:
        raise NotFound(
            f"{str(folder)!r} is not in a git repository. A project's memory lies beside its commits: go there."
        )
    return found


def begin_memory(store: Store, config: Config, repository: KeptRepository) -> None:
    """Make the folder that says that a person asked for a memory here.

    Raises:
        TwiceshyError: the settings say that no memory is kept.
        StoreUnwritable: the git folder cannot be written.
    """
    if config.memory_keep == "none":
        origin = config.origins.get("memory.keep", "default")
        raise TwiceshyError(f"memory.keep is none ({origin}), so no memory is kept. Set it to asked or all.")
    prepare_memory_folder(find_memory_folder(repository.common))
    places = _read_places(store)
    if (place := str(repository.top)) not in places:
        store.put_note(_PLACES, json.dumps([*places, place]))


def _read_places(store: Store) -> list[str]:
    """Return the folders of repositories in which a verb of memory was used: no session need have run there."""
    try:
        return [str(one) for one in json.loads(store.note(_PLACES) or "[]")]
    except (ValueError, TypeError):
        return []


def list_kept(store: Store, config: Config) -> Iterator[KeptRepository]:
    """Yield each repository that has a memory, of those that sessions ran in and that are still there."""
    if config.memory_keep != "none":
        every = config.memory_keep == "all"
        yield from (one for one in list_repositories(store, config) if every or one.asked)


def list_repositories(store: Store, config: Config) -> Iterator[KeptRepository]:
    """Yield each repository that sessions ran in, or in which a verb of memory was used, and that is still there."""
    finder, scrubber = make_finder(store), make_scrubber(store, config)
    seen: set[Path] = set()
    folders = [one.cwd for one in read_project_sessions(store.connection) if one.cwd]
    hooked = [one.common for one in read_hooked(store.home)]
    for folder in dict.fromkeys([*folders, *_read_places(store), *hooked]):
        found = _identify(store, scrubber, finder, Path(folder), seen)
        if found is not None:
            yield found


def make_scrubber(store: Store, config: Config) -> Scrubber:
    """Return the redaction that holds here."""
    return _compile(store.salt, config.privacy_level, config.cache if config.cache.is_dir() else None)


@lru_cache(maxsize=1)
def _compile(salt: bytes, level: str, cache: Path | None) -> Scrubber:
    """Return the compiled rules; one command needs them several times, and they take a tenth of a second."""
    return Scrubber(load_rules(), salt, RedactionLevel(level), cache=cache)


def _identify(
    store: Store, scrubber: Scrubber, finder: ProjectFinder, folder: Path, seen: set[Path] | None = None
) -> KeptRepository | None:
    """Return the repository of a folder; None where there is none, or one was found before."""
    found = repository_of(folder) if folder.is_absolute() else None
    if found is None or (seen is not None and found.common in seen):
        return None
    if seen is not None:
        seen.add(found.common)
    key = blake2b(str(found.common).encode("utf-8", "replace"), key=store.salt, digest_size=16).digest()
    hooked = {one.common for one in read_hooked(store.home) if one.entries}
    return KeptRepository(
        common=found.common,
        top=found.top,
        project=scrubber.text(finder.find(str(found.top)).identity),
        key=key,
        asked=find_memory_folder(found.common).is_dir() or str(found.common) in hooked,
    )
