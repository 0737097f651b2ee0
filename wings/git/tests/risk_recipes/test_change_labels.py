"""What is known of bad changes: as developers say it, else by what fixes took out."""

from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo

from twiceshy.base.config import Config, load
from twiceshy.logs.change_history import read_change_history
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.change_risk import FixLabel
from twiceshy_git.predict.risk.faulty_work import order_changes
from twiceshy_git.risk_recipes import change_labels
from twiceshy_git.risk_recipes.change_labels import find_labels


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store of its own."""
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with one commit."""
    repo = Repo(tmp_path / "web").started()
    repo.write("cart.py", ["def total(items):", "    return items[0].price"])
    repo.commit("Add carts")
    return repo


def read_labels(config: Config, repo: Repo) -> list[FixLabel]:
    place = locate_repository(repo.path)
    assert place.head
    return find_labels(config, repo.path, place, order_changes(read_change_history(repo.path, place.head)))


def test_a_fix_names_the_commit_whose_line_it_took_out(config: Config, repo: Repo) -> None:
    """A revert that says so is told as one, once."""
    bad = repo.head()
    repo.write("cart.py", ["def total(items):", "    return sum(one.price for one in items)"])
    fix = repo.commit("Fix the total of an empty cart")
    repo.write("cart.py", ["def total(items):", "    return 0"])
    worse = repo.commit("Make it faster")
    repo.write("cart.py", ["def total(items):", "    return sum(one.price for one in items)"])
    back = repo.commit("Fix carts", "-m", f"This reverts commit {worse}.")

    assert [(one.commit, one.by, one.source) for one in read_labels(config, repo)] == [
        (bad, fix, "szz"),
        (worse, back, "revert"),
    ]


def test_only_new_fixes_are_looked_into(config: Config, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the answer is the one of a first reading."""
    repo.write("cart.py", ["def total(items):", "    return sum(one.price for one in items)"])
    first = repo.commit("Fix the total of an empty cart")
    asked: list[list[str]] = []
    trace = change_labels.trace_origins

    def note(*words: object) -> dict[str, list[str]]:
        asked.append(list(words[2]))  # type: ignore[call-overload]
        return trace(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(change_labels, "trace_origins", note)
    read_labels(config, repo)
    repo.write("cart.py", ["def total(items):", "    return sum(one.price or 0 for one in items)"])
    second = repo.commit("Fix carts of free things")
    found = read_labels(config, repo)
    read_labels(config, repo)
    for path in config.cache.rglob("*.fixes"):
        path.write_text("no JSON")

    assert asked == [[first], [second]]
    assert read_labels(config, repo) == found
    assert asked[2] == [first, second]


def test_where_developers_name_what_was_bad_nothing_is_guessed(
    config: Config, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty trailers are a habit; here one is."""
    monkeypatch.setattr(change_labels, "_ENOUGH_SAID", 1)
    bad = repo.head()
    for number, words in enumerate(("", f"Fixes: {bad[:12]}")):
        repo.write("cart.py", ["def total(items):", f"    return {number}"])
        repo.commit(f"Fix {number}", "-m", words)

    assert {one.source for one in read_labels(config, repo)} == {"trailer"}
