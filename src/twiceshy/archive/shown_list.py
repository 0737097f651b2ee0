"""The list of suggestions that each terminal saw last, so that a number means what its reader saw and nothing else."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from twiceshy.archive import atomic_files
from twiceshy.archive.times import format_time, parse_time

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
    atomic_files.write(home / FILE, json.dumps(rows).encode())


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
        rows = json.loads(atomic_files.read(home / FILE) or b"{}")
    except ValueError:
        return {}
    return {str(key): row for key, row in rows.items() if isinstance(row, dict)} if isinstance(rows, dict) else {}


def _is_fresh(row: Mapping[str, object], at: datetime) -> bool:
    """Tell whether a list was shown lately."""
    shown_at = parse_time(str(row.get("at", "")))
    return shown_at is not None and timedelta(0) <= at - shown_at <= _LONGEST
