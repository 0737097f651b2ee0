"""What a habit adds is told at equal size, by sessions, and only where there is enough of it."""

import math
from random import Random

import pytest

from twiceshy.records.change_risk import HabitRisk
from twiceshy.wings.git.predict.risk.feature_groups import make_groups
from twiceshy.wings.git.predict.risk.habit_risks import FEWEST, HABITS, LoggedChange, compare_habits


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
