"""Whether a mistake came back: nothing is claimed too early."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twiceshy.insights.remedy.remedy_effect import compare_sessions
from twiceshy.records.insights import RemedyKind
from twiceshy.records.suggestions import AppliedRemedy, Comeback

APPLIED_AT = datetime(2026, 11, 2, tzinfo=UTC)
APPLIED = AppliedRemedy(
    id="i-1",
    path=Path("/shop/CLAUDE.md"),
    kind=RemedyKind.TEXT,
    project="shop",
    project_identity="folder:/shop",
    text="Never run `tox`.",
    applied_at=APPLIED_AT,
    gap="",
    created=False,
)


def sessions(n: int, start: datetime, first: int) -> list[tuple[bytes, datetime]]:
    return [(bytes([first + at]), start + timedelta(minutes=at)) for at in range(n)]


@pytest.mark.parametrize(
    ("before", "of", "after", "of_after", "verdict"),
    [
        (0, 0, 0, 0, Comeback.NOT_COUNTED),
        (4, 4, 0, 40, Comeback.TOO_EARLY),
        (31, 58, 0, 4, Comeback.TOO_EARLY),
        (31, 58, 5, 11, Comeback.TOO_EARLY),
        (31, 58, 0, 11, Comeback.FEWER),
        (31, 58, 2, 40, Comeback.FEWER),
        (3, 58, 30, 40, Comeback.MORE),
    ],
)
def test_nothing_is_claimed_while_the_interval_holds_zero(
    before: int, of: int, after: int, of_after: int, verdict: Comeback
) -> None:
    """Nor with fewer than five sessions on a side."""
    old = sessions(of, APPLIED_AT - timedelta(days=9), 0)
    new = sessions(of_after, APPLIED_AT, 100)
    cases = {uid for uid, _ in [*old[:before], *new[:after]]}
    found = compare_sessions(APPLIED, APPLIED_AT, [*old, *new], cases)

    assert found.verdict is verdict
    assert (found.before, found.before_sessions, found.after, found.after_sessions) == (before, of, after, of_after)


def test_a_mistake_that_nobody_counts_is_not_zero() -> None:
    """Where the insight is not told any more there is nothing to compare."""
    found = compare_sessions(APPLIED, APPLIED_AT, sessions(9, APPLIED_AT, 0), None)

    assert found.verdict is Comeback.NOT_COUNTED
    assert math.isnan(found.difference)
