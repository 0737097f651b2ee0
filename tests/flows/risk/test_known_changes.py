"""A quick answer knows what the whole history says, and goes on from what it read before."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from tests.flows.setup.git_builders import make_commit, make_repository
from tests.predict.risk.invented_changes import a_change

from twiceshy.config import Config, load
from twiceshy.flows.risk import change_table, known_changes
from twiceshy.flows.risk.change_table import read_change_table
from twiceshy.flows.risk.known_changes import read_fresh_table, read_known_table
from twiceshy.predict.risk.risk_state import decode_learned
from twiceshy.records.change_risk import ChangeRow, RiskTable

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
    monkeypatch.setattr(change_table, "read_change_history", forbid)
    monkeypatch.setattr(known_changes, "read_change_history", forbid)
    again = read_known_table(config, repo)

    assert (show(again), again.labels, again.columns) == (show(first), first.labels, first.columns)


def test_what_was_trained_on_is_known(config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question after a training reads no history."""
    trained = read_fresh_table(config, repo)
    monkeypatch.setattr(change_table, "read_change_history", forbid)

    assert show(read_known_table(config, repo)) == show(trained)


def test_new_commits_are_learned_behind_what_is_known(
    config: Config, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the whole history were read; a history that was rewritten is."""
    read_known_table(config, repo)
    make_commit(repo, "three\n")
    with monkeypatch.context() as patched:
        patched.setattr(change_table, "learn_history", forbid)
        grown = read_known_table(config, repo)
    make_commit(repo, "four\n", "--amend")

    assert len(grown.rows) == 3
    assert show(read_known_table(config, repo)) == show(read_change_table(config, repo))


def test_grown_rows_are_those_of_the_whole_history(config: Config, repo: Path) -> None:
    """No column depends on how it was read."""
    read_known_table(config, repo)
    make_commit(repo, "three\n")

    assert show(read_known_table(config, repo)) == show(read_change_table(config, repo))


def test_what_is_not_committed_is_the_last_row(config: Config, repo: Path) -> None:
    """And nothing of it stays: the next question has the history alone."""
    pending = replace(a_change(9, ("a.txt", 30, 1)).commit, hash="staged")
    found = read_known_table(config, repo, pending)

    assert [(row.id, row.added) for row in found.rows[-1:]] == [("staged", 30)]
    assert found.rows[-1].at >= found.rows[-2].at
    assert found.rows[-1].values[next(at for at, one in enumerate(found.columns) if one.name == "nuc")] == 2
    assert len(read_known_table(config, repo).rows) == 2


def test_no_secret_is_kept(config: Config, repo: Path) -> None:
    """Of messages and names the groups remember what redaction leaves."""
    make_commit(repo, f"use {TOKEN}\n")
    read_known_table(config, repo)
    (path,) = config.cache.rglob("*.risk")
    kept = zstandard.ZstdDecompressor().decompress(path.read_bytes())

    assert TOKEN.encode() not in kept
    assert TOKEN.lower().encode() not in kept
    assert b"use" in kept


class Harm:
    """Acts when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("harm",)


@pytest.mark.parametrize(
    "raw",
    [b"", b"no file", zstandard.compress(b"x"), zstandard.compress(pickle.dumps(Harm()))],
    ids=["empty", "text", "no pickle", "code"],
)
def test_a_file_of_others_is_not_used(raw: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing in it is called."""
    assert decode_learned(raw) is None
    assert capsys.readouterr().out == ""
