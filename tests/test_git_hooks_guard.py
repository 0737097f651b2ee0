"""Scripted commits are all noted and none of memory's is kept: a part of `python -m benchmarks git_hooks`."""

import os
from pathlib import Path

import pytest
from benchmarks.git_hooks import IDENTITY, SETTINGS, GuardFigures, check_guard

from twiceshy.base.config import load


def test_every_scripted_commit_is_noted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Amended, rebased in both of git's ways, picked, reverted, merged, squashed, in two work trees."""
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    (tmp_path / "gitconfig").write_text(SETTINGS)

    found = check_guard(load({}, os.environ, tmp_path), tmp_path / "guard", 40, seed=3)

    assert found.made >= 40
    assert found == GuardFigures(found.made, found.reachable, [], [], [], (0, 0, 0), [])
