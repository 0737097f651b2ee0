"""Under which licence is each stored project, by the files in its folder, where that is on this machine?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.reads.sessions import list_project_folders
from twiceshy.base.foreign_files import ForeignFileError, read_foreign_text
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.projects import repository_of
from twiceshy.wings.data.dataset.licences import NOT_STATED, choose_licence

_TEXTS: Final = ("LICENSE", "LICENCE", "COPYING", "UNLICENSE")
"""How names of licence files begin, in whatever letters."""
_OF_OTHERS: Final = ("THIRD", "3RD", "VENDOR")
"""Words in the name of a file with licences of what is only used."""
_MANIFESTS: Final = ("pyproject.toml", "package.json", "Cargo.toml")
_MOST_BYTES: Final = 256 << 10
"""Of one file (guess, 2026-11-23: the text of the GPL has 35 KB, a large manifest 20)."""
_MOST_FILES: Final = 8
"""Licence files of one folder (guess, 2026-11-23: two licences and exceptions); more are not understood."""


def read_licences(store: Store) -> dict[str, str]:
    """Return the licence of each project by its identity, ``NOT_STATED`` where no folder on this machine says one."""
    found: dict[str, str] = {}
    for identity, folder in list_project_folders(store.connection):
        top = _find_top(folder) if found.get(identity, NOT_STATED) == NOT_STATED else None
        found[identity] = found.get(identity, NOT_STATED) if top is None else read_licence(top)
    return found


def read_repository_licence(folder: Path) -> str:
    """Return the licence of the repository that a folder lies in."""
    top = _find_top(str(folder.absolute()))
    return NOT_STATED if top is None else read_licence(top)


def read_licence(top: Path) -> str:
    """Return the licence that the files of one folder state."""
    try:
        texts = [_read(path, top) for path in _list_texts(top)]
        manifests = {name: _read(top / name, top) for name in _MANIFESTS if (top / name).is_file()}
    except (OSError, ForeignFileError):
        return NOT_STATED  # one that cannot be read may say anything
    return choose_licence(texts, manifests) if len(texts) <= _MOST_FILES else NOT_STATED


def _find_top(folder: str) -> Path | None:
    """Return the top of the repository in which a stored folder lies, else the folder; None: it is not here."""
    place = Path(to_local_path(folder))
    try:
        if not place.is_absolute() or not place.is_dir():
            return None
    except (OSError, ValueError):
        return None
    repository = repository_of(place)
    return place if repository is None else repository.top


def _list_texts(top: Path) -> Iterator[Path]:
    for path in sorted(top.iterdir()):
        name = path.name.upper()
        if name.startswith(_TEXTS) and not any(word in name for word in _OF_OTHERS) and not path.is_dir():
            yield path


def _read(path: Path, top: Path) -> str:
    return read_foreign_text(path, _MOST_BYTES, inside=top)
