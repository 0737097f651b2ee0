"""A repository's changes become a table, oldest first."""

from pathlib import Path

import pytest
from tests.flows.setup.git_builders import make_commit, make_repository, run_git

from twiceshy.config import Config, load
from twiceshy.errors import NotFound
from twiceshy.flows.risk.change_table import read_change_table


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store of its own."""
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


def test_each_change_has_a_row_and_what_became_of_it_a_label(config: Config, tmp_path: Path) -> None:
    """Read from git alone; there need not be a store."""
    repo = make_repository(tmp_path / "web")
    bad = make_commit(repo, "one\n")
    fix = make_commit(repo, "two\n", "-m", f"Fixes: {bad[:12]}")
    found = read_change_table(config, repo)

    assert [(row.id, row.added, row.removed) for row in found.rows] == [(bad, 1, 0), (fix, 1, 1)]
    assert [(label.commit, label.by, label.source) for label in found.labels] == [(bad, fix, "trailer")]
    assert all(len(row.values) == len(found.columns) for row in found.rows)


def test_a_repository_without_commits_is_said(config: Config, tmp_path: Path) -> None:
    """It has nothing to learn from."""
    with pytest.raises(NotFound, match="no commit yet"):
        read_change_table(config, make_repository(tmp_path / "web"))


def test_where_a_shallow_clone_ends_nothing_was_added(config: Config, tmp_path: Path) -> None:
    """Git shows the whole tree as new there: it is no row, and the table says that the history is cut off."""
    repo = make_repository(tmp_path / "web")
    hashes = [make_commit(repo, text) for text in ("one\n", "two\n", "three\n")]
    run_git(tmp_path, "clone", "-q", "--depth", "2", repo.as_uri(), "clone")
    found = read_change_table(config, tmp_path / "clone")

    assert [row.id for row in found.rows] == hashes[2:]
    assert found.doubts[0].startswith("the clone is shallow: git has 2 commits and cut the history off at one commit")
    assert read_change_table(config, repo).doubts == ()
