"""archive.error_messages: lines of failures read and put, with the search brought up to date."""

import sqlite3

import pytest

from twiceshy.archive import connect, migrate
from twiceshy.archive.call_statuses import StoredFailure, put_messages, read_failures


@pytest.fixture
def connection(tmp_path: object) -> sqlite3.Connection:
    """Three results, of which two failed; the words of the old lines are in the search."""
    found = connect.open_writable(tmp_path / "twiceshy.db", migrate.ARCHIVE)  # type: ignore[operator]
    found.execute("INSERT INTO project (id, identity, name) VALUES (1, 'p', 'p')")
    found.execute("INSERT INTO session (id, uid, agent, native_id, project_id) VALUES (1, x'01', 'a', 'n', 1)")
    rows = [
        (1, "ok", None, None),
        (2, "> web@1.0 test\nerror: no cart", "error", "> web@1.0 test"),
        (3, "", "error", "x"),
    ]
    for id_, text, failure, message in rows:
        found.execute(
            "INSERT INTO result (id, uid, session_id, rank, failure, message, text) VALUES (?, ?, 1, 1, ?, ?, ?)",
            (id_, bytes([id_]), failure, message, text),
        )
        if message:
            found.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (id_ * 4 + 2, message))
    return found


def hits(connection: sqlite3.Connection, word: str) -> list[int]:
    """The places that a search for the word gives."""
    return [place for (place,) in connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (word,))]


def test_the_same_line_changes_nothing(connection: sqlite3.Connection) -> None:
    """What is right already is not written."""
    one = StoredFailure(3, b"\3", "", None, "", None, "x", None, "error")
    assert put_messages(connection, [(one, "x")]) == 1  # only its key was missing

    again = read_failures(connection, 2, 9)
    assert put_messages(connection, [(again[0], "x")]) == 0
    assert hits(connection, "x") == [14]


def test_failures_come_in_order_of_their_ids(connection: sqlite3.Connection) -> None:
    """No result that worked is among them, and a limit holds."""
    assert [one.id for one in read_failures(connection, 0, 9)] == [2, 3]
    assert [one.id for one in read_failures(connection, 0, 1)] == [2]
    assert read_failures(connection, 3, 9) == []


def test_the_search_finds_the_new_words_and_no_old_ones(connection: sqlite3.Connection) -> None:
    """A line that was wrong is no longer found."""
    (one,) = read_failures(connection, 0, 1)

    assert put_messages(connection, [(one, "error: no cart")]) == 1
    assert (hits(connection, "web"), hits(connection, "cart")) == ([], [10])
    assert connection.execute("SELECT message FROM result WHERE id = 2").fetchone() == ("error: no cart",)
