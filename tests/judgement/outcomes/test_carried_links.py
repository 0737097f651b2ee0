"""Links go over to what took a commit's place, with all sessions of a squash, and never by guess."""

from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo, Worker, words

from twiceshy.judgement.outcomes.commit_copies import RANGE, REWRITTEN, Rewrite, carry_links
from twiceshy.judgement.outcomes.commit_links import link
from twiceshy.records.commits import Link


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "web").started()
    repo.write("base.py", words("base"))
    repo.commit("Begin")
    return repo


def carry(repo: Repo, rewrites: list[Rewrite], *workers: Worker) -> dict[tuple[str, str], Link]:
    """Return the links by session and commit."""
    stored = repo.stored()
    traces = [worker.trace() for worker in workers]
    links = link(traces, stored)
    found = carry_links(links, rewrites, traces, {one.hash: one for one in stored})
    return {(one.session.decode(), one.commit_hash): one for one in found}


def squash(repo: Repo, keep: str) -> str:
    """Return a commit beside the branch with some of its files."""
    repo.git("switch", "-q", "--orphan", "other")
    repo.git("checkout", "-q", "main", "--", *keep.split())
    return repo.commit("Squashed")


def test_a_squash_has_the_sessions_of_all_its_parts(repo: Repo) -> None:
    """With the evidence, and the lines of each."""
    one, two = Worker(repo, "one").edit("a.py", words("a")), Worker(repo, "two")
    first = one.commit("Add a")
    second = two.edit("b.py", words("b")).commit("Add b")
    new = squash(repo, "a.py b.py")
    found = carry(repo, [Rewrite(first, new, RANGE), Rewrite(second, new, RANGE)], one, two)

    assert {pair for pair in found if pair[1] == new} == {("one", new), ("two", new)}
    assert found["one", new].evidence[0] == (RANGE, f"from {first[:12]}")
    assert found["one", new].lines_shared == 12


def test_nothing_is_carried_where_none_of_its_lines_came_along(repo: Repo) -> None:
    """What is left is another's work."""
    one, two = Worker(repo, "one").edit("a.py", words("a")), Worker(repo, "two")
    first = one.commit("Add a")
    second = two.edit("b.py", words("b")).commit("Add b")
    new = squash(repo, "b.py")
    found = carry(repo, [Rewrite(first, new, RANGE), Rewrite(second, new, RANGE)], one, two)

    assert {pair for pair in found if pair[1] == new} == {("two", new)}


def test_a_commit_that_only_takes_away_is_carried_by_git_s_word(repo: Repo) -> None:
    """It has no lines to be known by."""
    worker = Worker(repo, "one")
    (repo.path / "base.py").unlink()
    old = worker.commit("Drop base")
    repo.git("switch", "-q", "--orphan", "other")
    repo.write("c.py", words("c"))
    new = repo.commit("Without base")

    assert ("one", new) in carry(repo, [Rewrite(old, new, REWRITTEN)], worker)
    assert ("one", new) not in carry(repo, [], worker)
