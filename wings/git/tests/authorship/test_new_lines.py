"""The lines of a commit that are told new are those that git calls new: on generated histories, always the same."""

from pathlib import Path
from random import Random

import pytest
from benchmarks.attributed_lines import play
from benchmarks.new_lines import judge, read_newest


@pytest.mark.parametrize("seed", [3, 4])
def test_lines_told_new_are_those_of_git(tmp_path: Path, seed: int) -> None:
    """Though each edit was committed before the next one; and its git-ai note keeps the standard's rules."""
    work = play(tmp_path / "h", Random(seed))
    commits = read_newest(work.repo, 1_000)
    found = list(judge(work.repo, commits))

    assert len(commits) > 5
    assert [(one.told, list(one.wrong)) for one in found] == [(one.git, []) for one in found]
    assert sum(one.git for one in found) > 100
