"""Every page over a store in each state that another process, another version or the disk can leave it in."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.doors.web.dashboard.boards import open_board
from tests.doors.web.dashboard.served import serve
from tests.logs.builders import a_session

from twiceshy.doors.cli.main import main
from twiceshy.doors.web.dashboard.pages import list_pages

PAGES = list_pages(None)

PAGES_OF_THE_BAR = [page.path for page in PAGES if page.key]
PART = {"hx-request": "true", "hx-target": "main#main"}
"""What the script sends: the page's own content, computed now."""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small store."""
    folder = tmp_path_factory.mktemp("stored")
    a_session("one").prompt("mend the lamp").runs("pytest", "1 failed", failed=True).write(folder / "a.jsonl")
    assert main(["--home", str(folder / "home"), "ingest", str(folder / "a.jsonl"), "--processes", "1"]) == 0
    return folder / "home"


@pytest.fixture
def home(stored: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoiled."""
    shutil.copytree(stored, tmp_path / "spoiled")
    return tmp_path / "spoiled"


@pytest.fixture
def locked(home: Path) -> Iterator[Path]:
    """A store that another connection writes into, and does not let go."""
    with closing(sqlite3.connect(home / "twiceshy.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE project SET name = name")
        yield home


def test_a_store_of_a_newer_version_is_told(home: Path) -> None:
    """With the words of the command line, on every page, and nothing is changed."""
    with closing(sqlite3.connect(home / "twiceshy.db")) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(migration)")]
        names = ", ".join(columns)
        values = ", ".join("'9999-later'" if one == "name" else one for one in columns)
        connection.execute(f"INSERT INTO migration ({names}) SELECT {values} FROM migration LIMIT 1")
        connection.commit()
    browser = open_board(home).let_in()

    for path in PAGES_OF_THE_BAR:
        answer = browser.get(path, headers=PART)
        if answer.status_code != 200:  # some read no store
            assert (path, answer.status_code) == (path, 503)
            assert "a newer version (schema 9999-later" in answer.text, path
    assert browser.get("/").status_code == 503


def test_while_another_process_writes_every_page_is_read(locked: Path) -> None:
    """Readers do not wait for a writer."""
    browser = open_board(locked).let_in()

    for path in PAGES_OF_THE_BAR:
        assert (path, browser.get(path, headers=PART).status_code) == (path, 200)


def test_two_windows_read_and_a_closed_one_ends_nothing(home: Path) -> None:
    """A stream that is cut off in its midst is no error, and the others go on."""
    with serve(home) as served:
        board = f"Host: 127.0.0.1:{served.port}\r\n"
        login = (
            f"POST /login HTTP/1.1\r\n{board}Origin: {served.own}\r\nX-Twiceshy: 1\r\nContent-Length: 49\r\n"
            f"Connection: close\r\n\r\ntoken={served.entrance.token}"
        )
        cookie = served.send(login.encode()).split(b"set-cookie: ")[1].split(b";")[0].decode()
        asks = f"{board}Cookie: {cookie}\r\n"
        for _ in range(3):
            served.cut_off(f"GET /live HTTP/1.1\r\n{asks}\r\n".encode())
        for _ in range(2):
            answer = served.send(f"GET / HTTP/1.1\r\n{asks}Connection: close\r\n\r\n".encode())
            assert answer.startswith(b"HTTP/1.1 200")
            assert b"mend the lamp" in answer


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_read(home: Path) -> None:
    """Nothing of a page writes."""
    home.chmod(0o500)
    browser = open_board(home).let_in()
    try:
        for path in PAGES_OF_THE_BAR:
            assert (path, browser.get(path, headers=PART).status_code) == (path, 200)
    finally:
        home.chmod(0o700)


def test_pages_change_nothing(home: Path) -> None:
    """What lies in the data folder is the same after all were read."""
    before = {one.name: one.read_bytes() for one in home.iterdir() if one.suffix == ".db"}
    browser = open_board(home).let_in()
    for path in PAGES_OF_THE_BAR:
        browser.get(path, headers=PART)

    assert {one.name: one.read_bytes() for one in home.iterdir() if one.suffix == ".db"} == before


@pytest.mark.parametrize("name", ["twiceshy.db", "bodies.db", "rules.db"])
def test_whichever_file_is_damaged_no_page_blames_us(home: Path, name: str) -> None:
    """It says which file, or does without it."""
    (home / name).write_bytes(b"no database" * 500)
    browser = open_board(home).let_in()

    for path in PAGES_OF_THE_BAR:
        answer = browser.get(path, headers=PART)
        assert (path, answer.status_code) in {(path, 200), (path, 503)}, answer.text
        if answer.status_code == 503:
            assert name in answer.text, path
