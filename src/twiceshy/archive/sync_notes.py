"""Read and write how sending stands: the server's last answer, when to try again, how far its knowledge was taken."""

import sqlite3
from collections.abc import Mapping


def read_notes(connection: sqlite3.Connection) -> dict[str, str]:
    """Return every note by its name."""
    return dict(connection.execute("SELECT name, value FROM sync_note").fetchall())


def put_notes(connection: sqlite3.Connection, notes: Mapping[str, str]) -> None:
    """Write notes in place of older ones; an empty one is taken away. The caller commits."""
    for name, value in notes.items():
        if value:
            connection.execute("INSERT OR REPLACE INTO sync_note (name, value) VALUES (?, ?)", (name, value))
        else:
            connection.execute("DELETE FROM sync_note WHERE name = ?", (name,))
