"""Find which long texts the rows of the archive refer to."""

import sqlite3
from collections.abc import Iterator

from twiceshy.archive.rows import BODY_PLACES, COLUMNS


def find_references(connection: sqlite3.Connection) -> Iterator[bytes]:
    """Yield the address of every long text that a row refers to; some come more than once."""
    for table, values in BODY_PLACES.items():
        for value in values:
            column = COLUMNS[table][value - 2]
            sql = f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608  # literals of this room
            for (key,) in connection.execute(sql):
                yield key
