"""What a brief says of a project, kept when sessions are learned from, so that a brief need not count calls itself."""

import sqlite3
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from twiceshy.archive import derived_values
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.records.codec import Codec
from twiceshy.records.kept_knowledge import KeptFact, KeptTrouble

KIND = "project-facts"
VERSION = 3


class KeptProject(NamedTuple):
    """One project with its facts, and with what goes wrong there again and again."""

    identity: str
    name: str
    facts: tuple[KeptFact, ...] = ()
    troubles: tuple[KeptTrouble, ...] = ()
    poor: tuple[str, ...] = ()
    """Sentences on approaches that mostly go badly there."""


_FORM = Codec(KeptProject)


def keep_facts(connection: sqlite3.Connection, projects: Iterable[KeptProject]) -> None:
    """Store each project's facts in place of all that were kept. The caller holds the transaction."""
    connection.execute("DELETE FROM derived WHERE kind = ?", (KIND,))
    entries = (DerivedValue(_key_of(one.identity), b"", _FORM.encode(one)) for one in projects)
    derived_values.put(connection, KIND, entries, VERSION)


def read_kept_facts(connection: sqlite3.Connection, identity: str, name: str) -> tuple[KeptFact, ...]:
    """Return the facts of a project, found as ``read_kept_project`` does."""
    return read_kept_project(connection, identity, name).facts


def read_kept_project(connection: sqlite3.Connection, identity: str, name: str) -> KeptProject:
    """Return what is kept of a project: by its identity, else by its name where only one has it.

    A folder's stored identity hides the user's name, so that a folder is known by its own name only.
    """
    found = derived_values.get(connection, KIND, _key_of(identity))
    if found is not None:
        return _FORM.decode(found.value)
    kept = [_FORM.decode(one.value) for one in derived_values.read_all(connection, KIND)]
    same = [one for one in kept if one.name == name and one.identity.startswith("folder:")]
    return same[0] if len(same) == 1 and identity.startswith("folder:") else KeptProject(identity, name)


def read_all_kept(connection: sqlite3.Connection) -> list[KeptProject]:
    """Return what is kept of every project."""
    return [_FORM.decode(one.value) for one in derived_values.read_all(connection, KIND)]


def _key_of(identity: str) -> bytes:
    """Return the key of a project's value."""
    return sha256(identity.encode()).digest()[:16]
