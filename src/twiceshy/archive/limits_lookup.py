"""One learned limit, or a command's patterns, in a few milliseconds: what a wrapped command waits for.

Opens the store read-only by itself and loads nothing else of this room. A store that cannot be read, or that knows no
limits yet, has none: a look-up never fails.
"""

from __future__ import annotations

import os
import sqlite3

_PATIENCE_S = 0.05
"""Seconds to wait for a writer. Guess of 2026-11-21: a command that starts waits no longer for its limits."""
_SALT_BYTES = 32
"""The same as in ``archive.guard``."""


def read_salt(home: str) -> bytes:
    """Return the store's salt; empty where there is none."""
    try:
        fd = os.open(f"{home}/salt", os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return b""
    try:
        return os.read(fd, _SALT_BYTES)
    finally:
        os.close(fd)


def look_up(home: str, keys: list[bytes], kind: str) -> tuple[float, str] | None:
    """Return seconds and evidence of the first key that has such a limit; None where none has."""
    marks = ", ".join("?" * len(keys))
    sql = f"SELECT key, value_s, reason FROM learned_limit WHERE kind = ? AND key IN ({marks})"  # noqa: S608  # question marks
    found = {key: (float(str(value_s)), str(reason)) for key, value_s, reason in _query(home, sql, (kind, *keys))}
    return next((found[key] for key in keys if key in found), None)


def has_told_limits(home: str) -> bool:
    """Tell whether a team told of limits."""
    return bool(_query(home, "SELECT 1 FROM team_knowledge WHERE kind = 'limit' LIMIT 1", ()))


def look_up_told(home: str, key: bytes) -> tuple[float, int, int] | None:
    """Return seconds, runs and people of a limit that a team told; None where it told of none."""
    rows = _query(
        home,
        """SELECT body ->> '$.value_s', body ->> '$.runs', body ->> '$.people' FROM team_knowledge
        WHERE kind = 'limit' AND key = ?""",
        (key,),
    )
    return next(((float(str(value)), int(str(runs)), int(str(people))) for value, runs, people in rows), None)


def look_up_patterns(home: str, place: bytes) -> list[tuple[str, bool, bool, str]]:
    """Return a command's patterns here: text, whether to use it, whether never to use it, and why."""
    return [
        (str(pattern), bool(chosen), bool(against), str(reason))
        for pattern, chosen, against, reason in _query(
            home,
            """SELECT pattern, chosen, refused OR good_hit > 0, reason FROM learned_pattern WHERE place_hash = ?
            ORDER BY score DESC""",
            (place,),
        )
    ]


def _query(home: str, sql: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
    """Run a query and return its rows; none where the store cannot be read."""
    path = f"{home}/twiceshy.db"
    if not os.path.isfile(path):  # noqa: PTH113  # pathlib costs 5 ms; connecting would make the file
        return []
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=_PATIENCE_S)
        connection.execute("PRAGMA query_only = ON")
        return connection.execute(sql, values).fetchall()
    except sqlite3.Error:
        return []
    finally:
        if connection is not None:
            connection.close()
