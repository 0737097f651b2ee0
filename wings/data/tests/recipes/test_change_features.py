"""Features of one change, of all, and what the columns are; the same history gives the same bytes."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_commit, make_repository, run_git

from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, SourceError
from twiceshy_data.recipes.change_features import (
    FeatureWish,
    is_lines,
    list_feature_forms,
    list_features,
    read_change_features,
    write_features,
)

NOW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One bad change, its fix, and a merge."""
    top = make_repository(tmp_path_factory.mktemp("repositories") / "web")
    bad = make_commit(top, "one\n")
    make_commit(top, "two\n", "-m", f"Fixes: {bad[:12]}")
    run_git(top, "checkout", "-qb", "side", "HEAD~1")
    run_git(top, "merge", "-q", "-s", "ours", "-m", "join", "main")
    return top


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


def write(config: Config, repo: Path, wish: FeatureWish) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return rows and columns as a reader of CSV has them."""
    rows, about = io.BytesIO(), io.BytesIO()
    told = write_features(config, repo, wish, rows.write, about.write)
    assert (told.bytes, told.format) == (len(rows.getvalue()), "csv")
    found, columns = ([*csv.DictReader(io.StringIO(one.getvalue().decode()))] for one in (rows, about))
    assert told.rows == len(found)
    return found, columns


def test_each_change_is_a_row_and_each_column_is_told(config: Config, repo: Path) -> None:
    """A merge is none; an empty cell is not known."""
    rows, columns = write(config, repo, FeatureWish("csv", NOW))

    assert [(row["label"], row["label_source"], row["la"], row["age"] == "") for row in rows] == [
        ("True", "trailer", "1", True),
        ("", "", "1", False),
    ]
    assert [one["name"] for one in columns] == list(rows[0])[6:]
    assert all(one["unit"] and one["known_at"] and 1 <= int(one["tier"]) <= 6 for one in columns)


def test_one_change_is_named_as_git_names_it(config: Config, repo: Path) -> None:
    """As a row, and with what became of it."""
    rows, _ = write(config, repo, FeatureWish("csv", NOW, "main~1"))
    told = read_change_features(config, repo, "main~1", NOW)

    assert [row["id"] for row in rows] == [told.id]
    assert (told.fate.bad, told.fate.source) == (True, "trailer")
    assert {one.name: one.value for one in told.values}["la"] == 1


@pytest.mark.parametrize("name", ["HEAD", "no-such", "", "--all", "a\0b", "HEAD^{tree}"])
def test_what_is_no_change_is_said(config: Config, repo: Path, name: str) -> None:
    """A merge, a tree, an option, or nothing at all."""
    with pytest.raises(NotFound, match="git log"):
        read_change_features(config, repo, name, NOW)


def test_the_same_history_gives_the_same_bytes(config: Config, repo: Path) -> None:
    """And the same hash of them."""
    heaps: list[list[bytes]] = [[], []]
    told = [write_features(config, repo, FeatureWish("jsonl", NOW), heap.append) for heap in heaps]

    assert heaps[0] == heaps[1]
    assert told[0] == told[1]


def test_columns_are_listed_with_what_became_of_the_changes(config: Config, repo: Path) -> None:
    """The fix itself is too young to be called good."""
    found = list_features(config, repo, NOW)

    assert (found.changes, found.bad, found.good) == (2, 1, 0)
    assert len(found.columns) > 20


def test_a_folder_that_is_no_repository_is_said(config: Config, tmp_path: Path) -> None:
    """Nothing can be known of it."""
    with pytest.raises(SourceError, match="git repository"):
        list_features(config, tmp_path, NOW)


def test_forms_of_lines_can_be_shown() -> None:
    """A table in columns cannot."""
    assert [(form, is_lines(form)) for form in list_feature_forms()] == [
        ("csv", True),
        ("jsonl", True),
        ("parquet", False),
    ]
