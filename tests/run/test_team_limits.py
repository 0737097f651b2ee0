"""run.team_limits: how long a command may take for anybody of a team."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.records.team_knowledge import TeamRun
from twiceshy.run.limits import pool_limits

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HASH = bytes(16)


def runs(
    member: int, seconds: Sequence[float], reason: str = "completed", *, allowed: bool | None = None, days: float = 0
) -> list[TeamRun]:
    return [
        TeamRun(bytes([member]), NOW + timedelta(days=days, minutes=place), value, reason, 0, value / 4, allowed)
        for place, value in enumerate(seconds)
    ]


STEADY = [20.0 + x % 5 for x in range(30)]


def find(kind: str, some: list[TeamRun]) -> float:
    return next((one.value_s for one in pool_limits(HASH, some, NOW) if one.kind == kind), 0.0)


@pytest.mark.parametrize(
    "some",
    [
        pytest.param([], id="nothing"),
        pytest.param(runs(1, STEADY), id="one person"),
        pytest.param(runs(1, [20.0, 21.0]) + runs(2, [22.0]), id="three runs"),
        pytest.param(runs(1, STEADY) + runs(2, STEADY, "error"), id="the other's never began"),
        pytest.param(runs(1, STEADY) + runs(2, STEADY, "interrupted"), id="the other had enough each time"),
    ],
)
def test_too_little_is_no_limit_of_a_team(some: list[TeamRun]) -> None:
    """Two people's runs must have ended by themselves, several of them."""
    assert pool_limits(HASH, some, NOW) == []


def test_runs_that_a_match_ended_say_nothing_of_how_long_it_takes() -> None:
    """How long such a run was silent counts, as at home."""
    assert find("timeout", runs(1, STEADY) + runs(2, STEADY, "match")) == 0
    assert find("idle", runs(1, STEADY) + runs(2, STEADY, "match")) > 0


def test_two_people_who_run_it_alike_have_one_limit() -> None:
    """It lets the longest runs through, and says of how many runs and people it is."""
    found = pool_limits(HASH, runs(1, STEADY) + runs(2, STEADY), NOW)

    assert [(one.kind, one.runs, one.people) for one in found] == [("timeout", 60, 2), ("idle", 60, 2)]
    assert 24 < found[0].value_s <= 72
    assert found[1].value_s >= 30


def test_a_slow_machine_is_no_hang() -> None:
    """A colleague whose machine takes ten times as long is not cut short, whoever ran it last."""
    slow = [10 * value for value in STEADY[:8]]
    before, after = (find("timeout", runs(1, STEADY) + runs(2, slow, days=days)) for days in (-3, 3))

    assert min(before, after) >= 240


def test_nobody_crowds_out_another() -> None:
    """A CI machine with thousands of quick runs leaves room for a person's slow ones."""
    some = runs(1, [5.0] * 2000) + runs(2, [100.0 + x for x in range(6)], days=-1)

    assert find("timeout", some) >= 105


def test_feedback_on_a_cut_run_counts() -> None:
    """A run that should have gone on lengthens the limit; one that hung does not."""
    steady = runs(1, STEADY) + runs(2, STEADY)
    plain = find("timeout", steady)
    hung = find("timeout", steady + runs(2, [500.0], "timeout_overall", allowed=False, days=1))
    healthy = find("timeout", steady + runs(2, [500.0], "timeout_overall", allowed=True, days=1))

    assert plain == hung
    assert healthy >= 1000


def test_the_order_of_rows_does_not_matter() -> None:
    """Rows may come late and in any order."""
    some = runs(1, STEADY) + runs(2, [30.0 + x for x in range(12)])

    assert pool_limits(HASH, some, NOW) == pool_limits(HASH, some[::-1], NOW)
