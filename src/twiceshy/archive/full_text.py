"""The full-text index, rebuilt from the rows: it holds no texts, so single words cannot be taken out of it."""

import json
import sqlite3
from collections.abc import Callable, Iterator

from twiceshy.archive.rows import COMMAND, SEARCHED, UNSEARCHED, WORDS_OF_COMMAND, WORDS_OF_PROMPT, first_line

_ReadBody = Callable[[bytes], str]
"""Gives the text of a body by its hash."""


def rebuild(connection: sqlite3.Connection, whole: _ReadBody) -> None:
    """Rebuild the index from the present rows, and from no others. The caller holds the transaction."""
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", _find_words(connection, whole))


def _find_words(connection: sqlite3.Connection, whole: _ReadBody) -> Iterator[tuple[int, str]]:
    """Yield the words of each row, as ``rows.pack_events`` chose them."""
    for table, found in (
        ("prompt", _find_prompt_words(connection, whole)),
        ("call", _find_command_words(connection, whole)),
        ("result", connection.execute("SELECT id, message FROM result WHERE failure IS NOT NULL")),
        ("reply", _find_reply_words(connection)),
    ):
        number = SEARCHED[table]
        yield from ((id_ * 4 + number, words) for id_, words in found if words)


def _find_prompt_words(connection: sqlite3.Connection, whole: _ReadBody) -> Iterator[tuple[int, str]]:
    for id_, kind, text, body in connection.execute("SELECT id, kind, text, body FROM prompt"):
        if kind not in UNSEARCHED:
            yield id_, (text if body is None else whole(body))[:WORDS_OF_PROMPT]


def _find_command_words(connection: sqlite3.Connection, whole: _ReadBody) -> Iterator[tuple[int, str]]:
    for id_, command, text, body in connection.execute(
        "SELECT id, command, input, body FROM call WHERE command IS NOT NULL"
    ):
        words = command
        if len(command) >= COMMAND:
            words = find_command(command, text if body is None else whole(body))
        yield id_, words[:WORDS_OF_COMMAND]


def _find_reply_words(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    for id_, text in connection.execute("SELECT id, text FROM reply WHERE thinking = 0"):
        yield id_, first_line(text)


def find_command(command: str, document: str) -> str:
    """Return the whole of a command whose beginning is known, out of the JSON of a call's input."""
    try:
        todo = [json.loads(document)]
    except ValueError:
        return command
    while todo:
        value = todo.pop()
        if isinstance(value, str) and value.startswith(command):
            return value
        if isinstance(value, dict):
            todo += value.values()
        elif isinstance(value, list):
            todo += value
    return command
