"""Files that are written whole or not at all: models, one folder a subject, and caches.

A file is written aside and renamed, so that a reader sees the old one or the new one and a kill leaves nothing behind
that is read. Folders are 0700 and files 0600, as everything in the data folder.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Final

from twiceshy.archive import scans
from twiceshy.archive.times import format_time, parse_time
from twiceshy.base.errors import StoreUnwritable
from twiceshy.base.foreign_files import read_foreign
from twiceshy.base.private_files import PRIVATE, write_draft
from twiceshy.records.codec import Codec, DamagedValue
from twiceshy.records.findings import Scan, SourceText
from twiceshy.records.milestones import LearningCurve

_LARGEST = 1 << 30
"""Bytes of a file that is read: models and indexes have some MB (guess, 2026-11-22)."""


def read(path: Path) -> bytes | None:
    """Return the file's bytes; None where there is none that can be read."""
    try:
        return read_foreign(path, _LARGEST)
    except OSError:
        return None


def read_salt(path: Path) -> bytes:
    """Return the store's salt; empty before there is a store.

    Without a store no salt is needed: the repository beside it names every author in plain text.
    """
    return (read(path) or b"")[:64]


def write(path: Path, content: bytes) -> None:
    """Write the file whole, or not at all.

    Raises:
        StoreUnwritable: it could not be written; what was there is unchanged.
    """
    try:
        _make_folder(path.parent)
        with write_draft(path, PRIVATE) as draft:
            draft.file.write(content)
            draft.take_place(replace=True)
    except OSError as error:
        raise StoreUnwritable(f"{path} cannot be written: {error.strerror}. Nothing was changed.") from error


def remove(path: Path) -> bool:
    """Remove a file or an empty folder; tell whether there was one.

    Raises:
        StoreUnwritable: it is still there.
    """
    try:
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreUnwritable(f"{path} cannot be removed: {error.strerror}.") from error
    return True


def list_names(folder: Path, ending: str) -> list[str]:
    """Return the files' names without the ending, in order; none where there is no such folder."""
    try:
        return sorted(entry.name.removesuffix(ending) for entry in folder.iterdir() if entry.name.endswith(ending))
    except OSError:
        return []


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


# Learning curves that are kept in the cache, so that they are measured once for each state of what they tell of.

_CODEC: Final = Codec(list[LearningCurve])
"""One or, where too few commits are there, none."""


def keep_curve(path: Path, state: str, measure: Callable[[], LearningCurve | None]) -> LearningCurve | None:
    """Return the curve that was kept for this state, else measure it and keep it; None where none can be drawn.

    ``state`` names what was measured, by which rules. A file that cannot be written costs time the next time only.
    """
    name = f"{state}\n".encode()
    raw = read(path)
    if raw is not None and raw.startswith(name):
        try:
            return next(iter(_CODEC.decode(raw[len(name) :])), None)
        except DamagedValue:
            pass
    found = measure()
    try:
        write(path, name + _CODEC.encode([] if found is None else [found]))
    except StoreUnwritable:
        return found
    return found


# Numbers that were measured once, in one file of the cache: a row each, under a key that says what was measured.
#
# Whoever deletes the file loses time only.

_MOST: Final = 200_000
"""Rows kept, the newest; each has some hundred bytes (guess, 2026-11-23)."""


class KeptNumbers:
    """Rows of numbers by name; what is not known of a row has no name in it."""

    def __init__(self, path: Path, version: int) -> None:
        """Read what is there; a file of another version, or a damaged one, is none."""
        self._path = path
        self._version = version
        self._rows: dict[str, dict[str, float]] = {}
        self._new = 0
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            self._rows = _decode(read(path) or b"{}", version)

    def get(self, key: str) -> Mapping[str, float] | None:
        """Return the row; None where there is none."""
        return self._rows.get(key)

    def put(self, key: str, row: Mapping[str, float]) -> None:
        """Keep a row until ``save``."""
        self._rows[key] = dict(row)
        self._new += 1

    def save(self) -> None:
        """Write what is new, if the folder can be written."""
        if not self._new:
            return
        kept = dict([*self._rows.items()][-_MOST:])
        columns = [*dict.fromkeys(name for row in kept.values() for name in row)]
        rows = {key: [_shorten(row.get(name)) for name in columns] for key, row in kept.items()}
        content = {"version": self._version, "columns": columns, "rows": rows}
        with suppress(StoreUnwritable):
            write(self._path, json.dumps(content, separators=(",", ":")).encode())
            self._new = 0


def _decode(raw: bytes, version: int) -> dict[str, dict[str, float]]:
    content = json.loads(raw)
    if content["version"] != version:
        return {}
    columns = [str(name) for name in content["columns"]]
    return {
        str(key): {name: float(one) for name, one in zip(columns, row, strict=True) if one is not None}
        for key, row in content["rows"].items()
    }


def _shorten(value: float | None) -> float | None:
    """Return a whole number without its point, which is most of a row's bytes."""
    return int(value) if value is not None and value == int(value) else value


# The list of suggestions that each terminal saw last, so that a number means what its reader saw and nothing else.

FILE = "shown.json"
_LONGEST = timedelta(hours=12)
"""How long a list counts as the one last shown: a working day (guess, 2026-11-22)."""


def remember(home: Path, terminal: str, numbers: Mapping[int, str], at: datetime) -> None:
    """Store which id each number of a list stands for on one terminal; lists of other terminals stay for a while.

    Raises:
        StoreUnwritable: it could not be written.
    """
    rows = {key: row for key, row in _read(home).items() if _is_fresh(row, at)}
    rows[terminal] = {"at": format_time(at), "ids": {str(number): id_ for number, id_ in numbers.items()}}
    write(home / FILE, json.dumps(rows).encode())


def recall(home: Path, terminal: str, at: datetime) -> dict[int, str]:
    """Return what the numbers stood for in the list last shown to a terminal; empty where there is none."""
    row = _read(home).get(terminal)
    if row is None or not _is_fresh(row, at):
        return {}
    ids = row.get("ids")
    return {int(number): str(id_) for number, id_ in ids.items()} if isinstance(ids, dict) else {}


def _read(home: Path) -> dict[str, dict[str, object]]:
    """Return the lists by terminal; none where the file is missing or damaged."""
    try:
        rows = json.loads(read(home / FILE) or b"{}")
    except ValueError:
        return {}
    return {str(key): row for key, row in rows.items() if isinstance(row, dict)} if isinstance(rows, dict) else {}


def _is_fresh(row: Mapping[str, object], at: datetime) -> bool:
    """Tell whether a list was shown lately."""
    shown_at = parse_time(str(row.get("at", "")))
    return shown_at is not None and timedelta(0) <= at - shown_at <= _LONGEST


# Cache scanners' answers on texts of a work tree as small files: a text before an edit was mostly seen before.
#
# A file's name is a keyed hash of the scanners' version, the text's path and the text. Nothing of the text lies
# there but what findings quote, and that was redacted. Whoever deletes the folder loses time only.

MOST = 4000
"""Files kept; each has some hundred bytes. Guess of 2026-11-21."""
UNKEPT = frozenset({"missing", "failed", "timeout"})
"""Answers that say more of the machine than of the text."""
_ENDING = ".json"


class ScanCache:
    """Cached scanner answers, keyed by text."""

    def __init__(self, folder: Path, version: str, salt: bytes) -> None:
        """Create the cache for these scanners in a folder; ``salt`` has 1 to 64 bytes."""
        self.folder = folder
        self.version = version
        self.salt = salt

    def path(self, source: SourceText) -> Path:
        """Return the file of a text's answers."""
        parts = (self.version, source.path, "p" * source.partial, source.text)
        key = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), key=self.salt, digest_size=16)
        return self.folder / f"{key.hexdigest()}{_ENDING}"

    def get(self, source: SourceText) -> dict[str, Scan] | None:
        """Return each scanner's answer; None if it is not cached, or damaged."""
        raw = read(self.path(source))
        if raw is None:
            return None
        with suppress(ValueError, TypeError, AttributeError, KeyError):
            return {name: scans.place_scan(scan, source.path) for name, scan in scans.SCANS.decode(raw).items()}
        return None

    def put(self, source: SourceText, said: Mapping[str, Scan]) -> None:
        """Cache the answers if all of them are about the text and the folder can be written."""
        if not said or any(scan.unknown in UNKEPT for scan in said.values()):
            return
        with suppress(StoreUnwritable):
            write(self.path(source), scans.SCANS.encode(dict(said)))

    def tidy(self) -> None:
        """Delete the older half of the files if there are too many."""
        with suppress(OSError):
            files = [file for file in self.folder.iterdir() if file.name.endswith(_ENDING)]
            if len(files) > MOST:
                for file in sorted(files, key=lambda file: file.stat().st_mtime)[: MOST // 2]:
                    file.unlink(missing_ok=True)
