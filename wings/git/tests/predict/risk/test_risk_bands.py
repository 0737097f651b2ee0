"""Changes in bands of their risk, with what became of each band."""

import math
from random import Random

import pytest
from wings.git.tests.predict.risk.test_risk_words import an_answer

from twiceshy.records.change_risk import FixLabel, HabitRisk
from twiceshy_git.predict.risk.feature_groups import make_groups
from twiceshy_git.predict.risk.risk_bands import FEWEST_OF_HABIT as FEWEST
from twiceshy_git.predict.risk.risk_bands import (
    HABITS,
    LoggedChange,
    compare_habits,
    divide_into_bands,
    rank_by_risk,
    sum_up_riskiest,
    take_top,
)

FIXED = FixLabel("a", "b", 0.0, "trailer")


def test_bands_go_from_the_highest_risk_to_the_lowest() -> None:
    """Each change stands in one of them; those without a risk in none."""
    answers = [an_answer(id=f"{n:02}", probability=n / 100, became=FIXED if n >= 36 else None) for n in range(40)]
    ranked = rank_by_risk([*answers, an_answer(id="unknown", probability=None)])
    bands = divide_into_bands(ranked)
    assert [(one.name, one.changes, one.fixed) for one in bands] == [
        ("top tenth", 4, 4),
        ("next tenth", 4, 0),
        ("next three tenths", 12, 0),
        ("lower half", 20, 0),
    ]
    assert (bands[0].least, bands[0].most) == (0.36, 0.39)
    assert [one.id for one in take_top(ranked)] == ["39", "38", "37", "36"]


def test_too_few_changes_have_no_bands() -> None:
    """Nobody can say what a tenth of them came to."""
    assert divide_into_bands(rank_by_risk([an_answer(id=str(n)) for n in range(39)])) == ()


def test_the_riskiest_tenth_stands_beside_the_others() -> None:
    """Some of it by name, all of it in numbers; of fewer than ten there is no tenth."""
    answers = [
        an_answer(id=f"{n:02}", probability=n / 100, became=FIXED if n >= 36 else None, words=f"risk {n}")
        for n in range(40)
    ]
    found = sum_up_riskiest(answers, None, 2)
    assert found is not None
    assert (found.changes, found.fixed, found.top, found.top_fixed) == (40, 4, 4, 4)
    assert [tuple(one) for one in found.riskiest] == [
        ("39", "", "risk 0.39", "risk 39", "named as fixed by b"),
        ("38", "", "risk 0.38", "risk 38", "named as fixed by b"),
    ]
    assert sum_up_riskiest(answers[:9], None, 2) is None


def test_where_size_answers_its_measure_is_lines() -> None:
    """And what nobody named yet may still be."""
    found = sum_up_riskiest([an_answer(id=str(n), model="size", added=1200) for n in range(10)], None, 1)
    assert found is not None
    assert (found.riskiest[0].measure, found.riskiest[0].became) == ("1,200 lines", "nothing yet")


# What a habit adds is told at equal size, by sessions, and only where there is enough of it.


def some_changes(count: int, *, with_it: float = 0.5, by_size: bool = False, harm: float = 0.0) -> list[LoggedChange]:
    """Return changes of which each second was made with a hidden test status, six a session.

    ``by_size``: large changes, a third of all, are bad and have it more often; ``harm``: what it adds itself.
    """
    rng = Random(7)
    found = []
    for number in range(count):
        large = number % 3 == 0
        has_it = rng.random() < (0.9 if large else 0.1) if by_size else rng.random() < with_it
        chance = 0.1 + harm * has_it + (0.5 * large if by_size else 0.0)
        values = {"la": 900.0 + rng.random() if large else rng.random(), "hidden_status_rate": float(has_it)}
        found.append(LoggedChange(values, rng.random() < chance, number // 6))
    return found


def find_hidden(changes: list[LoggedChange]) -> HabitRisk:
    """Return what a hidden status adds."""
    return next(one for one in compare_habits(changes) if one.column == "hidden_status_rate")


def test_what_a_habit_adds_is_found_with_its_interval() -> None:
    """And where it adds nothing, the interval holds 0."""
    harmful, harmless = find_hidden(some_changes(600, harm=0.3)), find_hidden(some_changes(600))
    assert harmful.adds[1] > 0
    assert harmless.adds[1] < 0 < harmless.adds[2]
    assert harmful.changes + harmful.other_changes == 600
    assert harmful.fixed / harmful.changes > harmful.other_fixed / harmful.other_changes


def test_what_is_only_size_is_not_laid_to_the_habit() -> None:
    """Large changes have more of everything; their share is compared with that of large ones."""
    found = find_hidden(some_changes(900, by_size=True))
    assert found.fixed / found.changes > 2 * found.other_fixed / found.other_changes
    assert found.adds[0] < 0.1
    assert found.adds[1] < 0


@pytest.mark.parametrize("share", [0.0, 0.05, 1.0])
def test_of_too_few_nothing_is_said(share: float) -> None:
    """A side of fewer than twenty changes tells nothing."""
    changes = some_changes(200, with_it=share)
    assert sum(one.values["hidden_status_rate"] > 0 for one in changes) not in range(FEWEST, 200 - FEWEST)
    assert compare_habits(changes) == ()
    assert compare_habits([]) == ()


def test_what_is_not_known_is_on_neither_side() -> None:
    """A change without a test run hid no status, and showed none."""
    unknown = [LoggedChange({"la": 5.0, "hidden_status_rate": math.nan}, True, -number) for number in range(1, 90)]
    assert find_hidden([*some_changes(600), *unknown]).changes == find_hidden(some_changes(600)).changes


def test_each_habit_is_read_from_a_column_that_there_is() -> None:
    """A renamed column must not fall silent."""
    there = {column.name for group in make_groups() for column in group.columns}
    assert {column for column, _ in HABITS.values()} <= there
