"""Rows for other programs: what is not known is None, and a label says who knew it since when."""

import pytest
from wings.git.tests.predict.risk.invented_changes import name_commit

from twiceshy.records.change_risk import ChangeRow, FixLabel, RiskColumn, RiskTable
from twiceshy_git.predict.risk.feature_rows import (
    LONGEST_WAIT,
    find_wait,
    first_found,
    judge_rows,
    list_about_rows,
    list_feature_columns,
    list_feature_rows,
    share_found,
    sum_up_table,
    tell_change,
    tell_number,
)

NAN = float("nan")
NOW = "the change itself"
DAY = 86_400.0
YEARS = 4 * 365 * DAY
TABLE = RiskTable(
    columns=(
        RiskColumn("la", 4, "lines added", "the change itself"),
        RiskColumn("age", 4, "days", "the commit before"),
    ),
    rows=[
        ChangeRow("one", 0, 3, 0, (3.0, NAN)),
        ChangeRow("two", DAY, 0, 1, (0.0, 0.1)),
        ChangeRow("three", YEARS, 9, 1, (9.0, 1461.25)),
    ],
    labels=(
        FixLabel("one", "three", YEARS, "trailer"),
        FixLabel("one", "two", DAY, "revert"),
        FixLabel("three", "", 2 * YEARS, "corrected"),
    ),
)


def list_values(now: float) -> list[list[object]]:
    return [list(row.values.values()) for row in list_feature_rows(TABLE, now)]


def test_a_row_is_a_change_with_its_label() -> None:
    """The first that said so counts; a change that is too young has none."""
    assert [column.name for column in list_feature_columns(TABLE.columns)] == [
        "id",
        "at",
        "label",
        "label_known_at",
        "label_source",
        "label_by",
        "la",
        "age",
    ]
    assert list_values(YEARS + DAY) == [
        ["one", "1970-01-01T00:00:00+00:00", True, "1970-01-02T00:00:00+00:00", "revert", "two", 3, None],
        ["two", "1970-01-02T00:00:00+00:00", False, None, None, None, 0, 0.1],
        ["three", "1973-12-31T00:00:00+00:00", None, None, None, None, 9, 1461.25],
    ]


def test_a_label_counts_from_its_day_on() -> None:
    """Before it nobody knew."""
    assert [row[2] for row in list_values(DAY / 2)] == [None, None, None]
    assert list_values(3 * YEARS)[2][2:6] == [True, "1977-12-30T00:00:00+00:00", "corrected", None]


def test_single_changes_can_be_taken() -> None:
    """Their labels are what they are beside all others."""
    assert [row.id for row in list_feature_rows(TABLE, YEARS, {"two"})] == ["two"]


def test_columns_tell_how_much_is_known() -> None:
    """As rows, too."""
    found = sum_up_table(TABLE, YEARS + DAY)

    assert (found.changes, found.bad, found.good) == (3, 1, 1)
    assert [(one.name, round(one.known, 2)) for one in found.columns] == [("la", 1), ("age", 0.67)]
    assert next(list_about_rows(found.columns)).values == {
        "name": "la",
        "tier": 4,
        "unit": "lines added",
        "known_at": "the change itself",
        "known": 1,
    }


def test_an_empty_table_is_summed_up() -> None:
    """Without a share of nothing."""
    found = sum_up_table(TABLE._replace(rows=[], labels=()), YEARS)

    assert (found.changes, found.since, [one.known for one in found.columns]) == (0, None, [0, 0])


def test_a_change_tells_each_number() -> None:
    """With its unit, and what became of it."""
    found = tell_change(TABLE.rows[0], TABLE, YEARS)

    assert [(one.name, one.value) for one in found.values] == [("la", 3), ("age", None)]
    assert (found.fate.bad, found.fate.source, found.fate.by) == (True, "revert", "two")


@pytest.mark.parametrize(
    ("value", "told"),
    [(3.0, 3), (0.30000001192092896, 0.3), (NAN, None), (float("inf"), None), (-2.0, -2), (33554432.0, 33554430.0)],
)
def test_numbers_are_told_as_people_write_them(value: float, told: float | None) -> None:
    """Whole ones whole, others with the digits that 32 bits hold."""
    assert tell_number(value) == told


# A change counts as good once those like it that were bad would have been found out.


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
