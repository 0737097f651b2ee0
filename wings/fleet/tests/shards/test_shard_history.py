"""A repository's changes are rows, measured once, and without a text that somebody wrote."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_repository, run_git
from wings.fleet.tests.shards.shard_asks import ask, describe_repository, make_desk

from twiceshy_fleet.lake.shard_files import read_measured
from twiceshy_fleet.shards import shard_history
from twiceshy_fleet.shards.shard_history import CHANGE_TABLE, list_change_columns, make_code_rows
from twiceshy_fleet.shards.shard_work import ShardDesk, work_on_shard
from twiceshy_git.risk_recipes import measure_code

parquet = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def desk(tmp_path: Path) -> ShardDesk:
    return make_desk(tmp_path)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    repo = make_repository(tmp_path / "home" / "maria" / "web")
    for text in ("import hashlib\n", "import hashlib\n\ndef f(a):\n    return hashlib.md5(a)\n"):
        (repo / "maria.py").write_text(text)
        run_git(repo, "add", "-A")
        run_git(repo, "commit", "-qm", "For maria@example.com")
    return repo


def read(output: Path) -> list[dict[str, object]]:
    (path,) = output.rglob(f"tables/{CHANGE_TABLE}/*/*.parquet")
    rows: list[dict[str, object]] = parquet.read_table(path).to_pylist()
    return rows


def test_each_change_is_a_row(desk: ShardDesk, repo: Path, tmp_path: Path) -> None:
    """With what is known of its code; from a bare repository the same."""
    bare = tmp_path / "bare" / "web"
    run_git(tmp_path, "clone", "-q", "--bare", str(repo), str(bare))
    work_on_shard(desk, ask(tmp_path / "one", describe_repository(repo)))
    work_on_shard(desk, ask(tmp_path / "two", describe_repository(bare)))

    one, two = read(tmp_path / "one"), read(tmp_path / "two")
    assert [row["id"] for row in one] == run_git(repo, "rev-list", "--reverse", "HEAD").split()
    assert [*one[0]] == [column.name for column in list_change_columns()]
    assert one[1]["has_weak_crypto"] == 1
    assert [{**row, "project": ""} for row in one] == [{**row, "project": ""} for row in two]


def test_rows_hold_no_name(desk: ShardDesk, repo: Path, tmp_path: Path) -> None:
    """Neither a person's in a path, nor what a message or a file is called."""
    work_on_shard(desk, ask(tmp_path / "out", describe_repository(repo)))

    assert "maria" not in str(read(tmp_path / "out"))


def test_a_commit_is_measured_once(
    desk: ShardDesk, repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the shard's store has is not measured by the next run; only a long history's end is noted outside of it."""
    work = ask(tmp_path / "out", describe_repository(repo))
    work_on_shard(desk, work)
    first = read(tmp_path / "out")
    assert read_measured(work, str(repo)) == ""
    monkeypatch.setattr(measure_code.CodeMeasurer, "look", None)
    monkeypatch.setattr(shard_history, "RANGE", 2)
    work_on_shard(desk, replace(work, given="again"))

    assert read(tmp_path / "out") == first
    assert read_measured(work, str(repo)) == run_git(repo, "rev-parse", "HEAD").strip()


def test_what_is_no_repository_has_no_rows(desk: ShardDesk, tmp_path: Path) -> None:
    """It is set aside by whoever reads its commits, or has none."""
    (tmp_path / "plain").mkdir()

    assert work_on_shard(desk, ask(tmp_path / "out", describe_repository(tmp_path / "plain"))).rows[CHANGE_TABLE] == 0


def test_numbers_of_a_commit_are_a_value_of_it() -> None:
    """By its hash."""
    (row,) = make_code_rows({"ab" * 20: {"la": 1.5}})

    assert (row.kind, row.value.key.hex(), row.value.value) == (shard_history.CODE, "ab" * 20, b'{"la": 1.5}')
