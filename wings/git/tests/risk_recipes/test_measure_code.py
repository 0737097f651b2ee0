"""The code of commits and of what is staged is measured alike, once, and nothing of it is run."""

from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_repository, run_git

from twiceshy.base.config import Config, load
from twiceshy.logs import changed_texts
from twiceshy_git.predict.risk.groups.code_shapes import CodeShapes
from twiceshy_git.risk_recipes import measure_code
from twiceshy_git.risk_recipes.measure_code import measure_changes, measure_texts

BEFORE = "def f(a):\n    return a\n"
AFTER = "import hashlib\ndef f(a: int) -> str:\n    if a:\n        return hashlib.md5(a).hexdigest()\n"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store of its own."""
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with a file of Python."""
    repo = make_repository(tmp_path / "web")
    write(repo, BEFORE)
    run_git(repo, "commit", "-qm", "one")
    return repo


def write(repo: Path, text: str) -> None:
    (repo / "a.py").write_text(text)
    (repo / "a.c").write_text(text)
    run_git(repo, "add", "-A")


def test_a_commit_and_what_is_staged_have_the_same_numbers(config: Config, repo: Path) -> None:
    """They are the same change."""
    write(repo, AFTER)
    staged = measure_texts(config, changed_texts.read_staged(repo))
    run_git(repo, "commit", "-qm", "two")
    head = run_git(repo, "rev-parse", "HEAD").strip()

    assert measure_changes(config, repo, [head]) == {head: staged}
    assert (staged["function_count"], staged["call_count_delta"], staged["cyclomatic_complexity"]) == (1, 2, 2)
    assert (staged["type_coverage_ratio"], staged["has_weak_crypto"]) == (1, True)
    assert {*staged} <= {column.name for column in CodeShapes.columns}


def test_a_change_is_measured_once(config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look reads what is kept."""
    head = run_git(repo, "rev-parse", "HEAD").strip()
    first = measure_changes(config, repo, [head])
    monkeypatch.setattr(measure_code.CodeMeasurer, "look", None)

    assert measure_changes(config, repo, [head]) == first != {}


def test_of_an_import_nothing_is_said(config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of it would stand for all."""
    head = run_git(repo, "rev-parse", "HEAD").strip()
    monkeypatch.setattr(measure_code, "_MOST_FILES", 0)

    assert measure_changes(config, repo, [head]) == {}


def test_a_long_history_is_measured_piece_by_piece(config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first; until all of it is measured nothing is told, as a part would tell new changes from old ones."""
    for number in range(3):
        write(repo, AFTER + f"x = {number}\n")
        run_git(repo, "commit", "-qm", "more")
    commits = run_git(repo, "rev-list", "--reverse", "HEAD").split()
    whole = measure_changes(load({"home": str(repo / "other")}, {}, repo), repo, commits)
    monkeypatch.setattr(measure_code, "_AT_ONCE", 1)
    told = [measure_changes(config, repo, commits, most=2) for _ in range(3)]

    assert told == [{}, whole, whole]
    assert [*whole] == commits
    monkeypatch.setattr(measure_code, "_MOST_CHANGES", 3)
    assert measure_changes(load({"home": str(repo / "third")}, {}, repo), repo, commits) == {}
    assert measure_changes(config, repo, commits) == whole


def test_what_is_not_committed_has_no_commit_to_ask_for(config: Config, repo: Path) -> None:
    """Its word is passed over."""
    assert measure_changes(config, repo, ["staged"]) == {}


def test_all_of_a_history_is_measured_at_once_where_it_is_asked_for(
    config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it is; what one place measured another keeps, and measures no more."""
    write(repo, AFTER)
    run_git(repo, "commit", "-qm", "two")
    run_git(repo, "commit", "-qm", "none", "--allow-empty")
    commits = run_git(repo, "rev-list", "--reverse", "HEAD").split()
    other = load({"home": str(repo / "other")}, {}, repo)
    monkeypatch.setattr(measure_code, "_MOST_CHANGES", 1)
    numbers = measure_code.measure_all(other, repo, commits)
    monkeypatch.setattr(measure_code.CodeMeasurer, "look", None)

    measure_code.keep_measured(config, repo, numbers)

    assert [*numbers] == commits
    assert numbers[commits[-1]] == {}
    assert measure_changes(config, repo, commits) == {one: row for one, row in numbers.items() if row} != {}
