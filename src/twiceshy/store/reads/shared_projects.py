"""Which projects are stored, and by which identities each was known."""

import sqlite3
from typing import NamedTuple

from twiceshy.records.values import Scrubbed


class StoredProject(NamedTuple):
    """One project."""

    key: int
    """Of its row."""
    name: Scrubbed
    identities: tuple[Scrubbed, ...]
    """Its own first, then those that turned out to mean the same."""


def list_projects(connection: sqlite3.Connection) -> list[StoredProject]:
    """Return all projects, by name."""
    other: dict[int, list[Scrubbed]] = {}
    for key, identity in connection.execute("SELECT project_id, identity FROM project_alias ORDER BY identity"):
        other.setdefault(key, []).append(Scrubbed(identity))
    rows = connection.execute("SELECT id, name, identity FROM project ORDER BY name, identity")
    return [
        StoredProject(key, Scrubbed(name), (Scrubbed(identity), *other.get(key, ()))) for key, name, identity in rows
    ]
