"""archive.program_notes: what programs append is read once, whole, and never waits for ever."""

import json
import os
from pathlib import Path

import pytest

from twiceshy.archive import program_notes
from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreBusy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = program_notes.folder_of(Config(home=tmp_path))
    found.mkdir()
    return found


def read_all(folder: Path) -> list[str]:
    """The tools of all notes that wait, oldest first."""
    return [note["tool"] for path in program_notes.take_files(folder) for note in program_notes.read_notes(path)]


def test_notes_are_taken_in_the_order_in_which_they_were_written(folder: Path) -> None:
    """Later ones go to another file; taken files stay until somebody deletes them."""
    for tool in ("a", "b"):
        program_notes.append(folder, {"tool": tool, "text": "ä"})
    assert read_all(folder) == ["a", "b"]
    assert not (folder / program_notes.SPOOL).exists()
    program_notes.append(folder, {"tool": "c"})
    assert read_all(folder) == ["a", "b", "c"]
    assert len(program_notes.take_files(folder)) == 2


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
def test_notes_are_private(folder: Path) -> None:
    """Nobody else reads them."""
    program_notes.append(folder, {"tool": "a"})
    assert (folder / program_notes.SPOOL).stat().st_mode & 0o777 == 0o600


def test_nothing_waits_where_nothing_was_written(folder: Path) -> None:
    """Looking makes no file."""
    assert program_notes.take_files(folder) == []
    assert list(folder.iterdir()) == []


def test_a_full_file_makes_room_and_the_oldest_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is full once it has so many bytes; so many full files wait."""
    line = len(json.dumps({"tool": "0"})) + 1
    monkeypatch.setattr(program_notes, "LARGEST", 2 * line)
    monkeypatch.setattr(program_notes, "MOST_FILES", 2)
    for number in range(9):
        program_notes.append(folder, {"tool": str(number)})

    assert (folder / program_notes.SPOOL).stat().st_size == line
    assert read_all(folder) == ["4", "5", "6", "7", "8"]


def test_what_is_no_note_is_skipped(tmp_path: Path) -> None:
    """A full disk cuts off a line; other programs may write anything."""
    path = tmp_path / "x.taken"
    path.write_text('{"tool":"a"}\n[1]\n{"tool":1}\n{}\n"tool"\n{"tool":"b"}\n{"tool":"c')
    assert [note["tool"] for note in program_notes.read_notes(path)] == ["a", "b"]


def test_clearing_takes_notes_and_patterns(folder: Path, tmp_path: Path) -> None:
    """Where there are none it is content; other files stay."""
    program_notes.append(folder, {"tool": "a"})
    program_notes.take_files(folder)
    program_notes.append(folder, {"tool": "b"})
    (folder / program_notes.PATTERNS).write_text("x")
    (folder / "mine").write_text("x")

    program_notes.clear(Config(home=tmp_path))
    program_notes.clear(Config(home=tmp_path))

    assert [path.name for path in folder.iterdir()] == ["mine"]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
def test_a_file_is_known_by_what_it_is_not_by_its_name(folder: Path) -> None:
    """Another file under its name, or none, is not the same."""
    path = folder / "a"
    path.write_text("x")
    file = os.open(path, os.O_RDONLY)
    try:
        assert program_notes.is_same_file(file, path)
        path.rename(folder / "b")
        assert not program_notes.is_same_file(file, path)
        path.write_text("x")
        assert not program_notes.is_same_file(file, path)
    finally:
        os.close(file)


def test_the_patterns_are_locked_by_one_at_a_time(tmp_path: Path) -> None:
    """Another waits, then gives up; when the block ends, the lock is free."""
    with (
        program_notes.lock_patterns(tmp_path),
        pytest.raises(StoreBusy),
        program_notes.lock_patterns(tmp_path, seconds=0.02),
    ):
        pytest.fail("held twice")
    with program_notes.lock_patterns(tmp_path, seconds=0), pytest.raises(StoreBusy), hold_lock(tmp_path, "programs"):
        pytest.fail("held twice")
