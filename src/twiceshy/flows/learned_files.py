"""What file ranking keeps on the disk, found and removed by the project that it belongs to.

An index and a folder of models are named by where a repository lies, which no store knows. So beside each stands which
project it is of, as a hash of the identity that sessions have.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from twiceshy.capture.projects import identity
from twiceshy.config import Config
from twiceshy.store import shelf

OF = ".project"
INDEXES, MODELS = "files", "models"
HALF_WRITTEN_S = 86_400
"""Seconds after which what a killed writer left is taken away."""


def note_project(at: Path, repo: Path) -> None:
    """Nothing; it is written beside ``at``, an index or a folder of models without its ending, whose it is."""
    path = at.with_name(at.name + OF)
    said = _hash(identity(repo.resolve()).identity)
    if shelf.read(path) != said:
        shelf.write(path, said)


def remove_of(config: Config, identities: Iterable[str]) -> int:
    """How many files went: indexes and models of the project with these identities, and indexes of nobody knows whom.

    Raises:
        StoreUnwritable: one could not be removed.
    """
    wanted = {_hash(one) for one in identities}
    gone = 0
    for folder in (config.cache / INDEXES, config.home / MODELS):
        named = {path.name.removesuffix(OF): shelf.read(path) in wanted for path in _entries(folder, OF)}
        for path in _entries(folder, ""):
            key = path.name.lstrip(".").partition(".")[0].partition("-")[0]
            if named.get(key, folder.name == INDEXES):
                gone += sum(shelf.remove(inner) for inner in [*_entries(path, ""), path])
    return gone


def remove_unused(config: Config, now: datetime) -> int:
    """How many files went: indexes not written for as long as sessions are kept, and halves of killed writers.

    Raises:
        StoreUnwritable: one could not be removed.
    """
    oldest = now.timestamp() - config.memory_retention_days * 86_400
    gone = 0
    for path in _entries(config.cache / INDEXES, ""):
        before = now.timestamp() - HALF_WRITTEN_S if path.name.startswith(".") else oldest
        if _changed(path) < before and not path.name.endswith(OF):
            gone += shelf.remove(path)
    return gone


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest().encode()


def _entries(folder: Path, ending: str) -> Iterator[Path]:
    return (folder / f"{name}{ending}" for name in shelf.names(folder, ending))


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")
