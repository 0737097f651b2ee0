"""archive.atomic_files and ambiguous_ids: whole or not at all, private, and errors that say what to do."""

import os
from pathlib import Path

import pytest

from twiceshy.archive import atomic_files
from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.base.errors import StoreUnwritable
from twiceshy.records.ids import IdPrefix


def test_a_file_is_replaced_whole_and_private(tmp_path: Path) -> None:
    """With its folders; nothing is left beside it."""
    path = tmp_path / "models" / "one" / "a.bin"
    atomic_files.write(path, b"first")
    atomic_files.write(path, b"2")

    assert atomic_files.read(path) == b"2"
    assert list(path.parent.iterdir()) == [path]
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o600
        assert {folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)} == {0o700}


def test_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    """To read, to list or to remove."""
    assert atomic_files.read(tmp_path / "a") is None
    assert atomic_files.list_names(tmp_path / "none", ".bin") == []
    assert not atomic_files.remove(tmp_path / "a")


def test_files_and_empty_folders_are_removed(tmp_path: Path) -> None:
    """A folder with something in it is an error, and stays."""
    path = tmp_path / "models" / "a"
    atomic_files.write(path, b"x")
    with pytest.raises(StoreUnwritable):
        atomic_files.remove(path.parent)
    assert atomic_files.remove(path)
    assert atomic_files.remove(path.parent)
    assert not path.parent.exists()


def test_names_are_listed_in_order_without_their_ending(tmp_path: Path) -> None:
    """Other files are not."""
    for name in ("b.bin", "a.bin", "c.txt"):
        (tmp_path / name).write_bytes(b"")
    assert atomic_files.list_names(tmp_path, ".bin") == ["a", "b"]


def test_where_nothing_can_be_written_nothing_changes(tmp_path: Path) -> None:
    """A file stands where a folder should be."""
    (tmp_path / "models").write_bytes(b"mine")
    with pytest.raises(StoreUnwritable, match="Nothing was changed"):
        atomic_files.write(tmp_path / "models" / "a", b"x")
    assert (tmp_path / "models").read_bytes() == b"mine"


def test_an_id_that_nothing_or_several_have_is_an_error() -> None:
    """The first few are named; whether there are more is said."""
    start = IdPrefix("s", "ab")
    assert "`twiceshy sessions`" in str(make_id_error(start, [], "twiceshy sessions"))
    few = str(make_id_error(start, ["one", "two"], "x"))
    assert "s-ab" in few
    assert few.split("\n")[1:] == ["  one", "  two"]
    named = len(str(make_id_error(start, ["x"] * 99, "x")).split("\n")) - 2
    assert 5 < named < 20
    assert str(make_id_error(start, ["x"] * (named + 1), "x")).endswith("…")
    assert not str(make_id_error(start, ["x"] * named, "x")).endswith("…")
