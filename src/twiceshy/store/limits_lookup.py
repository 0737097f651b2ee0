"""One learned limit, in a few milliseconds: what a wrapped command waits for.

Opens the store read-only by itself and loads nothing else of this room. A store that cannot be read, or that knows no
limits yet, has none: a look-up never fails.
"""

from __future__ import annotations

import os
import sqlite3

PATIENCE_S = 0.05
SALT_BYTES = 32


def salt_of(home: str) -> bytes:
    """The store's salt; empty where there is none."""
    try:
        fd = os.open(f"{home}/salt", os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(fd, SALT_BYTES)
    finally:
        os.close(fd)


def look_up(home: str, keys: list[bytes], kind: str) -> tuple[float, str] | None:
    """Seconds and evidence of the first key that has such a limit; None where none has."""
    path = f"{home}/twiceshy.db"
    if not os.path.exists(path):  # noqa: PTH110  # pathlib costs 5 ms; connecting would make the file
        return None
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=PATIENCE_S)
        connection.execute("PRAGMA query_only = ON")
        for key in keys:
            row = connection.execute(
                "SELECT value_s, reason FROM learned_limit WHERE key = ? AND kind = ?", (key, kind)
            ).fetchone()
            if row is not None:
                return float(row[0]), str(row[1])
    except sqlite3.Error:
        return None
    finally:
        if connection is not None:
            connection.close()
    return None
