"""Calls that worked: they show which rules would have refused a good call."""

import json
import sqlite3
from collections.abc import Iterable, Iterator

MOST = 5_000
"""The newest calls that are looked at. Guess of 2026-11-21: enough to find an exception, few enough to be quick."""


def read_commands(connection: sqlite3.Connection, program: str, word: str) -> Iterator[tuple[str, str]]:
    """Yield command lines that name a program and a word and did not fail.

    Each with what came back where its status is hidden, else an empty text.
    """
    rows = connection.execute(
        """SELECT c.command, iif(c.masked, r.text, '') FROM call c JOIN result r ON r.uid = c.uid
        WHERE r.failure IS NULL AND c.command IS NOT NULL AND instr(c.command, ?) > 0 AND instr(c.command, ?) > 0
        ORDER BY c.at DESC, c.uid LIMIT ?""",
        (program, word, MOST),
    )
    return ((command, text or "") for command, text in rows)


def read_inputs(connection: sqlite3.Connection, tool: str) -> Iterator[dict[str, object]]:
    """Yield the whole inputs of a tool's calls that worked; leave out those that are stored in part only."""
    rows = connection.execute(
        """SELECT c.input FROM call c JOIN result r ON r.uid = c.uid
        WHERE r.failure IS NULL AND lower(c.tool) = ? AND c.input IS NOT NULL ORDER BY c.at DESC, c.uid LIMIT ?""",
        (tool, MOST),
    )
    return parse_inputs(text for (text,) in rows)


def parse_inputs(texts: Iterable[str]) -> Iterator[dict[str, object]]:
    """Yield the inputs that are there as a whole."""
    for text in texts:
        try:
            found = json.loads(text)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found
