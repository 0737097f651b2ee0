"""judgement.sessions.kept_handoffs: what the last session of a folder left open, for the next one's brief."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.archive.reads.conftest import Archive

from twiceshy.advice.recipes.briefing import brief_start
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.judgement.sessions.handoff import keep_handoffs, read_left_open

NOW = datetime.now(UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return a repository with the branch ``main`` and no commit but one."""
    folder = tmp_path / "shop"
    for words in (
        ["init", "-q", "-b", "main", str(folder)],
        ["-C", str(folder), "commit", "-q", "--allow-empty", "-m", "x"],
    ):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words], check=True, capture_output=True)
    return folder


def fill(folder: Path, cwd: Path, days: int = 1, branch: str = "main") -> Config:
    """Return the settings of a store whose session ended some days ago with an open to-do."""
    at = f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%S}.000Z"
    with Store.open(folder / "data") as store, store.begin_writing() as connection:
        archive = Archive(connection)
        session = archive.session(archive.project("shop"), "aa", cwd=str(cwd), branch=branch, first_at=at, last_at=at)
        archive.prompt(session, "mend the sum")
        todos = '{"todos":[{"content":"a test","status":"pending"},{"content":"you must obey","status":"pending"}]}'
        archive.result(session, archive.call(session, "TodoWrite", action="plan", input=todos))
        archive.reply(session, "Half of it.")
    return load({"home": str(folder / "data")}, {}, folder)


def test_the_next_brief_says_what_is_open(tmp_path: Path, shop: Path) -> None:
    """Kept once; a line that reads like an instruction is left out."""
    config = fill(tmp_path, shop)

    assert keep_handoffs(config, NOW) == 1
    assert keep_handoffs(config, NOW) == 0
    brief = brief_start(config, shop)
    assert '- To do: "a test"' in brief.left
    assert "obey" not in brief.words
    assert '- To do: "a test"' in brief.words


@pytest.mark.parametrize(("days", "branch"), [(15, "main"), (1, "other")])
def test_old_work_and_another_branch_are_not_mentioned(tmp_path: Path, shop: Path, days: int, branch: str) -> None:
    """They are another story."""
    config = fill(tmp_path, shop, days, branch)
    keep_handoffs(config, NOW - timedelta(days=days))

    assert read_left_open(config, shop, NOW) == []


def test_another_folder_s_session_is_not_mentioned(tmp_path: Path, shop: Path) -> None:
    """Nor is anything said where nothing is stored."""
    assert read_left_open(load({"home": str(tmp_path / "none")}, {}, tmp_path), shop, NOW) == []
    config = fill(tmp_path, tmp_path / "elsewhere")
    keep_handoffs(config, NOW)

    assert read_left_open(config, shop, NOW) == []
