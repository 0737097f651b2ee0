"""logs.history: commits made before recording began, and messages that were read by halves."""

import subprocess
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.reads.commits import read_stored_commits
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.logs.collect.read_commits import read_commits
from twiceshy.logs.history.backfill_commits import backfill
from twiceshy.logs.history.new_commits import collect_commits, make_scrubber

IDENTITY = "remote:git.example.test/shop/web"


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Five commits of a project with a remote."""
    folder = tmp_path / "web"
    git(tmp_path, "init", "-q", "-b", "main", "web")
    git(folder, "remote", "add", "origin", "git@git.example.test:shop/web.git")
    for number in range(5):
        (folder / "a.txt").write_text(f"line {number}\n")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", f"Change {number}\n\nWhy {number}.")
    return folder


def list_subjects(config: Config) -> list[str]:
    with Store.open(config.home, readonly=True) as store:
        return sorted(one.subject for one in read_stored_commits(store.connection, IDENTITY))


def test_the_newest_come_first_and_all_come_later(config: Config, repo: Path) -> None:
    """Nothing is stored twice, and nothing behind what is stored is left out."""
    told: list[tuple[int, int]] = []
    first = backfill(config, repo, 2)
    rest = backfill(config, repo, 0, lambda done, total: told.append((done, total)))
    again = backfill(config, repo, 0)

    assert (first.found, first.new, rest.stored_before, rest.new, again.new) == (2, 2, 2, 3, 0)
    assert told == [(0, 3)]
    assert list_subjects(config) == [f"Change {number}" for number in range(5)]


def test_the_branch_of_a_commit_is_known_where_it_was_made(config: Config, repo: Path, tmp_path: Path) -> None:
    """Another clone of the same project does not know it."""

    def count_branches() -> dict[str | None, int]:
        with Store.open(config.home, readonly=True) as store:
            return dict(store.connection.execute("SELECT branch, count(*) FROM commit_ GROUP BY branch").fetchall())

    git(tmp_path, "clone", "-q", "--bare", str(repo), "bare.git")
    backfill(config, tmp_path / "bare.git", 0)
    assert count_branches() == {None: 5}
    backfill(config, repo, 0)
    assert count_branches() == {"main": 5}


def test_a_folder_outside_of_repositories_is_said(config: Config, tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(NotFound, match="lies in no git repository"):
        backfill(config, tmp_path, 0)


def test_messages_that_were_read_by_halves_are_completed(config: Config, repo: Path) -> None:
    """By the next learning, and only once where a commit is gone."""
    backfill(config, repo, 0)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.execute("UPDATE commit_ SET body = NULL, tree = NULL")
        connection.execute("UPDATE commit_ SET hash = ? WHERE subject = 'Change 0'", ("0" * 40,))
        connection.execute(
            """INSERT INTO session (uid, agent, native_id, project_id, cwd)
            SELECT x'00', 'codex', 'n', id, ? FROM project""",
            (str(repo),),
        )

    assert collect_commits(config) == 4
    assert collect_commits(config) == 0
    with Store.open(config.home, readonly=True) as store:
        bodies = {one.subject: one.body for one in read_stored_commits(store.connection, IDENTITY)}
    assert bodies == {"Change 0": None} | {f"Change {number}": f"Why {number}." for number in range(1, 5)}


def test_what_a_shallow_clone_lacked_comes_in_later(config: Config, repo: Path, tmp_path: Path) -> None:
    """The commit at the cut is no initial one; after the cut is gone, all are stored."""
    git(tmp_path, "clone", "-q", "--depth", "2", repo.as_uri(), "cut")
    cut = tmp_path / "cut"
    git(cut, "remote", "set-url", "origin", "git@git.example.test:shop/web.git")
    with Store.open(config.home) as store:
        scrubber = make_scrubber(config, store)
        counts = [read_commits(store, scrubber, [str(cut)]).commits]
        roots = [one.subject for one in read_stored_commits(store.connection, IDENTITY) if not one.parents]
        git(cut, "fetch", "-q", "--unshallow", repo.as_uri())
        git(cut, "commit", "-q", "--allow-empty", "-m", "Change 5")
        counts.append(read_commits(store, scrubber, [str(cut)]).commits)

    assert (counts, roots) == ([2, 4], [])
    assert list_subjects(config) == [f"Change {number}" for number in range(6)]
