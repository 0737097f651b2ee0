"""From a repository to the store and back: each commit once, scrubbed, and nothing that was forgotten."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from twiceshy.archive.commit_rows import add_commits
from twiceshy.archive.db import Store
from twiceshy.archive.reads.commits import read_stored_commits, read_tips
from twiceshy.logs.collect import read_commits as flow
from twiceshy.logs.collect.read_commits import read_commits
from twiceshy.logs.git import read_commits as read_repository
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.recipes.demo.sample_project import make_secrets
from twiceshy.records.commits import CommitSummary

IDENTITY = "remote:git.example.test/shop/web"
TOKEN = make_secrets(1)["code host token"]


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()


def change(repo: Path, text: str, message: str = "Change") -> str:
    (repo / "a.txt").write_text(text)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", message)
    return git(repo, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "remote", "add", "origin", "git@git.example.test:shop/web.git")
    return folder


def test_folders_outside_of_any_repository_give_nothing(store: Store, scrubber: Scrubber, tmp_path: Path) -> None:
    """Gone, of another system, or simply folders."""
    assert read_commits(store, scrubber, ["/gone", "C:\\x", "", str(tmp_path)]) == CommitSummary()


def test_commits_are_stored_once_however_often_they_are_read(store: Store, scrubber: Scrubber, repo: Path) -> None:
    """Through any folder of the repository; only new ones the next time."""
    (repo / "src").mkdir()
    first = change(repo, "one\n")
    folders = [str(repo), str(repo / "src")]

    assert read_commits(store, scrubber, folders) == CommitSummary(projects=1, commits=1)
    assert read_commits(store, scrubber, folders) == CommitSummary(projects=1, commits=0)
    second = change(repo, "two\n")
    assert read_commits(store, scrubber, folders) == CommitSummary(projects=1, commits=1)
    assert [one.hash for one in read_stored_commits(store.connection, IDENTITY)] == [first, second]
    assert read_tips(store.connection, IDENTITY) == {second}


def test_what_is_read_back_is_what_git_told(store: Store, scrubber: Scrubber, repo: Path) -> None:
    """Parents, times, trailers, numbers and hashes survive the store; the branch is from the clone's own notes."""
    change(repo, "one\n")
    change(repo, "one\ntwo\n", "Add two\n\nRefs: #2\nRefs: #3")
    read_commits(store, scrubber, [str(repo)])
    read = {one.hash: replace(one, branch="main") for one in read_repository(repo, salt=store.salt)}

    assert {one.hash: one for one in read_stored_commits(store.connection, IDENTITY)} == read


def test_secrets_of_commits_are_not_stored(store: Store, scrubber: Scrubber, repo: Path) -> None:
    """Neither of the subject, nor of trailers, nor of names."""
    (repo / f"{TOKEN}.txt").touch()
    change(repo, "one\n", f"Use {TOKEN}\n\nNote: token {TOKEN}")
    read_commits(store, scrubber, [str(repo)])
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert len(list(read_stored_commits(store.connection, IDENTITY))) == 1
    assert [p for p in store.home.rglob("*") if p.is_file() and TOKEN.encode() in p.read_bytes()] == []


def test_an_interrupted_reading_goes_on(
    store: Store, scrubber: Scrubber, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is missing afterwards, nothing is there twice."""
    names = [change(repo, f"{n}\n") for n in range(7)]
    monkeypatch.setattr(flow, "AT_ONCE", 2)
    calls = iter(range(9))

    def interrupted(*words: object) -> int:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return add_commits(*words)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(flow, "add_commits", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_commits(store, scrubber, [str(repo)])
    stored = len(list(read_stored_commits(store.connection, IDENTITY)))
    summary = read_commits(store, scrubber, [str(repo)])

    assert (stored, summary.commits) == (4, 3)
    assert sorted(one.hash for one in read_stored_commits(store.connection, IDENTITY)) == sorted(names)


def test_forgotten_commits_do_not_come_back(store: Store, scrubber: Scrubber, repo: Path) -> None:
    """A time that the user had forgotten stays empty."""
    change(repo, "one\n")
    with store.begin_writing() as connection:
        connection.execute(
            "INSERT INTO forgotten (until_at, forgotten_at) VALUES ('9999-01-01T00:00:00.000Z', '2026-01-01T00:00:00Z')"
        )

    assert read_commits(store, scrubber, [str(repo)]).commits == 0


def test_a_repository_that_cannot_be_read_does_not_stop_the_others(
    store: Store, scrubber: Scrubber, repo: Path, tmp_path: Path
) -> None:
    """It is named with its reason."""
    change(repo, "one\n")
    broken = tmp_path / "broken"
    git(tmp_path, "init", "-q", "broken")
    (broken / ".git" / "HEAD").write_text("rubbish")

    summary = read_commits(store, scrubber, [str(broken), str(repo)])
    assert (summary.projects, summary.commits, [name for name, _ in summary.failed]) == (2, 1, [str(broken)])
