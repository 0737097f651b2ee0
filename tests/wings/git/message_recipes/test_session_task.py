"""The session's task finds its way into what may be written."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest
from tests.judgement.outcomes.workbench import Repo

from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.base.errors import StoreCorrupt
from twiceshy.wings.git.message_recipes import session_task

NOW = datetime(2026, 11, 13, tzinfo=UTC)


def test_without_a_store_or_files_there_is_no_task(scratch_home: Path, tmp_path: Path) -> None:
    """And nothing is made for it."""
    repo = Repo(tmp_path / "web").started()
    config = load({}, os.environ, repo.path)

    assert session_task.find_session_task(config, repo.path, ["a.py"], NOW) == ""
    assert not (config.home / "archive.db").exists()


def test_prompts_are_joined_and_a_damaged_store_is_none(
    scratch_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`doctor` says what is wrong with it; a message is offered all the same."""
    repo = Repo(tmp_path / "web").started()
    config = load({}, os.environ, repo.path)
    asked: list[object] = []

    class Opened:
        connection = "connection"

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            return None

    def find(*words: object) -> list[str]:
        asked.extend(words)
        return ["mend the cart", "see #7"]

    monkeypatch.setattr(session_task, "has_store", lambda _: True)
    monkeypatch.setattr(Store, "open", lambda *_, **__: Opened())
    monkeypatch.setattr(session_task, "find_asked_words", find)
    assert session_task.find_session_task(config, repo.path, ["a.py"], NOW) == "mend the cart\nsee #7"
    assert asked[2:] == [["a.py"], datetime(2026, 11, 12, tzinfo=UTC)]

    def fail(*_: object, **__: object) -> Opened:
        raise StoreCorrupt("it is damaged")

    monkeypatch.setattr(Store, "open", fail)
    assert session_task.find_session_task(config, repo.path, ["a.py"], NOW) == ""
