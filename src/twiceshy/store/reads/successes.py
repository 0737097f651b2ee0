"""Calls that worked, by which a rule that would have refused one of them is found out."""

import json
import sqlite3
from collections.abc import Iterator

MOST = 5_000
"""The newest calls that are looked at (guess: enough to find an exception, few enough to be quick)."""


def commands(connection: sqlite3.Connection, program: str, word: str) -> Iterator[tuple[str, str]]:
    """Command lines that name a program and a word and did not fail; what came back, where their status is hidden."""
    rows = connection.execute(
        """SELECT c.command, iif(c.masked, r.text, '') FROM call c JOIN result r ON r.uid = c.uid
        WHERE r.failure IS NULL AND c.command IS NOT NULL AND instr(c.command, ?) > 0 AND instr(c.command, ?) > 0
        ORDER BY c.id DESC LIMIT ?""",
        (program, word, MOST),
    )
    return ((command, text or "") for command, text in rows)


def inputs(connection: sqlite3.Connection, tool: str) -> Iterator[dict[str, object]]:
    """The whole inputs of a tool's calls that worked; those that are kept in part only are left out."""
    rows = connection.execute(
        """SELECT c.input FROM call c JOIN result r ON r.uid = c.uid
        WHERE r.failure IS NULL AND lower(c.tool) = ? AND c.input IS NOT NULL ORDER BY c.id DESC LIMIT ?""",
        (tool, MOST),
    )
    for (text,) in rows:
        try:
            found = json.loads(text)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found
