"""store.database_texts: every text and blob of a file of ours, so that nothing hides from a search."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.store.conftest import Log, stored

from twiceshy.errors import StoreError
from twiceshy.store.database_texts import Cell, is_database, read_cells
from twiceshy.store.db import Store


def make(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def test_a_database_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    """Not by its name."""
    (tmp_path / "a.db").write_bytes(b"SQLite format")
    assert not is_database(tmp_path / "a.db")
    assert is_database(make(tmp_path / "b", "CREATE TABLE t (a)"))


def test_texts_and_blobs_are_read_with_their_place(tmp_path: Path) -> None:
    """Numbers and nothing are no text; a table without row ids counts its rows; any name is one."""
    path = make(
        tmp_path / "a.db",
        "CREATE TABLE b (a TEXT PRIMARY KEY, n INTEGER, x) WITHOUT ROWID",
        "INSERT INTO b VALUES ('one', 7, NULL), ('two', 8, x'ff00')",
        """CREATE TABLE "a ""b" (t)""",
        """INSERT INTO "a ""b" (rowid, t) VALUES (42, 'ä')""",
        "CREATE VIRTUAL TABLE words USING fts5 (text)",
        "INSERT INTO words VALUES ('hidden')",
    )

    cells = list(read_cells(path))

    assert cells[:4] == [
        Cell('a "b', "42", "t", "ä".encode()),
        Cell("b", "0", "a", b"one"),
        Cell("b", "1", "a", b"two"),
        Cell("b", "1", "x", b"\xff\x00"),
    ]
    assert any(b"hidden" in cell.content for cell in cells)
    assert "words" not in {cell.table for cell in cells}


def test_long_texts_are_unpacked(store: Store, home: Path) -> None:
    """Each by itself; nothing of the pack's bytes is read twice."""
    long = "a secret in a long text " * 50
    stored(store, Log().opened().prompt(long).prompt(long + "!"))

    cells = list(read_cells(home / "bodies.db"))

    assert {cell.content for cell in cells if cell.table == "pack" and cell.content[:1] == b"a"} == {
        long.encode(),
        f"{long}!".encode(),
    }
    assert "data" not in {cell.column for cell in cells}


def test_a_broken_pack_is_read_as_it_is(store: Store, home: Path) -> None:
    """Its bytes may still say something."""
    stored(store, Log().opened().prompt("a long text " * 50))
    store.bodies.connection.execute("UPDATE pack SET data = x'0102'")

    assert [cell.content for cell in read_cells(home / "bodies.db") if cell.table == "pack"] == [b"\1\2"]


def test_bytes_of_a_pack_that_are_no_text_s_are_read_too(store: Store, home: Path) -> None:
    """What was forgotten by its address may still lie there."""
    stored(store, Log().opened().prompt("first text " * 50).prompt("second text " * 50))
    store.bodies.connection.execute("DELETE FROM body WHERE offset = 0")

    contents = {cell.content for cell in read_cells(home / "bodies.db") if cell.table == "pack"}

    assert contents == {("first text " * 50).encode(), ("second text " * 50).encode()}


def test_what_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    """Nor is it made by looking."""
    with pytest.raises(StoreError):
        list(read_cells(tmp_path / "none.db"))
    assert not (tmp_path / "none.db").exists()
