"""Rows for other programs: what is not known is None, and a label says who knew it since when."""

import pytest

from twiceshy.records.change_risk import ChangeRow, FixLabel, RiskColumn, RiskTable
from twiceshy.wings.git.predict.risk.feature_rows import (
    list_about_rows,
    list_feature_columns,
    list_feature_rows,
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
