"""A change counts as good once those like it that were bad would have been found out."""

import pytest
from tests.wings.git.predict.risk.invented_changes import name_commit

from twiceshy.records.change_risk import ChangeRow, FixLabel
from twiceshy.wings.git.predict.risk.found_out import LONGEST_WAIT, find_wait, first_found, judge_rows, share_found

DAY = 86_400.0


def label(bad: int, day: float) -> FixLabel:
    return FixLabel(name_commit(bad), "fix", day * DAY, "trailer")


def changes(count: int) -> dict[str, float]:
    """A change a day."""
    return {name_commit(number): number * DAY for number in range(count)}


def test_nine_of_ten_are_found_within_the_wait() -> None:
    """Of delays from 1 to 100 days it is the 90th, where all had the time to show."""
    labels = [label(number, number + 1 + number % 100) for number in range(1000)]

    assert find_wait(changes(1000), labels, 5000 * DAY) / DAY == pytest.approx(90, abs=1)


def test_fixes_that_are_still_to_come_are_made_up_for() -> None:
    """Half of all need 10 days and half 400; after 500 days those seen are the short ones for the most part."""
    labels = [label(number, number + (400 if number % 2 else 10)) for number in range(500)]
    seen = [one for one in labels if one.known_at <= 500 * DAY]

    assert sum(one.known_at - changes(500)[one.commit] > 10 * DAY for one in seen) == 50
    assert find_wait(changes(500), labels, 500 * DAY) == 400 * DAY


def test_nobody_waits_for_longer_than_two_years() -> None:
    """A third needs three years: two thirds are found within two."""
    labels = [label(number, number + (9 if number % 3 else 1095)) for number in range(900)]

    assert find_wait(changes(900), labels, 4000 * DAY) == LONGEST_WAIT
    assert share_found(changes(900), labels, 4000 * DAY, LONGEST_WAIT) == pytest.approx(2 / 3, abs=0.001)
    assert share_found(changes(900), labels, 4000 * DAY, 1096 * DAY) == 1
    assert share_found(changes(900), [], 4000 * DAY, LONGEST_WAIT) is None


def test_few_delays_give_the_usual_wait() -> None:
    """Thirty bad changes are needed, by what was known then, whatever is known today."""
    labels = [label(number, number + 5) for number in range(100)]

    assert find_wait(changes(100), labels[:29], 900 * DAY) == LONGEST_WAIT
    assert find_wait(changes(100), labels, 33 * DAY) == LONGEST_WAIT
    assert find_wait(changes(100), labels, 900 * DAY) == 5 * DAY


def test_the_first_fix_counts() -> None:
    """A change that was fixed twice was found out once."""
    labels = [label(1, 9), label(1, 5), label(2, 30)]

    assert first_found(labels, 20 * DAY) == {name_commit(1): 5 * DAY}


def test_a_young_change_is_neither_good_nor_bad() -> None:
    """Until it is found out; a label that comes after the day asked for is not known on it."""
    labels = [label(number, number + 5) for number in range(0, 100, 2)]
    rows = [ChangeRow(name, at, 1, 0, ()) for name, at in changes(100).items()]
    told = judge_rows(rows, labels, 90 * DAY)

    assert told[:3] == [True, False, True]
    assert told[83:] == [False, True, False, *[None] * 14]
