"""A history that was measured in ranges gives the rows of one that was measured in one go."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_repository, run_git
from wings.fleet.tests.shards.shard_asks import ask, describe_repository, make_desk, move, read_tables

from twiceshy.records.fleet import ShardWork
from twiceshy_fleet.lake.shard_files import write_measured
from twiceshy_fleet.shards.large_shards import make_piece, plan_measuring
from twiceshy_fleet.shards.shard_work import ShardDesk, work_on_shard
from twiceshy_git.risk_recipes import measure_code

pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def desk(tmp_path: Path) -> ShardDesk:
    return make_desk(tmp_path)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Seven commits and a merge."""
    repo = make_repository(tmp_path / "web")
    for number in range(6):
        commit(repo, number)
    run_git(repo, "checkout", "-qb", "side", "HEAD~1")
    commit(repo, 6, "b.py")
    run_git(repo, "checkout", "-q", "main")
    run_git(repo, "merge", "-q", "--no-ff", "-m", "merge", "side")
    return repo


def commit(repo: Path, number: int, name: str = "a.py") -> None:
    old = (repo / name).read_text() if (repo / name).exists() else "import hashlib\n"
    (repo / name).write_text(f"{old}\ndef f{number}(a):\n    return hashlib.md5(a + {number})\n")
    run_git(repo, "add", "-A")
    run_git(repo, "commit", "-qm", f"Fix {number} of ann@example.com")


@pytest.fixture
def work(repo: Path, tmp_path: Path) -> ShardWork:
    return ask(tmp_path / "out", describe_repository(repo))


def test_the_same_rows_whether_it_was_split_or_not(
    desk: ShardDesk, work: ShardWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shard itself then measures nothing."""
    whole = work_on_shard(desk, move(work, tmp_path / "whole"))
    receipts = [make_piece(desk, one) for one in plan_measuring([work], commits=2)]
    monkeypatch.setattr(measure_code.CodeMeasurer, "look", None)
    split = work_on_shard(desk, work)

    assert [one.rows for one in receipts] == [2, 2, 2, 1]
    assert split.rows == whole.rows
    assert whole.rows["change_feature"] == 7
    assert read_tables(tmp_path / "out") == read_tables(tmp_path / "whole")


def test_few_commits_are_the_shards_own(work: ShardWork) -> None:
    """So are those of an unchanged repository, of a small one, and of one that is elsewhere or none."""
    assert len(plan_measuring([work], commits=6)) == 2
    assert plan_measuring([work], commits=7) == []
    assert plan_measuring([replace(work, changed=())], commits=1) == []
    small = replace(work, inputs=tuple(replace(one, size=100) for one in work.inputs))
    assert plan_measuring([small], commits=1) == []


@pytest.mark.parametrize("place", ["/no/such/folder", "s3://bucket/web"])
def test_a_history_that_cannot_be_counted_is_left_whole(tmp_path: Path, place: str) -> None:
    """Its shard says what is wrong with it."""
    given = replace(describe_repository(tmp_path), place=place)

    assert plan_measuring([ask(tmp_path / "out", given)], commits=1) == []


def test_a_repository_without_commits_has_no_pieces(desk: ShardDesk, tmp_path: Path) -> None:
    """And no rows."""
    work = ask(tmp_path / "out", describe_repository(make_repository(tmp_path / "empty")))

    assert plan_measuring([work], commits=1) == []
    assert work_on_shard(desk, work).rows["change_feature"] == 0


def test_only_what_is_new_is_measured_again(desk: ShardDesk, repo: Path, work: ShardWork) -> None:
    """Behind the commit up to which the shard's state has everything; after a rewrite all of it."""
    write_measured(work, str(repo), run_git(repo, "rev-parse", "HEAD~3").strip())
    new = plan_measuring([work], commits=1)
    write_measured(work, str(repo), "f" * 40)

    assert 0 < len(new) < 7
    assert sum(make_piece(desk, one).rows for one in new) == len(new)
    assert len(plan_measuring([work], commits=1)) == 7
