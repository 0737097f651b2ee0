"""Which rows tell of what a person excluded from all that is trained on or given away (``contribute.exclude``)?

A row is of its project, of the folder where its session worked, and of the files that it names; a lesson is of all
projects where it was met.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.reads.quality_facts import read_places
from twiceshy.archive.reads.sessions import list_named_files, list_project_folders
from twiceshy.archive.reads.shared_projects import list_projects
from twiceshy.base.config import Config
from twiceshy.base.foreign_files import ForeignFileError, read_foreign_text
from twiceshy.base.values import Scope
from twiceshy.logs.history.new_commits import make_scrubber
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.projects import repository_of
from twiceshy.records.exports import ExportRow, ExportValue
from twiceshy_data.dataset.consents import NeverCounted
from twiceshy_data.dataset.licences import NOT_STATED, choose_licence
from twiceshy_data.dataset.row_texts import list_files, list_texts

_FILES: Final = ("files_referenced", "target", "paths")
"""Columns with files, beside those that a row is about."""
_DIALOGUE: Final = "messages"
"""A column that has a part of a session, whose files stand in no column."""


def find_never_counted(config: Config, store: Store) -> NeverCounted | None:
    """Return what the user excluded, spelled as the store has it too; None: nothing is."""
    stated = spell_excluded(config)
    return NeverCounted([*stated, *make_scrubber(config, store).texts(stated)]) if stated else None


def spell_excluded(config: Config) -> list[str]:
    """Return what the setting names, a folder below the user's own with its whole path."""
    return [str(Path(one).expanduser()) if one.startswith("~/") else one for one in config.contribute_exclude]


class RowExclusions:
    """Tells of each row whether it is of something that is excluded."""

    def __init__(self, store: Store, never: NeverCounted) -> None:
        """Look through the projects and the folders of sessions once."""
        self._store, self._never = store, never
        self._projects = {
            identity
            for one in list_projects(store.connection)
            if never.has_project(one.name, one.identities)
            or any(never.has_path(identity.removeprefix("folder:")) for identity in one.identities)
            for identity in one.identities
        }
        self._folders: dict[bytes, str] = {}
        self._sessions = set[bytes]()
        for place in read_places(store.connection, Scope()):
            if never.has_path(place.folder):
                self._sessions.add(place.uid)
            elif place.folder:
                self._folders[place.uid] = place.folder
        self._see_from = cache(lambda folder: NeverCounted(never.list_below(folder)))

    def has_row(self, row: ExportRow) -> bool:
        """Tell whether a row is to be left out."""
        origin = row.origin
        if not self._projects.isdisjoint((origin.project, *origin.others)) or origin.session in self._sessions:
            return True
        if self._never.has_project(str(row.values.get("project") or ""), [origin.project, *origin.others]):
            return True
        from_here = self._see_from(self._folders.get(origin.session or b"", ""))
        if any(self._never.has_path(path) or from_here.has_path(path) for path in self._list_paths(row)):
            return True
        return any(map(self._never.is_told, list_texts(row.values)))

    def _list_paths(self, row: ExportRow) -> Iterator[str]:
        """Yield the files that a row tells of."""
        yield from list_files(row)
        meta = row.values.get("meta")
        for values in (row.values, meta if isinstance(meta, dict) else {}):
            yield from _list_named(values)
        if _DIALOGUE in row.values and row.origin.session is not None:
            yield from list_named_files(self._store.connection, row.origin.session)


def _list_named(values: dict[str, ExportValue]) -> Iterator[str]:
    for name in (*_FILES, "path"):
        yield from list_texts(values.get(name))


# Under which licence is each stored project, by the files in its folder, where that is on this machine?

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
