"""On a repository's first day a model of public histories answers for changes of code, and says that it does."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_repository

from twiceshy.base.config import Config, load
from twiceshy_git.risk_recipes.tell_risk import tell_commit_risks

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store of its own."""
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


def build_history(top: Path, commits: int) -> Path:
    """Make a repository with so many commits of ever more code, one a day; the newest changes a document alone."""
    lines = []
    for number in range(commits):
        name = "notes.md" if number == commits - 1 else f"part{number % 4}.c"
        text = "".join(f"value_{row} = {number}\n" for row in range(3 + number))
        lines += ["commit refs/heads/main", f"committer A <a@example.org> {1_767_225_600 + number * 86_400} +0000"]
        lines += [f"data {len('more values')}", "more values", f"M 644 inline {name}", f"data {len(text)}", text]
    repo = make_repository(top)
    subprocess.run(["git", "-C", repo, "fast-import", "--quiet"], input="\n".join(lines), text=True, check=True)
    subprocess.run(["git", "-C", repo, "symbolic-ref", "HEAD", "refs/heads/main"], check=True)
    return repo


def test_a_young_repository_is_told_its_risk_by_public_histories(config: Config, tmp_path: Path) -> None:
    """With what is missing as a note; of a document nothing is said but its size."""
    told = tell_commit_risks(config, build_history(tmp_path / "web", 30), [], NOW, most=3, by_line=False)
    document, *code = told.answers

    assert [one.model for one in code] == ["general", "general"]
    assert all(one.lent is not None and one.lent.histories >= 5 for one in code)
    assert all(" public histories (" in one.words and one.probability is not None for one in code)
    assert (document.probability, document.words.partition(":")[0]) == (None, "documents alone")
    assert told.notes[0].startswith("too few changes of this repository's own were fixed for a model of it: ")


def test_of_few_commits_no_risk_is_told(config: Config, tmp_path: Path) -> None:
    """Below twenty changes there is nothing to compare one with."""
    told = tell_commit_risks(config, build_history(tmp_path / "web", 12), [], NOW, most=3, by_line=False)

    assert {one.probability for one in told.answers} == {None}
    assert told.notes[0].startswith("no risk can be told: ")
