"""records.commit_verdicts: of many answers about one commit, which count, and what they come to."""

from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.commits import CiResult, StoredCiResult, choose_newest, find_worst

AT = datetime(2026, 9, 1, tzinfo=UTC)


def said(*rows: tuple[str, str]) -> list[StoredCiResult]:
    """Answers a minute apart: job and result."""
    return [
        CiResult(commit_hash="a" * 40, at=AT + timedelta(minutes=number), result=result, job=Scrubbed(job))
        for number, (job, result) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("rows", "worst"),
    [
        ((), None),
        ((("test", "pass"),), "pass"),
        ((("test", "pass"), ("lint", "fail")), "fail"),
        ((("test", "fail"), ("test", "pass")), "pass"),
        ((("test", "pass"), ("test", "pending")), "pass"),
        ((("test", "pass"), ("lint", "pending")), "pending"),
        ((("test", "fail"), ("lint", "pending")), "fail"),
        ((("test", "error"), ("lint", "unknown")), "error"),
        ((("test", "unknown"), ("lint", "pass")), "unknown"),
    ],
)
def test_a_commit_is_as_good_as_its_worst_job(rows: tuple[tuple[str, str], ...], worst: str | None) -> None:
    """Of each job the newest finished answer counts."""
    assert find_worst(said(*rows)) == worst


def test_jobs_stand_in_order() -> None:
    """One answer each."""
    chosen = choose_newest(said(("b", "fail"), ("a", "pass"), ("b", "pass")))

    assert [(one.job, one.result) for one in chosen] == [("a", "pass"), ("b", "pass")]
