"""Which commits took the place of which, by trees, messages and git's own word; and which may be a squash."""

from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo, words

from twiceshy.judgement.outcomes.commit_copies import (
    NAMED,
    REWRITTEN,
    TREE,
    CommitGraph,
    Rewrite,
    find_rewrites,
    list_squash_candidates,
)
from twiceshy.logs.git_ranges import TreePair, read_range_patch_ids


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A first commit, and a branch of two commits on it."""
    repo = Repo(tmp_path / "web").started()
    repo.write("base.py", words("base"))
    repo.commit("Begin")
    repo.git("switch", "-q", "-c", "topic")
    repo.write("a.py", words("a"))
    repo.commit("Add a")
    repo.write("b.py", words("b"))
    repo.commit("Add b")
    return repo


def branch(repo: Repo) -> list[str]:
    return repo.git("rev-list", "--reverse", "main..topic").split()


def test_git_s_own_word_is_followed_through(repo: Repo) -> None:
    """From the first hash to the last, also where the one between is gone."""
    old, new = branch(repo)
    found = find_rewrites(CommitGraph(repo.stored()), [("f" * 40, old), (old, new)])

    assert [one for one in found if one.kind == REWRITTEN] == [
        Rewrite("f" * 40, old, REWRITTEN),
        Rewrite("f" * 40, new, REWRITTEN),
        Rewrite(old, new, REWRITTEN),
    ]


def test_a_squash_onto_an_unmoved_base_has_the_branch_s_tree(repo: Repo) -> None:
    """All commits of the branch are in it, whatever its message says."""
    olds = branch(repo)
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--squash", "topic")
    new = repo.commit("All of it")

    assert find_rewrites(CommitGraph(repo.stored()), []) == [Rewrite(old, new, TREE) for old in reversed(olds)]


def test_a_revert_that_brings_back_a_tree_is_no_rewrite(repo: Repo) -> None:
    """It is built on what it reverts."""
    repo.git("revert", "--no-edit", "HEAD")

    assert find_rewrites(CommitGraph(repo.stored()), []) == []


def test_a_message_that_git_wrote_names_its_source(repo: Repo) -> None:
    """Of a pick with ``-x``, onto a base that moved; a name alone, of other files, is nothing."""
    old = branch(repo)[0]
    repo.git("switch", "-q", "main")
    repo.write("c.py", words("c"))
    repo.commit(f"Add c\n\n(cherry picked from commit {old})")
    repo.git("cherry-pick", "-x", old)

    assert find_rewrites(CommitGraph(repo.stored()), []) == [Rewrite(old, repo.head(), NAMED)]


def test_a_squash_onto_a_moved_base_has_the_patch_of_the_range(repo: Repo) -> None:
    """As a server makes it: git is asked for the patch of base and tip."""
    olds = branch(repo)
    repo.git("switch", "-q", "main")
    repo.write("base.py", ["# moved", *words("base")])
    base_moved = repo.commit("Move")
    repo.git("merge", "-q", "--squash", "topic")
    new = repo.commit("Topic (#7)")
    graph = CommitGraph(repo.stored())

    (only,) = list_squash_candidates(graph, [new])
    pair = TreePair(graph.commits[only.base].tree or "", graph.commits[only.tip].tree or "")
    unknown = TreePair("0" * 40, pair.after)

    assert (only.new, only.olds, only.base) == (new, tuple(olds), graph.commits[base_moved].parents[0])
    assert read_range_patch_ids(repo.path, [pair, unknown]) == {pair: graph.commits[new].patch_id}


def test_a_branch_that_was_merged_is_no_candidate(repo: Repo) -> None:
    """Its commits are behind the head themselves."""
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "topic")

    assert list_squash_candidates(CommitGraph(repo.stored()), [repo.head()]) == []
