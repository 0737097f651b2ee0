"""Find and remove what file ranking stores on the disk, by the project that it belongs to.

An index and a folder of models are named by where a repository lies, which no store knows. So a file beside each
holds its project, as a hash of the identity that sessions have.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from twiceshy.archive import atomic_files
from twiceshy.base.config import Config
from twiceshy.logs.projects import find_project

_PROJECT_ENDING = ".project"
_INDEXES, _MODELS = "files", "models"
_HALF_WRITTEN_S = 86_400
"""Seconds after which what a killed writer left is removed (guess, 2026-11-21)."""


def note_project(at: Path, repo: Path) -> None:
    """Write beside ``at``, an index or a folder of models without its ending, which project it belongs to."""
    path = at.with_name(at.name + _PROJECT_ENDING)
    said = _hash(find_project(repo.resolve()).identity)
    if atomic_files.read(path) != said:
        atomic_files.write(path, said)


def remove_project_files(config: Config, identities: Iterable[str]) -> int:
    """Remove the indexes and models of the project with these identities; return how many files were removed.

    Indexes whose project is not known go too.

    Raises:
        StoreUnwritable: one could not be removed.
    """
    wanted = {_hash(one) for one in identities}
    gone = 0
    for folder in (config.cache / _INDEXES, config.home / _MODELS):
        named = {
            path.name.removesuffix(_PROJECT_ENDING): atomic_files.read(path) in wanted
            for path in _list_entries(folder, _PROJECT_ENDING)
        }
        for path in _list_entries(folder, ""):
            key = path.name.lstrip(".").partition(".")[0].partition("-")[0]
            if named.get(key, folder.name == _INDEXES):
                gone += sum(atomic_files.remove(inner) for inner in [*_list_entries(path, ""), path])
    return gone


def remove_unused(config: Config, now: datetime) -> int:
    """Remove indexes not written for as long as sessions are kept; return how many files were removed.

    Half-written files of killed writers go too.

    Raises:
        StoreUnwritable: one could not be removed.
    """
    return sum(atomic_files.remove(path) for path in list_unused(config, now))


def list_unused(config: Config, now: datetime) -> list[Path]:
    """Return the files that ``remove_unused`` would remove."""
    oldest = now.timestamp() - config.memory_retention_days * 86_400
    found = []
    for path in _list_entries(config.cache / _INDEXES, ""):
        before = now.timestamp() - _HALF_WRITTEN_S if path.name.startswith(".") else oldest
        if _mtime_of(path) < before and not path.name.endswith(_PROJECT_ENDING):
            found.append(path)
    return found


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest().encode()


def _list_entries(folder: Path, ending: str) -> Iterator[Path]:
    return (folder / f"{name}{ending}" for name in atomic_files.list_names(folder, ending))


def _mtime_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")
