"""The page of features says of each of the 97 what became of it, and names columns that are there."""

import re
from pathlib import Path

import pytest

from twiceshy_git.predict.risk.change_rows import list_risk_columns
from twiceshy_git.predict.risk.feature_groups import make_groups

PAGE = (Path(__file__).parents[1] / "docs" / "reference" / "features.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.split("## The 97")[1].split("\n") if re.match(r"\| \d", line)]
COLUMNS = {column.name for column in list_risk_columns(make_groups())}
ALL = 97
"""Columns of the first auditor's matrix, by its own count."""


def read_numbers(cell: str) -> range:
    first, _, last = cell.partition("-")
    return range(int(first), int(last or first) + 1)


def test_each_of_the_97_stands_there_once() -> None:
    """In order."""
    assert [number for row in ROWS for number in read_numbers(row[0])] == [*range(1, ALL + 1)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1].strip("`"))
def test_a_feature_is_a_column_or_it_is_said_why_not(row: list[str]) -> None:
    """A name that no group has any more would be a lie."""
    _, _, here, *why = row
    named = re.findall(r"`(\w+)`", here)

    assert set(named) <= COLUMNS
    assert named or here == "not yet" or (here == "gone" and why)


def test_kamei_s_fourteen_are_all_there() -> None:
    """Those by which others compare."""
    named = re.findall(r"`(\w+)`", PAGE.split("Kamei's fourteen", 1)[1].split("\n\n", 1)[0])

    assert len(named) == 14
    assert set(named) <= COLUMNS
