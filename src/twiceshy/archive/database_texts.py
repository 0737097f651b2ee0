"""Every text in an SQLite file of ours, as bytes, with its table and row: for searching a store, never for showing it.

It knows no schema but the one thing that hides text: the packs of bodies.db, which it unpacks. So a table that a later
version adds is searched without anyone thinking of it.

Of a damaged file everything is read that can be: the other tables, and of a table the rows before the damage and those
behind it. Then the damage is told.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.bodies import unpack_frame
from twiceshy.archive.storage_errors import translate_errors
from twiceshy.base.errors import StoreCorrupt
from twiceshy.base.foreign_files import require_regular, stream_foreign

_MAGIC = b"SQLite format 3\x00"


class Cell(NamedTuple):
    """One value of one row."""

    table: str
    row: str
    """The row's id; its number in reading order where the table has no ids."""
    column: str
    content: bytes


def is_database(path: Path) -> bool:
    """Tell whether the file is an SQLite database."""
    with stream_foreign(path) as file:
        return file.read(len(_MAGIC)) == _MAGIC


def read_cells(path: Path) -> Iterator[Cell]:
    """Yield all texts and blobs of the file, read in one transaction.

    Raises:
        StoreError: the file is damaged or cannot be opened.
    """
    with translate_errors(path):
        require_regular(path)
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.text_factory = bytes  # a damaged or odd text may be no UTF-8
        try:
            connection.execute("BEGIN")
            names: list[tuple[bytes, bytes | None]] = connection.execute(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name"
            ).fetchall()
            damage: sqlite3.DatabaseError | None = None
            for name, sql in names:
                if (sql or b"").upper().startswith(b"CREATE VIRTUAL"):  # its shadow tables come by themselves
                    continue
                try:
                    yield from _read_table(connection, name.decode("utf-8", "replace"))
                except sqlite3.DatabaseError as exc:
                    damage = damage or exc
            if damage:
                raise damage
        finally:
            connection.close()


def _read_table(connection: sqlite3.Connection, table: str) -> Iterator[Cell]:
    quoted = '"' + table.replace('"', '""') + '"'
    with_ids = True
    try:
        rows = connection.execute(f"SELECT rowid, * FROM {quoted}")  # noqa: S608  # a name, quoted
    except sqlite3.OperationalError:  # WITHOUT ROWID
        rows = connection.execute(f"SELECT NULL, * FROM {quoted}")  # noqa: S608  # a name, quoted
        with_ids = False
    columns = [column[0] for column in rows.description][1:]
    for number, (row, *values) in enumerate(_read_around_damage(connection, quoted, rows) if with_ids else rows):
        name = str(number if row is None else row)
        texts = list(_read_pack(connection, name, dict(zip(columns, values, strict=True)))) if table == "pack" else []
        yield from texts
        for column, value in zip(columns, values, strict=True):
            if isinstance(value, bytes) and not (texts and column == "data"):
                yield Cell(table, name, column, value)


def _read_around_damage(
    connection: sqlite3.Connection, quoted: str, rows: sqlite3.Cursor
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a table up to its damage, then those behind it from the end; then tell the damage."""
    last = None
    try:
        for row in rows:
            last = row[0]
            yield row
    except sqlite3.DatabaseError:
        behind = "" if last is None else "WHERE rowid > ?"
        with contextlib.suppress(sqlite3.DatabaseError):
            yield from connection.execute(
                f"SELECT rowid, * FROM {quoted} {behind} ORDER BY rowid DESC",  # noqa: S608  # a name, quoted
                () if last is None else (last,),
            )
        raise


def _read_pack(connection: sqlite3.Connection, row: str, values: dict[str, object]) -> Iterator[Cell]:
    """Yield the texts of a pack, each by itself, and the bytes that belong to no text."""
    data, raw_size = values.get("data"), values.get("raw_size")
    if not isinstance(data, bytes) or not isinstance(raw_size, int):
        return
    try:
        raw = unpack_frame(data, raw_size, f"pack {row}")
    except StoreCorrupt:
        return  # doctor reports it; the bytes as they are were searched
    try:
        places = connection.execute(
            "SELECT offset, size FROM body WHERE pack_id = ? ORDER BY offset", (values.get("id"),)
        ).fetchall()
    except sqlite3.OperationalError:
        places = []
    last = 0
    for offset, size in [*places, (len(raw), 0)]:
        if offset > last:  # no text's: searched all the same
            yield Cell("pack", row, f"data, unpacked, from {last}", raw[last:offset])
        if size:
            yield Cell("pack", row, f"data, unpacked, from {offset}", raw[offset : offset + size])
        last = max(last, offset + size)
