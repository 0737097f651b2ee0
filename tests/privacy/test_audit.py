"""privacy.audit: nothing hides from the search, what only the meeting of two cells makes is dropped."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from twiceshy.base.errors import StoreError
from twiceshy.privacy import audit as searching
from twiceshy.privacy.audit import Audit, search_folder
from twiceshy.privacy.audit_findings import SecretFinding
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber

SECRET = b"password=hunter2-Zx9"
DETECTOR = Scrubber(load_rules(), b"salt" * 8, RedactionLevel.STANDARD).detector


class Cell(NamedTuple):
    """One cell of an invented database."""

    content: bytes
    table: str = "t"
    row: str = "1"
    column: str = "text"


class Databases:
    """Files that end in ``.db`` are databases with these cells."""

    def __init__(self, *cells: Cell, broken: bool = False) -> None:
        self.cells = cells
        self.broken = broken

    def is_database(self, path: Path) -> bool:
        return path.suffix == ".db"

    def read_cells(self, path: Path) -> Iterator[Cell]:
        yield from self.cells
        if self.broken:
            raise StoreError(f"{path.name} is damaged")


def search(home: Path, *cells: Cell, skipped: tuple[str, ...] = (), broken: bool = False) -> Audit:
    return search_folder(home, DETECTOR, RedactionLevel.STANDARD, Databases(*cells, broken=broken), skipped)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    found = tmp_path / "data"
    found.mkdir()
    return found


def places(found: Audit) -> list[tuple[str, str | None, str, str | None, int]]:
    return [(one.file, one.table, one.row, one.column, one.count) for one in found.findings]


def test_an_empty_folder_has_nothing(home: Path) -> None:
    """Nor was anything read."""
    found = search(home)
    assert (found.files, found.cells, found.size, found.findings, found.unread) == (0, 0, 0, [], [])
    assert (found.home, found.engine, found.level) == (str(home), DETECTOR.engine, RedactionLevel.STANDARD)


def test_every_file_is_searched_but_in_folders_that_are_skipped(home: Path) -> None:
    """Only those directly in the data folder; what looks like a secret is named by place, kind and count."""
    for folder in ("", "a", "skip", "a/skip"):
        (home / folder).mkdir(exist_ok=True)
        (home / folder / "x").write_bytes(SECRET + b"\n\0" + SECRET)

    found = search(home, skipped=("skip",))

    assert sorted(places(found)) == [
        ("a/skip/x", None, "0", None, 2),
        ("a/x", None, "0", None, 2),
        ("x", None, "0", None, 2),
    ]
    assert found.files == 3
    assert found.size == 3 * (2 * len(SECRET) + 2)
    assert {one.kind for one in found.findings} == {"password"}
    assert b"hunter2" not in repr(found).encode()


def test_a_secret_in_a_cell_is_named_by_its_row(home: Path) -> None:
    """Text that is no UTF-8 is searched by its readable parts."""
    (home / "a.db").write_bytes(b"nothing here")
    cells = [Cell(b"clean"), Cell(SECRET, "notes", "7", "body"), Cell(b"\xff\xfe" + SECRET + b"\xff", row="9")]

    found = search(home, *cells)

    assert places(found) == [("a.db", "notes", "7", "body", 1), ("a.db", "t", "9", "text", 1)]
    assert (found.cells, found.files) == (3, 1)


def test_many_cells_are_searched_in_parts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each keeps its own place."""
    monkeypatch.setattr(searching, "_CHUNK", 50)
    (home / "a.db").write_bytes(b"")
    cells = [Cell(SECRET if number % 3 == 0 else b"clean text", row=str(number)) for number in range(20)]

    assert [row for _, _, row, _, _ in places(search(home, *cells))] == ["0", "3", "6", "9", "12", "15", "18"]


def test_a_secret_that_two_pieces_of_a_file_share_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their overlap."""
    monkeypatch.setattr(searching, "PIECE", 64)
    monkeypatch.setattr(searching, "OVERLAP", 32)
    (home / "x").write_bytes(b"a " * 26 + SECRET + b" a" * 40)

    found = search(home)

    assert [(file, row) for file, _, row, _, _ in places(found)] == [("x", "32")]


@pytest.mark.parametrize("name", ["a.db", "a.db-wal"])
def test_what_a_page_holds_is_found_without_a_cell(home: Path, name: str) -> None:
    """A row that was deleted, or stands in the log only."""
    (home / "a.db").write_bytes(b"")
    (home / name).write_bytes(b"\0\0it was " + SECRET + b" before\0")

    assert places(search(home, Cell(b"other"))) == [(name, None, "0", None, 1)]


@pytest.mark.parametrize(
    ("cells", "finds"),
    [
        ([Cell(b"the key: password="), Cell(b"Zx9k3kestrel7")], 0),
        ([Cell(b"the key: password=")], 0),
        ([Cell(b"Zx9k3kestrel7")], 0),
        ([Cell(b"something else")], 1),
        ([], 1),
    ],
)
def test_what_only_the_meeting_of_two_cells_makes_is_dropped(home: Path, cells: list[Cell], finds: int) -> None:
    """A cell ends or begins inside the match."""
    (home / "a.db").write_bytes(b"\0the key: password=Zx9k3kestrel7\0")

    assert len(search(home, *cells).findings) == finds


def test_what_cannot_be_read_is_named_and_the_rest_is_searched(home: Path) -> None:
    """With the reason."""
    (home / "a.db").write_bytes(b"")
    (home / "b").write_bytes(SECRET)
    (home / "gone").symlink_to(home / "nowhere")

    found = search(home, broken=True)

    assert [one.partition(":")[0] for one in sorted(found.unread)] == ["a.db", "gone"]
    assert "is damaged" in found.unread[-1]
    assert (places(found), found.files) == ([("b", None, "0", None, 1)], 3)
    assert isinstance(found.findings[0], SecretFinding)
