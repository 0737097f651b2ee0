"""advice.team_trials: each person's own trial, pooled with the person as the witness."""

import pytest

from twiceshy.advice.team_trials import pool_trials
from twiceshy.records.team_knowledge import TrialSum


def sums(member: int, arm: str, bad: int, n: int, *, kind: str = "k", chance: float = 0.5) -> TrialSum:
    weight = 1 / chance
    return TrialSum(bytes([member]), kind, arm, "failed", bad, n, n * weight, n * weight**2, bad * weight)


def person(member: int, bad: int, other: int, n: int = 400) -> list[TrialSum]:
    return [sums(member, "warned", bad, n, chance=0.85), sums(member, "silent", other, n, chance=0.15)]


def test_nobody_and_one_person_give_nothing() -> None:
    """One person's trial is told at home, not by the team."""
    assert pool_trials([]) == []
    assert pool_trials(person(1, 10, 20)) == []
    assert pool_trials([*person(1, 10, 20), sums(2, "warned", 1, 10)]) == []


def test_an_effect_that_all_have_is_told() -> None:
    """The difference is of shares; all kinds of rules together come first, then each kind."""
    found = pool_trials([*person(1, 100, 160), *person(2, 110, 168), *person(3, 96, 150), *person(4, 90, 148)])

    assert [one.name for one in found] == ["trial:warned/silent", "trial:k:warned/silent"]
    assert found[0].difference == pytest.approx(-0.14375)
    assert found[0].low < -0.14375 < found[0].high < 0
    assert (found[0].people, found[0].n, found[0].verdict) == (4, 3200, "fewer")
    assert found[1].says == "calls that were warned of, beside calls with no word (rules of the kind k)"


def test_no_effect_is_called_none() -> None:
    """Where the interval holds nothing at all, that is what is said."""
    found = pool_trials([row for member in range(5) for row in person(member, 160 + member, 162 - member)])

    assert {one.verdict for one in found} == {"no-difference"}


def test_before_the_planned_number_nothing_is_said() -> None:
    """A difference that is large by luck in few cases is held back."""
    found = pool_trials([row for member in range(4) for row in person(member, 1, 7, n=10)])

    assert found[0].needed is not None
    assert (found[0].n < found[0].needed, found[0].verdict) == (True, "too-few")


def test_weights_that_a_client_left_out_count_nothing() -> None:
    """A sum without weights is passed over, not divided by nothing."""
    assert pool_trials([TrialSum(bytes([x]), "k", "warned", "failed", 1, 5, 0.0, 0.0, 0.0) for x in range(3)]) == []
