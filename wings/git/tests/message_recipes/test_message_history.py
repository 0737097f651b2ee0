"""A repository's messages: read once, grown by what is new, read anew where its history was rewritten."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo

from twiceshy.base.config import Config, load
from twiceshy.logs.commit_words import Scrub
from twiceshy.logs.described_changes import read_described_changes
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.commits import DescribedChange
from twiceshy_git.message_recipes import message_history
from twiceshy_git.message_recipes.message_history import (
    KnownMessages,
    load_messages,
    messages_path,
    read_kept_messages,
)


def ask(repo: Repo) -> KnownMessages:
    return load_messages(settings(repo), repo.path, locate_repository(repo.path), b"s")


def settings(repo: Repo) -> Config:
    return load({}, os.environ, repo.path)


def list_subjects(known: KnownMessages) -> list[str]:
    return [known.commits.read(number).subject for number in range(len(known.commits.records))]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "web").started()
    for name in ("one", "two"):
        repo.write(f"{name}.py", [name])
        repo.commit(f"Add {name}")
    return repo


def test_it_is_kept_and_grows(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known is not read again; merges and the like teach nothing."""
    assert list_subjects(ask(repo)) == ["Add one", "Add two"]
    read: list[Sequence[str]] = []

    def watch(repo: Path, names: Sequence[str], *, salt: bytes, scrub: Scrub) -> Iterator[DescribedChange]:
        read.append(names)
        return read_described_changes(repo, names, salt=salt, scrub=scrub)

    monkeypatch.setattr(message_history, "read_described_changes", watch)
    assert list_subjects(ask(repo)) == ["Add one", "Add two"]
    assert read == []
    repo.write("three.py", ["three"])
    last = repo.commit("Add three")
    repo.write("three.py", ["four"])
    wip = repo.commit("wip: four")

    assert list_subjects(ask(repo)) == ["Add one", "Add two", "Add three"]
    assert read == [[last, wip]]


def test_a_rewritten_history_is_read_anew(repo: Repo) -> None:
    """Nothing of the old one is left."""
    ask(repo)
    repo.git("commit", "-q", "--amend", "-m", "Add a second one")

    assert list_subjects(ask(repo)) == ["Add one", "Add a second one"]


def test_no_commit_yet(tmp_path: Path) -> None:
    """Nothing is known, and nothing fails."""
    assert list_subjects(ask(Repo(tmp_path / "web").started())) == []


def test_a_damaged_file_is_made_again_and_one_that_cannot_be_written_costs_time(repo: Repo) -> None:
    """Never the answer."""
    ask(repo)
    path = messages_path(settings(repo), locate_repository(repo.path), b"s")
    path.write_bytes(b"\0" * 40)
    assert read_kept_messages(path) is None
    assert list_subjects(ask(repo)) == ["Add one", "Add two"]
    assert read_kept_messages(path) is not None
    path.unlink()
    path.mkdir()
    assert list_subjects(ask(repo)) == ["Add one", "Add two"]


def test_secrets_of_old_commits_are_not_kept(repo: Repo) -> None:
    """Neither of their messages nor of their lines."""
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    repo.write("conf.py", [f'TOKEN = "{token}"'])
    repo.commit("Add a token")
    repo.write("conf.py", ["other = 1"])
    repo.commit(f"Remove {token}")
    ask(repo)

    kept = messages_path(settings(repo), locate_repository(repo.path), b"s").read_bytes()
    assert b"Add a token" in kept
    assert token.encode() not in kept
