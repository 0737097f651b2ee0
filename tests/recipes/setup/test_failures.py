"""Surfaces ask here whether a failure was ours."""

from pathlib import Path

from twiceshy.base.errors import StoreCorrupt
from twiceshy.recipes.setup import explain_failure


def test_a_bug_is_told_from_damage(tmp_path: Path) -> None:
    """Both ways."""
    assert explain_failure(KeyError("x"), tmp_path) is None

    (tmp_path / "twiceshy.db").write_bytes(b"noise")

    assert isinstance(explain_failure(KeyError("x"), tmp_path), StoreCorrupt)
