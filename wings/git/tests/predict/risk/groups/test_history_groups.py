"""Kamei's fourteen, by hand."""

import math

import pytest
from wings.git.tests.predict.risk.invented_changes import a_change, tell

from twiceshy.records.change_risk import TimedChange
from twiceshy_git.predict.risk.change_rows import describe_changes, list_risk_columns
from twiceshy_git.predict.risk.feature_groups import make_groups

HISTORY = (
    a_change(0, ("core/a.py", 10, 0), ("core/b.py", 30, 0)),
    a_change(1, ("core/a.py", 4, 2), author=b"bob"),
    a_change(3, ("core/a.py", 1, 1), ("web/c.js", 8, 0), subject="Fix the bug of a"),
)
EXPECTED = [
    {"ns": 1, "nd": 1, "nf": 2, "la": 40, "ld": 0, "fix": 0, "new_files": 2, "ndev": 0, "nuc": 0, "exp": 0},
    {"nf": 1, "lt": 10, "entropy": 0, "ndev": 1, "age": 1, "nuc": 1, "exp": 0, "sexp": 0, "new_files": 0},
    {"ns": 2, "nd": 2, "lt": 12, "fix": 1, "ndev": 2, "age": 2, "nuc": 2, "exp": 1, "sexp": 1, "new_files": 1}
    | {
        "author_days_away": 3,
        "commits_90d": 2,
        "days_active_in_range": 2,
        "weekday": 3,
        "hour": 12,
        "message_words": 5,
    },
]


def describe(changes: tuple[TimedChange, ...]) -> list[dict[str, float]]:
    groups = make_groups()
    names = [column.name for column in list_risk_columns(groups)]
    return [dict(zip(names, row.values, strict=True)) for row in describe_changes(tell(changes), [], groups)]


@pytest.mark.parametrize("place", range(3))
def test_the_numbers_are_those_of_the_paper(place: int) -> None:
    """For each of three changes."""
    row = describe(HISTORY)[place]

    assert {name: row[name] for name in EXPECTED[place]} == EXPECTED[place]


def test_what_is_not_known_is_not_nought() -> None:
    """A new file has no age, an author's first change no day before."""
    first = describe(HISTORY)[0]

    assert all(math.isnan(first[name]) for name in ("lt", "age", "author_days_away"))
    assert first["entropy"] == pytest.approx(0.8113, abs=1e-4)
