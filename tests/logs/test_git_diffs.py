"""What commits changed, asked of real scratch repositories."""

from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo

from twiceshy.base.errors import SourceError
from twiceshy.logs.git_diffs import CommitDiff, read_diffs


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "shop").started()


def test_patches_come_in_the_order_asked(repo: Repo) -> None:
    """What is not there is left out; a merge is told against its first parent, and nothing is an empty text."""
    repo.write("a.txt", ["one"])
    first = repo.commit("First")
    repo.git("checkout", "-q", "-b", "side")
    repo.write("b.txt", ["two"])
    side = repo.commit("Side")
    repo.git("checkout", "-q", "main")
    empty = repo.commit("Nothing", "--allow-empty")
    repo.git("merge", "-q", "--no-ff", "side")
    merge = repo.head()
    found = list(read_diffs(repo.path, [merge, "0" * 40, first, empty, side]))

    assert [(one.commit, one.has_parents) for one in found] == [
        (merge, True),
        (first, False),
        (empty, True),
        (side, True),
    ]
    patches = [one.patch or "" for one in found]
    assert [patch[:27] for patch in patches] == [
        "diff --git a/b.txt b/b.txt\n",
        "diff --git a/a.txt b/a.txt\n",
        "",
        "diff --git a/b.txt b/b.txt\n",
    ]
    assert patches[0].endswith("@@ -0,0 +1 @@\n+two\n")
    assert list(read_diffs(repo.path, [])) == list(read_diffs(repo.path, ["0" * 40])) == []


def test_what_git_could_not_end_is_not_told(repo: Repo) -> None:
    """A content is gone: what came before is whole, and the error follows."""
    repo.write("a.txt", ["one"])
    first = repo.commit("First")
    repo.write("a.txt", ["two"])
    second = repo.commit("Second")
    blob = repo.head("HEAD:a.txt")
    (repo.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found: list[CommitDiff] = []

    with pytest.raises(SourceError):
        found.extend(read_diffs(repo.path, [first, second]))  # it holds what came before the error
    assert [one.commit for one in found] in ([first], [first, second])
    assert found[-1].patch is None
