"""Numbers that were measured once, in one file of the cache: a row each, under a key that says what was measured.

Whoever deletes the file loses time only.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from twiceshy.archive import atomic_files
from twiceshy.base.errors import StoreUnwritable

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
            self._rows = _decode(atomic_files.read(path) or b"{}", version)

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
            atomic_files.write(self._path, json.dumps(content, separators=(",", ":")).encode())
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
