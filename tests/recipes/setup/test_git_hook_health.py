"""`doctor` says which hooks of git are missing, and writes them again."""

import shutil
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import do_install, list_files, make_repository

from twiceshy.base.config import Config
from twiceshy.recipes.setup.health import check_git_hooks, repair_git_hooks
from twiceshy.records.upkeep import CheckState


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "shop")


@pytest.fixture
def config(top: Path) -> Config:
    return do_install(top)


def states_of(config: Config) -> list[CheckState]:
    return [check.state for check in check_git_hooks(config)]


def test_what_is_missing_is_written_again(config: Config, top: Path) -> None:
    """Somebody's clean-up took a hook away."""
    before = list_files(top)
    assert states_of(config) == [CheckState.OK]
    (top / ".git" / "hooks" / "post-commit").unlink()

    (check,) = check_git_hooks(config)

    assert (check.state, "post-commit" in check.words) == (CheckState.PROBLEM, True)
    assert len(repair_git_hooks(config)) == 1
    assert list_files(top) == before
    assert repair_git_hooks(config) == []


def test_a_hook_that_a_person_changed_is_left(config: Config, top: Path) -> None:
    """It is named, and repairing does not touch it."""
    path = top / ".git" / "hooks" / "post-merge"
    path.write_bytes(path.read_bytes() + b"echo mine\n")
    before = list_files(top)

    (check,) = check_git_hooks(config)

    assert (check.state, "post-merge" in check.words) == (CheckState.NOTE, True)
    assert repair_git_hooks(config) == []
    assert list_files(top) == before


def test_a_repository_that_is_gone_is_no_problem(config: Config, top: Path) -> None:
    """Nothing can be missing there."""
    shutil.rmtree(top)

    assert states_of(config) == [CheckState.OK]
    assert repair_git_hooks(config) == []
