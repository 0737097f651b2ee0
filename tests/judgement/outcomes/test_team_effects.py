"""judgement.outcomes.team_effects: habits and models are compared within each person's work."""

import pytest

from twiceshy.judgement.outcomes.team_effects import compare_models, pool_effects
from twiceshy.records.team_knowledge import EffectSum, ModelSum


def effect(member: int, bad_with: int, bad_without: int, n: int = 100, habit: str = "task/planned") -> EffectSum:
    return EffectSum(bytes([member]), habit, "corrected", b"s", n, bad_with, n, bad_without)


def model(member: int, name: str, failed: int, calls: int = 200, project: bytes = b"p") -> ModelSum:
    return ModelSum(bytes([member]), project, name, 10, calls, failed, 40, 4)


def test_too_few_cases_or_people_give_nothing() -> None:
    """One person's habits are told at home; a handful of cases nowhere."""
    assert pool_effects([]) == []
    assert pool_effects([effect(1, 10, 20)]) == []
    assert pool_effects([effect(1, 2, 3, n=10), effect(2, 2, 3, n=10)]) == []


def test_a_habit_that_goes_with_fewer_is_told() -> None:
    """Five people, each with fewer corrections of planned tasks."""
    (found,) = pool_effects([effect(member, 10 + member, 30 + member) for member in range(5)])

    assert (found.name, found.outcome, found.kind) == ("task/planned", "corrected", "habit")
    assert (found.people, found.n, found.verdict) == (5, 1000, "fewer")
    assert found.difference == pytest.approx(-0.2)
    assert found.says == "tasks with a plan, beside other tasks of the same people"


def test_two_people_are_shown_and_not_called_a_difference() -> None:
    """With two, how they happen to agree decides."""
    (found,) = pool_effects([effect(1, 10, 40), effect(2, 10, 41)])

    assert (found.people, found.verdict) == (2, "too-few")


def test_a_stratum_of_one_side_says_nothing() -> None:
    """Work that was always done with the habit has nothing to be compared with."""
    alone = EffectSum(b"\x01", "task/planned", "corrected", b"t", 500, 500, 0, 0)
    (found,) = pool_effects([alone, *(effect(member, 20, 20) for member in range(4))])

    assert (found.n, found.difference) == (800, 0)


def test_a_model_is_compared_with_the_same_persons_other_models_in_the_same_project() -> None:
    """A model that only one who fails often uses looks no worse for it."""
    rows = [
        row
        for member, base in enumerate((20, 60, 30, 100))
        for row in (model(member, "one", base), model(member, "two", base), model(member, "one", 150, project=b"q"))
    ]
    found = {(one.name, one.outcome): one for one in compare_models(rows)}

    assert set(found) == {(f"model:{name}", what) for name in ("one", "two") for what in ("failed-call", "corrected")}
    assert found["model:one", "failed-call"].difference == 0
    assert found["model:one", "failed-call"].n == 1600
    assert found["model:one", "failed-call"].verdict == "no-difference"


def test_a_worse_model_is_told() -> None:
    """More failed calls than the others in everybody's work."""
    rows = [
        row for member in range(5) for row in (model(member, "one", 60 + member), model(member, "two", 20 + member))
    ]
    found = {(one.name, one.outcome): one for one in compare_models(rows)}

    assert found["model:one", "failed-call"].verdict == "more"
    assert found["model:two", "failed-call"].verdict == "fewer"
    assert found["model:one", "corrected"].verdict == "no-difference"
