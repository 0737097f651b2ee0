"""archive.database_texts: every text and blob of a file of ours, so that nothing hides from a search."""

import sqlite3
from contextlib import closing
from operator import itemgetter
from pathlib import Path

import pytest
from tests.archive.conftest import Log, stored

from twiceshy.archive.database_texts import Cell, is_database, read_cells
from twiceshy.archive.db import Store
from twiceshy.base.errors import StoreError


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


def test_what_stands_around_a_damage_is_read_and_the_damage_told(tmp_path: Path) -> None:
    """Rows before and behind it, and the other tables."""
    path = make(
        tmp_path / "a.db",
        "CREATE TABLE many (id INTEGER PRIMARY KEY, text TEXT)",
        "CREATE TABLE other (text TEXT)",
        "INSERT INTO other VALUES ('still here')",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
        " INSERT INTO many SELECT i, 'row ' || i || ' ' || hex(zeroblob(40)) FROM n",
    )
    content = bytearray(path.read_bytes())
    at = content.index(b"row 1000 ") // 4096 * 4096
    content[at : at + 4096] = b"\xff" * 4096
    path.write_bytes(content)

    found: list[bytes] = []
    with pytest.raises(StoreError, match="damaged"):
        found.extend(map(itemgetter(3), read_cells(path)))

    numbers = {int(content.split()[1]) for content in found if content.startswith(b"row ")}
    assert {1, 900, 1100, 2000} <= numbers
    assert 1000 not in numbers
    assert b"still here" in found


def test_texts_that_are_no_utf_8_are_read(tmp_path: Path) -> None:
    """SQLite keeps whatever bytes a program calls text."""
    path = make(tmp_path / "a.db", "CREATE TABLE t (a TEXT)", "INSERT INTO t VALUES (CAST(x'70ff71' AS TEXT))")

    assert [cell.content for cell in read_cells(path)] == [b"p\xffq"]
