"""Changes whose work a person corrected, or an agent took back, after the commit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo, Worker, words
from tests.recipes.linked_place import Place, stamp

from twiceshy.archive import call_fates, session_results
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.base.config import Config, load
from twiceshy.logs.change_history import read_change_history
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.change_risk import FixLabel
from twiceshy.records.outcomes import CallFates, Correction, Rollback, SessionResult
from twiceshy_git.predict.risk.faulty_work import order_changes
from twiceshy_git.risk_recipes.change_labels import find_corrected


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store of its own."""
    (tmp_path / "store").mkdir(mode=0o700)
    (tmp_path / "store" / "salt").write_bytes(b"s" * 32)
    (tmp_path / "store" / "salt").chmod(0o600)
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


@pytest.fixture
def place(config: Config, tmp_path: Path) -> Iterator[Place]:
    """A repository with one commit, and a store that has it."""
    with Store.open(config.home) as store:
        repo = Repo(tmp_path / "web").started()
        repo.git("remote", "add", "origin", "git@git.example.test:shop/web.git")
        repo.write("base.py", words("base"))
        repo.commit("Begin")
        yield Place(store, repo, Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD))


def judge(place: Place, session: bytes, result: SessionResult, fates: CallFates) -> None:
    values = (
        (session_results.KIND, session_results.encode_result(result)),
        (call_fates.KIND, call_fates.encode_fates(fates)),
    )
    for kind, value in values:
        place.store.put_derived(kind, [DerivedValue(session, b"", value)], 1)


def say(place: Place, session: bytes, at: float) -> bytes:
    """A person says something; its uid."""
    uid = b"said".ljust(16, b"-")
    with place.store.begin_writing() as connection:
        connection.execute(
            """INSERT INTO prompt (uid, session_id, rank, at, kind, human, text)
            SELECT ?, id, 99, ?, 'human', 1, 'No.' FROM session WHERE uid = ?""",
            (uid, stamp(at), session),
        )
    return uid


def read_labels(config: Config, place: Place) -> list[FixLabel]:
    repo = place.repo.path
    return find_corrected(config, repo, order_changes(read_change_history(repo, place.repo.head())))


def test_work_that_was_corrected_after_its_commit_makes_it_bad(config: Config, place: Place) -> None:
    """From the correction on; only what is sure counts, and a rollback by a call that is not known does not."""
    worker = Worker(place.repo, "one")
    commits = []
    for name in ("a.py", "b.py"):
        worker.edit(name, words(name))
        place.repo.now += 20
        commits.append(worker.commit(f"Add {name}"))
    uid = place.session(worker)
    place.read()
    assert read_labels(config, place) == []

    first, second = (one.call for one in worker.touches)
    said = say(place, uid, place.repo.now + 100)
    result = SessionResult(
        session=uid,
        corrections=(Correction(prompt=said, why="words", confidence=0.9, calls=(second, first)),),
        rollbacks=(Rollback(by=b"gone".ljust(16), why="git-revert", calls=(first,), confidence=1.0),),
    )
    judge(place, uid, result, CallFates(frozenset([second]), frozenset([first])))

    assert read_labels(config, place) == [FixLabel(commits[1], "", place.repo.now + 100, "corrected")]


def test_without_a_store_nothing_is_known(tmp_path: Path) -> None:
    """A repository alone has no sessions."""
    assert find_corrected(load({"home": str(tmp_path / "none")}, {}, tmp_path), tmp_path, []) == []
