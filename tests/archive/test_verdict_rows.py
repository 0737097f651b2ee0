"""archive.verdict_rows: what is said of commits is stored once, read back as it was, and forgotten with its project."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.forget import forget
from twiceshy.archive.note_rows import add_ci_results, add_told_revert
from twiceshy.archive.reads.commits import read_ci_results, read_told_reverts
from twiceshy.base.values import Scrubbed
from twiceshy.records.commits import CiResult, Revert, StoredCiResult
from twiceshy.records.upkeep import Extent

IDENTITY = Scrubbed("remote:git.example.test/shop/web")
AT = datetime(2026, 9, 1, tzinfo=UTC)
ANSWER: StoredCiResult = CiResult(
    commit_hash="a" * 40,
    at=AT,
    result="fail",
    tests_passed=11,
    tests_failed=1,
    coverage=87.5,
    duration_s=12.0,
    workflow=Scrubbed("checks"),
    job=Scrubbed("tests"),
    run_id=Scrubbed("77"),
    run_number=Scrubbed("20260901.1"),
    message=Scrubbed("one is red"),
)


def test_an_answer_is_stored_once(tmp_path: Path) -> None:
    """Told twice it is one; another job's is another."""
    other = replace(ANSWER, commit_hash="b" * 40, message=None)
    with Store.open(tmp_path) as store:
        with store.begin_writing() as connection:
            counts = [add_ci_results(connection, IDENTITY, some) for some in ([ANSWER], [ANSWER, other])]

        assert counts == [1, 1]
        assert sorted(read_ci_results(store.connection, IDENTITY), key=lambda one: one.commit_hash) == [ANSWER, other]
        assert read_ci_results(store.connection, IDENTITY, "b" * 40) == [other]
        assert read_ci_results(store.connection, "remote:elsewhere") == []


def test_a_revert_is_told_once_and_made_more_precise(tmp_path: Path) -> None:
    """Which commit did it may be said later; what is known is never lost."""
    told = Revert(commit_hash="a" * 40, at=AT)
    precise = replace(told, by="b" * 40)
    with Store.open(tmp_path) as store:
        with store.begin_writing() as connection:
            news = [add_told_revert(connection, IDENTITY, one) for one in (told, told, precise, told)]

        assert news == [True, False, True, False]
        assert read_told_reverts(store.connection, IDENTITY) == [precise]


def test_a_forgotten_project_takes_it_along(tmp_path: Path) -> None:
    """Nothing said of its commits stays."""
    with Store.open(tmp_path) as store:
        with store.begin_writing() as connection:
            add_ci_results(connection, IDENTITY, [ANSWER])
            add_told_revert(connection, IDENTITY, Revert(commit_hash="a" * 40, at=AT))
        forget(store, Extent(project=IDENTITY), AT, dry_run=False)

        assert store.connection.execute("SELECT count(*) FROM ci_result").fetchone() == (0,)
        assert store.connection.execute("SELECT count(*) FROM told_revert").fetchone() == (0,)
