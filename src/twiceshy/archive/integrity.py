"""Whether the store is whole: both files in themselves, and every row's text where the row says."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import sweep
from twiceshy.archive.db import ARCHIVE, BODIES, Store
from twiceshy.archive.reads.body_references import find_references
from twiceshy.archive.storage_errors import translate_errors

_MOST_FAULTS = 10
"""Faults of one file that are listed. Guess of 2026-11-21: one is enough to act."""


class Integrity(NamedTuple):
    """What is wrong; nothing where all is well."""

    faults: list[str]
    """In SQLite's words, each after its file's name; the first few."""
    missing_texts: int
    """Long texts that rows refer to and that are not stored."""
    sweep_due: bool
    """Something was forgotten and its traces are still on the disk: `twiceshy cleanup` takes them."""
    damaged_texts: int
    """Long texts that are not what their address says: `twiceshy cleanup` takes them out."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.faults or self.missing_texts or self.sweep_due or self.damaged_texts)


def check_integrity(store: Store) -> Integrity:
    """Return what is wrong with the store, after reading all of both files.

    Raises:
        StoreError: a file cannot be read at all.
    """
    faults = _find_faults(store.connection, store.home / ARCHIVE)
    has_bodies = store.has_bodies
    if has_bodies:
        faults += _find_faults(store.bodies.connection, store.home / BODIES)
    with translate_errors(store.home / BODIES):
        keys = set(find_references(store.connection))
        if has_bodies:
            keys.difference_update(key for (key,) in store.bodies.connection.execute("SELECT hash FROM body"))
        damaged = sum(1 for _ in sweep.find_damaged(store.bodies.connection)) if has_bodies else 0
        return Integrity(faults, len(keys), sweep.is_due(store.connection), damaged)


def _find_faults(connection: sqlite3.Connection, path: Path) -> list[str]:
    with translate_errors(path):
        found = connection.execute(f"PRAGMA quick_check({_MOST_FAULTS})").fetchall()
        found += connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_FAULTS)
    return [f"{path.name}: {' '.join(map(str, row))}" for row in found if row != ("ok",)]
