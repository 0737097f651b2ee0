"""Reasons tell what the model counts against a change, with the change's own number."""

import math
from collections.abc import Mapping

import pytest

from twiceshy.predict.risk.risk_words import choose_reasons, list_worded_columns, measure_usual
from twiceshy.records.change_risk import ChangeRow, RiskColumn


def reasons_of(
    values: Mapping[str, float], pushes: Mapping[str, float], usual: Mapping[str, float] | None = None
) -> list[tuple[str, float]]:
    """Return the words and pushes of a change with these values."""
    columns = [RiskColumn(name, 4, "", "") for name in values]
    row = ChangeRow("a", 0.0, 0, 0, list(values.values()))
    found = choose_reasons(row, columns, pushes, lambda name: (usual or {}).get(name, math.nan))
    return [(one.words, one.push) for one in found]


@pytest.mark.parametrize(
    ("column", "value", "usual", "words"),
    [
        ("la", 412, 98, "412 lines added, 4.2x the usual"),
        ("la", 1, math.nan, "1 line added"),
        ("la", 90_000, 12, "90,000 lines added (usual: 12)"),
        ("message_words", 3, 48, "3 words in the message (usual: 48)"),
        ("commits_90d", 3, 1, "3 changes of one file in 90 days, 3x the usual"),
        ("new_files", 2, 0, "2 new files (usual: 0)"),
        ("earlier_bugs_most", 1, 0, "1 earlier change of one file was fixed later"),
        ("earlier_bugs_most", 12, 0, "12 earlier changes of one file were fixed later"),
        ("exp", 0, 120, "author has 0 earlier changes (usual: 120)"),
        ("hour", 3, 14, "made at 03:00-03:59 of the author's clock"),
        ("agent_blind_edit_rate", 1 / 3, 0, "33 % of edits unread"),
        ("tests_after_edit", 0, 1, "no test after the last edit"),
        ("entropy", 1.8, 0.4, "lines spread over files, 1.8 bits, 4.5x the usual"),
    ],
)
def test_a_reason_has_the_number_and_the_usual_one_where_they_are_apart(
    column: str, value: float, usual: float, words: str
) -> None:
    """In the field's terms."""
    assert reasons_of({column: value}, {column: 0.5}, {column: usual}) == [(words, 0.5)]


@pytest.mark.parametrize(
    ("column", "value", "push"),
    [
        ("la", 412, -0.4),
        ("la", 412, 0.01),
        ("la", math.nan, 0.4),
        ("tests_after_edit", 1, 0.4),
        ("agent_blind_edit_rate", 0, 0.4),
        ("weekday", 4, 0.4),
        ("language", 7, 0.4),
    ],
    ids=["for it", "next to nothing", "not known", "tests were run", "all was read", "nobody can act", "no order"],
)
def test_what_is_no_reason_is_not_said(column: str, value: float, push: float) -> None:
    """Only pushes towards bad count, of numbers that are known and that say something."""
    assert reasons_of({column: value}, {column: push}) == []


def test_what_is_usual_is_no_reason() -> None:
    """Whatever the model makes of it."""
    assert reasons_of({"la": 12}, {"la": 0.5}, {"la": 10}) == []
    assert reasons_of({"new_files": 0}, {"new_files": 0.5}, {"new_files": 0}) == []


def test_a_sum_over_files_is_said_by_what_is_true_of_one_file() -> None:
    """A bad change of three files counts three times in the sum; no sentence may say so."""
    found = reasons_of({"earlier_bugs": 9, "earlier_bugs_most": 3}, {"earlier_bugs": 0.5})
    assert found == [("3 earlier changes of one file were fixed later", 0.5)]


def test_columns_that_tell_the_same_are_weighed_together_and_said_once() -> None:
    """Files and lines are size; what one column adds and another takes away is no reason."""
    assert reasons_of({"la": 400, "nf": 9}, {"la": 0.5, "nf": 0.3}) == [("400 lines added", 0.8)]
    assert reasons_of({"la": 400, "nf": 9}, {"la": 0.5, "nf": -0.48}) == []


def test_the_three_strongest_are_said_the_strongest_first() -> None:
    """A person reads no more."""
    values = {"la": 400.0, "ndev": 3.0, "message_words": 5.0, "exp": 7.0}
    found = reasons_of(values, {"la": 0.1, "ndev": 0.4, "message_words": 0.2, "exp": 0.3})
    assert [push for _, push in found] == [0.4, 0.3, 0.2]


def test_the_usual_is_the_middle_of_what_is_known() -> None:
    """What is not known has no part in it."""
    rows = [ChangeRow("a", 0.0, 0, 0, [value]) for value in (1.0, math.nan, 9.0, 2.0)]
    assert measure_usual(rows, 0) == 2.0
    assert math.isnan(measure_usual(rows[1:2], 0))


def test_words_for_columns_have_no_sentence_marks() -> None:
    """They are joined by semicolons into one sentence."""
    for name in list_worded_columns():
        for value in (0.0, 1.0, 3.5):
            for words, _ in reasons_of({name: value}, {name: 1.0}):
                assert words == words.strip(" .;")
