"""The gate's file: whole or not at all, and what it says is what was written."""

import os
from pathlib import Path

import pytest

from twiceshy.archive import rules_file
from twiceshy.archive.rules_file import GateRule
from twiceshy.base.errors import StoreUnwritable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


ONE = GateRule(b"c12345678", "aa", "warn", 0.9, "", "", "one")
TWO = GateRule(b"c12345678", "bb", "inform", 0.5, "short:9", "", "two")


def test_what_is_not_there_is_empty(folder: Path) -> None:
    """Nor is it made by looking; a file that is no database has no rules."""
    assert (rules_file.read(folder), rules_file.read_settings(folder), list(folder.iterdir())) == ([], "", [])
    (folder / "rules.db").write_bytes(b"x" * 5000)
    assert (rules_file.read(folder), rules_file.read_settings(folder)) == ([], "")


def test_rules_are_replaced_whole_and_private(folder: Path) -> None:
    """Nobody else reads the file, and nothing is left beside it."""
    rules_file.write(folder, [ONE], "budget=2")
    rules_file.write(folder, [TWO, ONE], "budget=5")

    assert rules_file.read(folder) == [ONE, TWO]
    assert rules_file.read_settings(folder) == "budget=5"
    assert [path.name for path in folder.iterdir()] == ["rules.db"]
    assert (folder / "rules.db").stat().st_mode & 0o777 == 0o600


def test_taking_one_out_leaves_the_rest(folder: Path) -> None:
    """With the settings; what is not there changes nothing."""
    rules_file.write(folder, [ONE, TWO], "budget=5")

    assert rules_file.remove_rules(folder, {"aa", "cc"}) == 1
    assert (rules_file.read(folder), rules_file.read_settings(folder)) == ([TWO], "budget=5")
    assert rules_file.remove_rules(folder, {"cc"}) == 0


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
def test_a_folder_that_is_gone_is_told(folder: Path) -> None:
    """And what was there stays."""
    with pytest.raises(StoreUnwritable):
        rules_file.write(folder / "gone", [ONE], "")


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
def test_a_file_in_the_folder_s_place_is_told(tmp_path: Path) -> None:
    """As any other folder that cannot be written."""
    (tmp_path / "data").write_bytes(b"mine")
    with pytest.raises(StoreUnwritable):
        rules_file.write(tmp_path / "data", [ONE], "")
