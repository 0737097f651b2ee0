"""A salt is made once, kept private, and never quietly replaced."""

import stat
from pathlib import Path

import pytest

from twiceshy.errors import StoreCorrupt, StoreUnwritable
from twiceshy.store.salt import salt_of


def test_a_salt_stays_what_it_is_and_is_private(tmp_path: Path) -> None:
    """The second call reads what the first has made; nobody else may."""
    first = salt_of(tmp_path)

    assert len(first) == 32
    assert first == salt_of(tmp_path)
    assert stat.S_IMODE((tmp_path / "salt").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["salt"]


def test_two_folders_have_different_salts(tmp_path: Path) -> None:
    """Hashes of two installations cannot be compared."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert salt_of(tmp_path / "a") != salt_of(tmp_path / "b")


def test_a_cut_salt_is_an_error_and_is_not_replaced(tmp_path: Path) -> None:
    """A new salt would make everything stored unlinkable: only a person may decide that."""
    (tmp_path / "salt").write_bytes(b"short")

    with pytest.raises(StoreCorrupt, match="5 bytes instead of 32"):
        salt_of(tmp_path)
    assert (tmp_path / "salt").read_bytes() == b"short"


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    """Nothing is made outside the data folder."""
    with pytest.raises(StoreUnwritable, match="cannot be made"):
        salt_of(tmp_path / "none")
