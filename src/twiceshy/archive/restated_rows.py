"""One stored row stated anew without the values that were recognised in its session later, or elsewhere.

What is computed from a text when it is stored (its beginning, the command's head, the failing line, the words to find
it by) is computed again from the changed text in the same way, so that a row read before its session's secret was known
ends as one that was read after it.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from twiceshy.archive import rows
from twiceshy.archive.full_text import find_command
from twiceshy.archive.rows import COLUMNS, Row, Value, clean, cut
from twiceshy.commands.telling import find_telling_line
from twiceshy.stats.text import fingerprint

Replace = Callable[[str], str]
"""Gives a text without the values; the same text where it holds none."""
ReadBody = Callable[[bytes], str]
"""Gives the long text with that hash."""

_TEXTS = {
    "prompt": (),
    "reply": ("model",),
    "call": ("tool", "path", "query"),
    "result": ("words", "commit_hash"),
    "edit": ("path",),
    "usage": ("model",),
    "mark": ("name",),
}
"""Columns that hold a text of their own, beside those below."""
_WHOLE = {"prompt": "text", "reply": "text", "call": "input", "result": "text", "mark": "text"}
"""The column that holds a text or its beginning, with ``body`` for the whole."""
_BODIES = {"edit": ("before", "after")}
"""Columns that are addresses of whole texts."""
_SHORT_HEADS = frozenset({"call", "result", "mark"})
PLACES = {table: {column: 2 + place for place, column in enumerate(columns)} for table, columns in COLUMNS.items()}
"""Where each column stands in a row."""


class RestatedRow(NamedTuple):
    """A row, the words that it is found by (None: it is none of those that are), and the long texts that it needs."""

    row: Row
    words: str | None
    bodies: dict[bytes, bytes]


def list_texts(table: str, row: Row, read: ReadBody) -> list[str]:
    """Return every text of a row, the long ones whole."""
    at = PLACES[table]
    names = [*_TEXTS[table], *(("command", "head") if table == "call" else ()), *(("message",) * (table == "result"))]
    texts = [str(row[at[name]]) for name in names if row[at[name]]]
    if table in _WHOLE:
        texts.append(_read_whole(table, row, read))
    return texts + [read(bytes(row[at[name]])) for name in _BODIES.get(table, ()) if row[at[name]] is not None]  # type: ignore[arg-type]  # a hash


def list_bodies(table: str, row: Row) -> list[bytes]:
    """Return the addresses of the long texts of a row."""
    return [bytes(row[place]) for place in rows.BODY_PLACES[table] if row[place] is not None]  # type: ignore[arg-type]  # a hash


def restate_row(table: str, row: Row, replace: Replace, read: ReadBody, tool: str | None) -> RestatedRow:
    """Return a row without the values.

    Args:
        table: one of ``rows.TABLES``.
        row: as in a batch: the place of its session, its uid, then the columns.
        replace: takes the values out of a text.
        read: gives the long texts that the row refers to.
        tool: of a result, the name of the tool of its call, where that is known.
    """
    at = PLACES[table]
    new = list(row)
    bodies: dict[bytes, bytes] = {}
    for name in _TEXTS[table]:
        if isinstance(text := row[at[name]], str):
            new[at[name]] = _replace_cut(text, replace, rows.COMMAND if name == "query" else None)
    for name in _BODIES.get(table, ()):
        if row[at[name]] is not None:
            new[at[name]] = _put_body(replace(read(bytes(row[at[name]]))), bodies)  # type: ignore[arg-type]  # a hash
    if table in _WHOLE:
        before = _read_whole(table, row, read)
        after = clean(replace(before))
        new[at[_WHOLE[table]]], new[at["body"]] = _shorten(table, after, bodies)
        if table == "call":
            return _restate_command(row, new, before, replace, bodies)
        if table == "result":
            _restate_message(new, (before, after), replace, tool)
            return RestatedRow(tuple(new), str(new[at["message"]] or ""), bodies)
    return RestatedRow(tuple(new), _list_words(table, new, bodies), bodies)


def _read_whole(table: str, row: Row, read: ReadBody) -> str:
    at = PLACES[table]
    body = row[at["body"]]
    return str(row[at[_WHOLE[table]]]) if body is None else read(bytes(body))  # type: ignore[arg-type]  # a hash


def _shorten(table: str, text: str, bodies: dict[bytes, bytes]) -> tuple[str, bytes | None]:
    """Return what stays in the row, and the address of the whole where that is not all."""
    if len(text) <= rows.INLINE:
        return text, None
    return cut(text, rows.SHORT_HEAD if table in _SHORT_HEADS else rows.HEAD), _put_body(text, bodies)


def _put_body(text: str, bodies: dict[bytes, bytes]) -> bytes:
    raw = clean(text).encode()
    key = rows.hash_body(raw)
    bodies[key] = raw
    return key


def _replace_cut(text: str, replace: Replace, size: int | None) -> str:
    """Return a text without the values, cut at ``size`` characters where it was cut there before."""
    after = clean(replace(text))
    return after if size is None else cut(after, size)


def _restate_command(
    row: Row, new: list[Value], document: str, replace: Replace, bodies: dict[bytes, bytes]
) -> RestatedRow:
    """Restate a call: its command is found whole in its input, where the row holds the beginning only."""
    at = PLACES["call"]
    command = row[at["command"]]
    words = ""
    if isinstance(command, str):
        is_cut = len(command) > rows.COMMAND - rows.LONGEST_PLACEHOLDER
        whole = clean(replace(find_command(command, document) if is_cut else command))
        head, masked = rows.read_shape(whole)
        new[at["command"]], new[at["head"]], new[at["masked"]] = cut(whole, rows.COMMAND), clean(head), masked
        words = cut(whole, rows.WORDS_OF_COMMAND)
    return RestatedRow(tuple(new), words, bodies)


def _restate_message(new: list[Value], output: tuple[str, str], replace: Replace, tool: str | None) -> None:
    """Restate a failure's line: it is looked for again in the output, unless it came from elsewhere."""
    at = PLACES["result"]
    message, failure = new[at["message"]], new[at["failure"]]
    if isinstance(message, str) and failure is not None:
        before, after = (_find_line(text, new[at["exit_code"]], str(failure)) for text in output)
        line = after if message == before else cut(clean(replace(message)), rows.LONGEST_MESSAGE)
        if line != message:
            new[at["message"]], new[at["fingerprint"]] = line, fingerprint.fingerprint(line, tool or "")


def _find_line(text: str, exit_code: Value, failure: str) -> str:
    code = exit_code if isinstance(exit_code, int) else None
    return clean(cut(find_telling_line(text, code, failure), rows.LONGEST_MESSAGE))


def _list_words(table: str, new: list[Value], bodies: Mapping[bytes, bytes]) -> str | None:
    """Return the words that a prompt or a reply is found by."""
    at = PLACES[table]
    if table == "prompt":
        body = new[at["body"]]
        whole = str(new[at["text"]]) if body is None else bodies[bytes(body)].decode()  # type: ignore[arg-type]  # a hash
        return "" if new[at["kind"]] in rows.UNSEARCHED else cut(whole, rows.WORDS_OF_PROMPT)
    if table == "reply":
        return "" if new[at["thinking"]] else rows.first_line(str(new[at["text"]]))
    return None
