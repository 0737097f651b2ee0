"""Rules of the gate's own file under given keys: one look-up however many there are."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from twiceshy.archive.rules_file import FORM, NAME, GateRule


def read_rules(home: Path, keys: Sequence[bytes]) -> list[GateRule]:
    """Return the rules under these keys, the most confident first; none where the file cannot be read."""
    path = home / NAME
    if not keys or not path.is_file():
        return []
    marks = ", ".join("?" * len(keys))
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            if connection.execute("PRAGMA user_version").fetchone() != (FORM,):
                return []
            rows = connection.execute(
                f"SELECT * FROM rule WHERE key IN ({marks}) ORDER BY confidence DESC, id",  # noqa: S608  # only marks
                tuple(keys),
            )
            return [GateRule(*row) for row in rows]
        finally:
            connection.close()
    except sqlite3.Error:
        return []
