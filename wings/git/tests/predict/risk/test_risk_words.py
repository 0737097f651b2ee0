"""Reasons tell what the model counts against a change, with the change's own number."""

import math
from collections.abc import Mapping
from typing import Any

import pytest

from twiceshy.records.change_risk import ChangeRow, RiskAnswer, RiskColumn, RiskReason
from twiceshy_git.predict.risk.change_rows import list_risk_columns
from twiceshy_git.predict.risk.feature_groups import make_groups
from twiceshy_git.predict.risk.risk_words import WORDINGS, choose_reasons, measure_usual, phrase_risk


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
        ("la", 90_000, 12, "90,000 lines added (usual: 12)"),
        ("la", 412, math.nan, "412 lines added"),
        ("message_words", 1, 48, "1 word in the message (usual: 48)"),
        ("commits_90d", 3, 1, "3 changes of one file in the 90 days before, 3x the usual"),
        ("new_files", 4, 0, "4 new files (usual: 0)"),
        ("earlier_bugs_most", 1, 0, "1 earlier change of one file was fixed later (usual: 0)"),
        ("earlier_bugs_most", 12, 3, "12 earlier changes of one file were fixed later, 4x the usual"),
        ("exp", 0, 120, "author has 0 earlier changes (usual: 120)"),
        ("reviews", 0, 2, "0 review lines in the message (usual: 2)"),
        ("fix", 1, 0, "its subject speaks of a fix or a bug"),
        ("class_count_delta", 5, 0, "5 classes added (usual: 0)"),
        ("sql_query_count", 1, 0, "1 SQL query in changed functions (usual: 0)"),
        ("sql_query_count_delta", 2, 0, "2 SQL queries more (usual: 0)"),
        ("cyclomatic_complexity", 31, 4, "a changed function of complexity 31, 7.8x the usual"),
        ("critical_findings", 1, 0, "1 critical finding of scanners"),
        ("type_coverage_ratio", 0.2, 0.9, "20 % of the types written down in changed functions (usual: 90 %)"),
        ("agent_blind_edit_rate", 1 / 3, 0, "33 % of edits unread (usual: 0 %)"),
        ("untested_files", 0.5, 0.25, "no test run of the session named 50 % of its files, 2x the usual"),
        ("tests_after_edit", 0, 1, "no test after the last edit"),
        ("searches_before_edit", 0, 0.4, "no search before the first edit of this change"),
        ("days_waited", 40, 1, "written 40 days before it was committed"),
    ],
)
def test_a_reason_has_the_number_and_the_usual_one_where_they_are_apart(
    column: str, value: float, usual: float, words: str
) -> None:
    """In the field's terms."""
    assert reasons_of({column: value}, {column: 0.5}, {column: usual}) == [(words, 0.5)]


@pytest.mark.parametrize(
    ("column", "value", "usual", "push"),
    [
        ("la", 412, 98, -0.4),
        ("la", 412, 98, 0.01),
        ("la", math.nan, 98, 0.4),
        ("la", 3, 98, 0.4),
        ("la", 3, 0, 0.4),
        ("exp", 33, 62, 0.4),
        ("message_words", 81, 20, 0.4),
        ("reviews", 0, 0, 0.4),
        ("tests_after_edit", 1, 1, 0.4),
        ("agent_blind_edit_rate", 0, 0, 0.4),
        ("weekday", 4, 1, 0.4),
        ("hour", 3, 14, 0.4),
        ("words_past", 2, 0, 0.4),
        ("language", 7, 1, 0.4),
    ],
    ids=[
        "for it",
        "next to nothing",
        "not known",
        "small",
        "three lines are no reason anywhere",
        "no newcomer",
        "who acts on a long message",
        "nobody reviews here",
        "tests were run",
        "all was read",
        "nobody acts on a day",
        "nor on an hour",
        "nor on words",
        "no order",
    ],
)
def test_what_is_no_reason_is_not_said(column: str, value: float, usual: float, push: float) -> None:
    """Only pushes towards bad count, of numbers that are known, and that a reviewer would do something about."""
    assert reasons_of({column: value}, {column: push}, {column: usual}) == []


def test_what_is_usual_is_no_reason() -> None:
    """Whatever the model makes of it."""
    assert reasons_of({"la": 120}, {"la": 0.5}, {"la": 100}) == []
    assert reasons_of({"new_files": 0}, {"new_files": 0.5}, {"new_files": 0}) == []


def test_a_sum_over_files_is_said_by_what_is_true_of_one_file() -> None:
    """A bad change of three files counts three times in the sum; no sentence may say so."""
    found = reasons_of({"earlier_bugs": 9, "earlier_bugs_most": 3}, {"earlier_bugs": 0.5}, {"earlier_bugs": 9})
    assert found == [("3 earlier changes of one file were fixed later", 0.5)]


@pytest.mark.parametrize("listed", ["la_docs", "la_config", "la_generated"])
def test_of_one_file_is_told_only_where_it_is_code(listed: str) -> None:
    """In release notes and build files every other change lies: their past says nothing of this one."""
    values, push = {"commits_90d": 30.0, listed: 2.0}, {"commits_90d": 0.5}
    assert reasons_of(values, push) == []
    assert reasons_of(values | {listed: 0.0}, push) == [("30 changes of one file in the 90 days before", 0.5)]


def test_a_test_is_asked_for_where_there_is_something_to_test() -> None:
    """One line of code is not."""
    for lines, said in ((1.0, []), (80.0, [("no line of tests added", 0.5)])):
        assert reasons_of({"tests_share": 0.0, "la_code": lines}, {"tests_share": 0.5}) == said


def test_a_column_that_is_said_by_another_one_needs_that_one_to_speak_against_the_change() -> None:
    """The spread of lines is told by the number of files, unless the model counts that for the change."""
    values = {"entropy": 3.0, "nf": 12.0}
    assert reasons_of(values, {"entropy": 0.5}) == [("12 files", 0.5)]
    assert reasons_of(values, {"entropy": 0.5, "nf": -0.1}) == []


def test_columns_that_tell_the_same_are_weighed_together_and_said_once() -> None:
    """Files and lines are size; what one column adds and another takes away is no reason."""
    assert reasons_of({"la": 400, "nf": 9}, {"la": 0.5, "nf": 0.3}) == [("400 lines added", 0.8)]
    assert reasons_of({"la": 400, "nf": 9}, {"la": 0.5, "nf": -0.48}) == []


def test_the_three_strongest_are_said_the_strongest_first() -> None:
    """A person reads no more."""
    values = {"la": 400.0, "ndev": 3.0, "fix": 1.0, "days_waited": 30.0}
    found = reasons_of(values, {"la": 0.1, "ndev": 0.4, "fix": 0.2, "days_waited": 0.3})
    assert [push for _, push in found] == [0.4, 0.3, 0.2]


def test_the_usual_is_the_middle_of_what_is_known() -> None:
    """What is not known has no part in it."""
    rows = [ChangeRow("a", 0.0, 0, 0, [value]) for value in (1.0, math.nan, 9.0, 2.0)]
    assert measure_usual(rows, 0) == 2.0
    assert math.isnan(measure_usual(rows[1:2], 0))


def test_words_for_columns_have_no_sentence_marks() -> None:
    """They are joined by semicolons into one sentence."""
    for name in WORDINGS:
        for value in (0.0, 1.0, 350.0):
            for words, _ in reasons_of({name: value}, {name: 1.0}):
                assert words == words.strip(" .;")


def test_each_wording_is_of_a_column_that_there_is() -> None:
    """A renamed column must not fall silent; one that is said by another one is of its topic."""
    there = {one.name for one in list_risk_columns(make_groups())}
    assert WORDINGS.keys() <= there
    for one in WORDINGS.values():
        assert not one.reads or (one.reads in there and WORDINGS[one.reads].words)


# One sentence a change: with a model, by size alone, and where too little is known.

REASONS = (
    RiskReason(words="412 lines added, 4.2x the usual", column="la", push=0.9),
    RiskReason(words="3 authors before", column="ndev", push=0.2),
)


def an_answer(**values: Any) -> RiskAnswer:
    """Return an answer; what is not given is ordinary."""
    plain: dict[str, Any] = {
        "id": "staged",
        "subject": "",
        "probability": 0.314,
        "base": 0.12,
        "like": (9, 31),
        "model": "own",
        "added": 412,
        "removed": 3,
        "larger_than": 0.94,
    }
    return RiskAnswer(**plain | values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"reasons": REASONS},
            (
                "risk 0.31 (base 0.12; 9 of 31 like changes were fixed later): 412 lines added, 4.2x the usual; "
                "3 authors before"
            ),
        ),
        ({"base": None, "like": None}, "risk 0.31"),
        (
            {"model": "size"},
            (
                "large change: 412 lines added, more than in 94 % of this repository's changes; "
                "of 31 of like size 29 % (16-47) were fixed later"
            ),
        ),
        (
            {"model": "size", "larger_than": 0.2, "added": 1, "like": None},
            "small change: 1 line added, more than in 20 % of this repository's changes",
        ),
        (
            {"model": "size", "larger_than": 0.999, "like": None},
            "large change: 412 lines added, more than in 99 % of this repository's changes",
        ),
        (
            {"model": "size", "probability": None, "larger_than": None, "too_little": "3 changes are known"},
            "412 lines added; no risk can be told: 3 changes are known",
        ),
    ],
    ids=["a model", "without a past", "size alone", "small", "never all", "too little"],
)
def test_the_sentence_claims_no_more_than_is_known(values: dict[str, Any], words: str) -> None:
    """Where the model is not used the change is large or small, and no more."""
    assert phrase_risk(an_answer(**values)) == words
