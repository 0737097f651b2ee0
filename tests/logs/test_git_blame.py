"""Whence each line of a file is, as git says."""

from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo, words

from twiceshy.base.errors import SourceError
from twiceshy.logs.git_blame import read_line_commits


def test_lines_know_their_commit_and_the_one_before(tmp_path: Path) -> None:
    """Through a rename, with a name that git quotes; white space is nothing."""
    repo = Repo(tmp_path / "web").started()
    repo.write("old name.py", words("a", 6))
    first = repo.commit("Begin")
    repo.git("mv", "old name.py", "größe.py")
    repo.write("größe.py", [*words("a", 5), "  " + words("a", 6)[5], "last = 1"])
    second = repo.commit("Rename")

    rows = read_line_commits(repo.path, second, "größe.py")

    assert [(one.commit, one.line) for one in rows] == [(first, at) for at in range(1, 7)] + [(second, 7)]
    assert (rows[0].path, rows[0].before, rows[0].boundary) == ("old name.py", "", True)
    assert (rows[-1].path, rows[-1].before, rows[-1].before_path) == ("größe.py", first, "old name.py")
    assert rows[-1].text == "last = 1"

    with pytest.raises(SourceError, match="no such path"):
        read_line_commits(repo.path, second, "nothing.py")
