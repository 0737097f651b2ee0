"""A quick answer knows what the whole history says, and goes on from what it read before."""

import pickle
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest
import zstandard
from tests.recipes.setup.git_builders import make_commit, make_repository, run_git
from wings.git.tests.predict.risk.invented_changes import a_change

from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.logs import change_history
from twiceshy.records.change_risk import ChangeRow, RiskTable
from twiceshy_git.predict.risk.risk_state import decode_learned
from twiceshy_git.risk_recipes import known_changes
from twiceshy_git.risk_recipes.known_changes import (
    describe_pending,
    read_change_table,
    read_fresh_table,
    read_known_table,
)

TOKEN = "ghp_" + "aB3dE5gH7jK9" * 3


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store of its own."""
    return load({"home": str(tmp_path / "store")}, {"XDG_CACHE_HOME": str(tmp_path / "cache")}, tmp_path)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository of two commits."""
    top = make_repository(tmp_path / "web")
    bad = make_commit(top, "one\n")
    make_commit(top, "two\n", "-m", f"Fixes: {bad[:12]}")
    return top


def show(table: RiskTable) -> list[str]:
    """Return the rows in words: what is not known is equal to itself there."""
    return [repr(row._replace(values=list(row.values))) for row in table.rows]


def forbid(*_: object, **__: object) -> ChangeRow:
    """Stand where nothing may be read."""
    raise AssertionError("the history was read")


def test_the_second_question_reads_no_history(config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And has the same rows and labels."""
    first = read_known_table(config, repo)
    monkeypatch.setattr(change_history, "read_change_history", forbid)
    again = read_known_table(config, repo)

    assert (show(again), again.labels, again.columns) == (show(first), first.labels, first.columns)


def test_what_was_trained_on_is_known(config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question after a training reads no history."""
    trained = read_fresh_table(config, repo)
    monkeypatch.setattr(change_history, "read_change_history", forbid)

    assert show(read_known_table(config, repo)) == show(trained)


def test_new_commits_are_learned_behind_what_is_known(
    config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the whole history were read; a history that was rewritten is."""
    read_known_table(config, repo)
    make_commit(repo, "three\n")
    with monkeypatch.context() as patched:
        patched.setattr(known_changes, "learn_history", forbid)
        grown = read_known_table(config, repo)
    make_commit(repo, "four\n", "--amend")

    assert len(grown.rows) == 3
    assert show(read_known_table(config, repo)) == show(read_change_table(config, repo))


def test_a_new_commit_that_names_an_old_one_counts_at_once(config: Config, repo: Path) -> None:
    """Its fate is known as if the whole history were read."""
    first, *_ = read_known_table(config, repo).rows
    make_commit(repo, "three\n", "-m", f"Fixes: {first.id}")
    make_commit(repo, "four\n", "-m", f"This reverts commit {first.id}.")
    grown = read_known_table(config, repo)

    assert sorted(one.source for one in grown.labels) == ["revert", "trailer", "trailer"]
    assert grown.labels == read_change_table(config, repo).labels
    assert show(grown) == show(read_change_table(config, repo))


@pytest.mark.parametrize("path", ["a.txt", "never/seen.txt"])
def test_what_is_not_committed_is_the_same_from_what_is_kept(config: Config, repo: Path, path: str) -> None:
    """Whether its file was there before or not."""
    pending = replace(a_change(9, (path, 30, 1)).commit, hash="staged")
    fresh, kept = (describe_pending(config, repo, pending)[1] for _ in range(2))

    assert repr(kept) == repr(fresh)


def test_grown_rows_are_those_of_the_whole_history(config: Config, repo: Path) -> None:
    """No column depends on how it was read."""
    read_known_table(config, repo)
    make_commit(repo, "three\n")

    assert show(read_known_table(config, repo)) == show(read_change_table(config, repo))


def test_what_is_not_committed_is_described_behind_all(config: Config, repo: Path) -> None:
    """And nothing of it stays: the next question has the history alone."""
    pending = replace(a_change(9, ("a.txt", 30, 1)).commit, hash="staged")
    found, row = describe_pending(config, repo, pending)

    assert (row.id, row.added) == ("staged", 30)
    assert row.at >= found.rows[-1].at
    assert row.values[next(at for at, one in enumerate(found.columns) if one.name == "nuc")] == 2
    assert len(found.rows) == len(read_known_table(config, repo).rows) == 2


def unpack_all(raw: bytes) -> list[object]:
    """Return all that a file holds."""
    known = decode_learned(raw)
    assert known is not None
    return [list(known.rows), [vars(one) for one in known.groups]]


def test_no_secret_is_kept(config: Config, repo: Path) -> None:
    """Of messages and names the groups remember what redaction leaves."""
    make_commit(repo, f"use {TOKEN}\n")
    read_known_table(config, repo)
    (path,) = config.cache.rglob("*.risk")
    kept = pickle.dumps(unpack_all(path.read_bytes()))

    assert [row.subject for row in read_known_table(config, repo).rows][-1].startswith("use ")
    assert TOKEN.encode() not in kept
    assert TOKEN.lower().encode() not in kept
    assert b"use" in kept


class Harm:
    """Acts when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("harm",)


def pack(head: bytes) -> bytes:
    """Return a file with such a head, whose check is right."""
    body = zstandard.compress(head)
    return len(body).to_bytes(8, "little") + crc32(body).to_bytes(8, "little") + body


@pytest.mark.parametrize(
    "raw",
    [b"", b"no file", pack(b"x"), pack(pickle.dumps(Harm())), pack(pickle.dumps(([], pickle.dumps(Harm()))))],
    ids=["empty", "text", "no pickle", "code", "code behind the head"],
)
def test_a_file_of_others_is_not_used(raw: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing in it is called."""
    assert decode_learned(raw) is None
    assert capsys.readouterr().out == ""


def test_each_change_has_a_row_and_what_became_of_it_a_label(config: Config, tmp_path: Path) -> None:
    """Read from git alone; there need not be a store."""
    repo = make_repository(tmp_path / "shop")
    bad = make_commit(repo, "one\n")
    fix = make_commit(repo, "two\n", "-m", f"Fixes: {bad[:12]}")
    found = read_change_table(config, repo)

    assert [(row.id, row.added, row.removed) for row in found.rows] == [(bad, 1, 0), (fix, 1, 1)]
    assert [(label.commit, label.by, label.source) for label in found.labels] == [(bad, fix, "trailer")]
    assert all(len(row.values) == len(found.columns) for row in found.rows)


def test_a_repository_without_commits_is_said(config: Config, tmp_path: Path) -> None:
    """It has nothing to learn from."""
    with pytest.raises(NotFound, match="no commit yet"):
        read_change_table(config, make_repository(tmp_path / "web"))


def test_where_a_shallow_clone_ends_nothing_was_added(config: Config, tmp_path: Path) -> None:
    """Git shows the whole tree as new there: it is no row, and the table says that the history is cut off."""
    repo = make_repository(tmp_path / "web")
    hashes = [make_commit(repo, text) for text in ("one\n", "two\n", "three\n")]
    run_git(tmp_path, "clone", "-q", "--depth", "2", repo.as_uri(), "clone")
    found = read_change_table(config, tmp_path / "clone")

    assert [row.id for row in found.rows] == hashes[2:]
    assert found.doubts[0].startswith("the clone is shallow: git has 2 commits and cut the history off at one commit")
    assert read_change_table(config, repo).doubts == ()
