"""What hooks of git wrote comes into the store once, for the project that its repository belongs to."""

import json
import os
import time
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.git_hook_record import write_hooked
from twiceshy.archive.note_rows import read_git_notes
from twiceshy.base.config import Config, load
from twiceshy.logs.history.fold_git_notes import GitFoldCounts, fold_git_notes
from twiceshy.logs.projects import find_project
from twiceshy.records.git_hooks import HookedRepository

ID = "0011223344556677"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


@pytest.fixture
def project(config: Config, tmp_path: Path) -> str:
    """A repository whose hooks are recorded, with a remote, so that no git is needed to name it."""
    top = tmp_path / "shop"
    (top / ".git").mkdir(parents=True)
    (top / ".git" / "config").write_text('[remote "origin"]\n\turl = https://example.org/ann/shop\n')
    (config.home / "spool").mkdir(parents=True)
    write_hooked(config.home, [HookedRepository(id=ID, common=str(top / ".git"), top=str(top))])
    return find_project(top).identity


def spool(config: Config, *hashes: str, repository: str = ID) -> None:
    with (config.home / "spool" / "git-boot-1.lines").open("a") as file:
        for one in hashes:
            line = {"e": "post-commit", "i": repository, "s": "1700000000", "h": one * 40, "w": "", "p": "", "x": ""}
            file.write("\n" + json.dumps(line))


def hashes_of(config: Config, project: str) -> set[str]:
    with Store.open(config.home, readonly=True) as store:
        return {(one.hash or "")[:1] for one in read_git_notes(store.connection, project)}


def test_a_note_is_stored_once_for_its_project(config: Config, project: str) -> None:
    """However often it is read: the file stays until nobody can write to it any more."""
    spool(config, "a", "b")

    assert fold_git_notes(config) == GitFoldCounts(2, 0, 0)
    assert fold_git_notes(config) == GitFoldCounts(0, 0, 0)
    assert hashes_of(config, project) == {"a", "b"}


def test_a_line_that_comes_while_it_is_read_is_not_lost(config: Config, project: str) -> None:
    """A hook that had the file open writes to it under its new name."""
    spool(config, "a")
    fold_git_notes(config)
    (taken,) = (config.home / "spool").glob("git-*.read")
    late = {"e": "post-commit", "i": ID, "s": "1700000001", "h": "c" * 40, "w": "", "p": "", "x": ""}
    with taken.open("a") as file:
        file.write("\n" + json.dumps(late))

    fold_git_notes(config)

    assert hashes_of(config, project) == {"a", "c"}


def test_a_file_that_was_read_goes_when_nobody_writes_to_it(
    config: Config, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A minute is long for a hook."""
    spool(config, "a")
    fold_git_notes(config)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)

    fold_git_notes(config)

    assert list((config.home / "spool").glob("git-*")) == []
    assert hashes_of(config, project) == {"a"}


def test_a_project_that_is_switched_off_leaves_nothing(config: Config, project: str, tmp_path: Path) -> None:
    """The hook itself does not read a project's settings: they may be anything."""
    settings = tmp_path / "shop" / ".twiceshy"
    settings.mkdir()
    (settings / "config.toml").write_text("enabled = false\n")
    spool(config, "a")

    assert fold_git_notes(config) == GitFoldCounts(0, 0, 1)


def test_notes_of_a_work_tree_that_is_gone_are_kept(config: Config, project: str, tmp_path: Path) -> None:
    """Its commits are in the folder that all work trees share."""
    common = str(tmp_path / "shop" / ".git")
    write_hooked(config.home, [HookedRepository(id=ID, common=common, top=str(tmp_path / "gone"))])
    (tmp_path / "shop" / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    for name in ("objects", "refs"):
        (tmp_path / "shop" / ".git" / name).mkdir()
    spool(config, "a")

    assert fold_git_notes(config) == GitFoldCounts(1, 0, 0)
    assert hashes_of(config, project) == {"a"}


def test_a_repository_that_nobody_knows_has_no_notes(config: Config, project: str) -> None:
    """Its hooks belong to a record that is gone."""
    spool(config, "a", repository="f" * 16)

    assert fold_git_notes(config) == GitFoldCounts(0, 0, 1)
