"""The full text made anew from the rows: it holds no texts of its own, so single words cannot be taken out of it."""

import json
import sqlite3
from collections.abc import Callable, Iterator

from twiceshy.store.rows import COMMAND, SEARCHED, UNSEARCHED, WORDS_OF_COMMAND, WORDS_OF_PROMPT, first_line

Whole = Callable[[bytes], str]
"""Gives the text of a body by its hash."""


def rebuild(connection: sqlite3.Connection, whole: Whole) -> None:
    """Nothing; words of the present rows, and of no others, can be searched. The caller holds the transaction."""
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", _words(connection, whole))


def _words(connection: sqlite3.Connection, whole: Whole) -> Iterator[tuple[int, str]]:
    """What ``rows.pack`` found each row by."""
    for id_, kind, text, body in connection.execute("SELECT id, kind, text, body FROM prompt"):
        if kind not in UNSEARCHED and text:
            words = text if body is None else whole(body)
            yield id_ * 4 + SEARCHED["prompt"], words[:WORDS_OF_PROMPT]
    for id_, command, text, body in connection.execute(
        "SELECT id, command, input, body FROM call WHERE command IS NOT NULL AND command <> ''"
    ):
        words = command
        if len(command) >= COMMAND:
            words = _beginning_with(command, text if body is None else whole(body))
        yield id_ * 4 + SEARCHED["call"], words[:WORDS_OF_COMMAND]
    for id_, message in connection.execute(
        "SELECT id, message FROM result WHERE failure IS NOT NULL AND message <> ''"
    ):
        yield id_ * 4 + SEARCHED["result"], message
    for id_, text in connection.execute("SELECT id, text FROM reply WHERE thinking = 0"):
        if words := first_line(text):
            yield id_ * 4 + SEARCHED["reply"], words


def _beginning_with(command: str, document: str) -> str:
    """The whole of a command whose beginning is known, out of the JSON of a call's input."""
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
