"""What shape the store is in."""

import sqlite3


def damage(connection: sqlite3.Connection, limit: int) -> list[str]:
    """What SQLite's ``quick_check`` finds wrong in a file, at most ``limit`` sentences; empty when it is whole."""
    found = [row[0] for row in connection.execute(f"PRAGMA quick_check({limit:d})")]
    return [] if found == ["ok"] else found
