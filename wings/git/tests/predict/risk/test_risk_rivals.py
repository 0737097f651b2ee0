"""twiceshy_git.predict.risk.risk_rivals: baselines stand beside trees on the same changes, with what was known then."""

import importlib.util
from random import Random

import pytest
from wings.git.tests.predict.risk.invented_tables import COLUMNS, a_table, end_of

from twiceshy_git.predict.risk.risk_judging import JudgedPeriod
from twiceshy_git.predict.risk.risk_measures import measure_auc
from twiceshy_git.predict.risk.risk_recipe import KnownChanges, look_back
from twiceshy_git.predict.risk.risk_rivals import (
    KAMEI,
    TokenChange,
    TokenRegression,
    add_rivals,
    fit_regression,
    make_baselines,
)

NAMES = [one.name for one in COLUMNS]


def a_period(known: KnownChanges, then: KnownChanges) -> JudgedPeriod:
    """Return a period that only lines added has judged."""
    added = [float(row.added) for row in known.rows]
    return JudgedPeriod(then=then, rows=known.rows, bad=known.bad, scores={"lines added": added}, stated={})


def test_each_baseline_has_a_score_and_a_probability_for_each_change() -> None:
    """What was there stays as it was."""
    table = a_table(400, by_hidden=False)
    known = look_back(table, end_of(table))
    period = a_period(known, known)
    judged = add_rivals(period, NAMES, {})

    assert set(judged.scores) == {"lines added", "Kamei's fourteen"}
    assert judged.scores["lines added"] is period.scores["lines added"]
    assert set(judged.stated) == {"Kamei's fourteen"}
    assert all(0 < one < 1 for one in judged.stated["Kamei's fourteen"])
    assert len(judged.scores["Kamei's fourteen"]) == len(known.rows)


def test_what_a_baseline_says_rests_on_what_was_known_then() -> None:
    """What became of the changes judged moves nothing."""
    table = a_table(400, by_hidden=False)
    then, known = look_back(table, table.rows[250].at), look_back(table, end_of(table))
    turned = KnownChanges(known.rows, [not one for one in known.bad], known.wait)

    assert add_rivals(a_period(known, then), NAMES, {}).scores == add_rivals(a_period(turned, then), NAMES, {}).scores


@pytest.mark.skipif(importlib.util.find_spec("numpy") is None, reason="NumPy is not installed")
def test_words_of_patches_stand_beside_the_others_where_they_were_read() -> None:
    """A change without words has a score too."""
    table = a_table(400, by_hidden=True)
    known = look_back(table, end_of(table))
    tokens = {row.id: [1, 5] if bad else [2, 5] for row, bad in zip(known.rows[:-9], known.bad, strict=False)}
    judged = add_rivals(a_period(known, known), NAMES, tokens)

    assert len(judged.scores["words of the patch"]) == len(known.rows)
    assert measure_auc(known.bad, judged.scores["words of the patch"]) == pytest.approx(1, abs=0.05)
    assert set(judged.stated) == {"Kamei's fourteen", "words of the patch"}


def test_a_baseline_that_cannot_be_fitted_is_left_out() -> None:
    """Nine bad changes are too few for a regression."""
    table = a_table(400, by_hidden=False)
    known = look_back(table, end_of(table))
    few = KnownChanges(known.rows, [place < 9 for place in range(len(known.bad))], known.wait)

    assert set(add_rivals(a_period(known, few), NAMES, {}).scores) == {"lines added"}


# twiceshy_git.predict.risk.risk_baselines: what a risk model must beat.

UNKNOWN = float("nan")


def test_lines_added_orders_by_lines_added() -> None:
    """More lines added are more risk; what is not known comes last."""
    judge = make_baselines(["la"], [], [])["lines added"]
    assert sorted([[30.0], [UNKNOWN], [2.0]], key=judge, reverse=True)[:2] == [[30.0], [2.0]]


def test_the_regression_finds_the_column_that_counts() -> None:
    """Where people who came before decide, lines added is beaten, also with values that are not known."""
    draw = Random(1)
    rows = [[float(draw.randrange(100)), UNKNOWN if draw.random() < 0.1 else draw.random()] for _ in range(400)]
    bad = [row[1] > 0.7 for row in rows]
    judge = fit_regression([0, 1], rows, bad)
    auc = measure_auc(bad, [judge(row) for row in rows])
    assert auc is not None
    assert auc > 0.95


def test_baselines_without_their_columns_or_without_both_kinds_are_not_there() -> None:
    """Nothing is fitted on changes of one kind."""
    rows = [[1.0] * len(KAMEI)] * 20
    assert set(make_baselines(KAMEI, rows, [False] * 20)) == {"lines added"}
    assert set(make_baselines([*KAMEI, "earlier_bugs"], [[*row, 0.0] for row in rows], [True, False] * 10)) == {
        "lines added",
        "files' own past",
        "Kamei's fourteen",
    }


# twiceshy_git.predict.risk.token_regression: words that tell a bad change are found.

pytestmark = pytest.mark.skipif(importlib.util.find_spec("numpy") is None, reason="NumPy is not installed")


def invent(count: int, seed: int) -> tuple[list[TokenChange], list[bool]]:
    """Return changes of eight words; a third of those with word 7 are bad, and of those with a large number."""
    draw = Random(seed)
    changes = [TokenChange(sorted(draw.sample(range(40), 8)), (draw.gauss(0.0, 1.0),)) for _ in range(count)]
    return changes, [draw.random() < 0.1 + 0.4 * (7 in one.tokens) + 0.2 * (one.numbers[0] > 1) for one in changes]


def test_words_and_numbers_that_count_are_found_on_changes_not_seen() -> None:
    """The same changes give the same weights."""
    learned, bad = invent(1500, 1)
    fresh, truth = invent(600, 2)
    scores = TokenRegression(40, learned, bad).score(fresh)
    auc = measure_auc(truth, scores)

    assert auc is not None
    assert auc > 0.65
    assert scores == TokenRegression(40, learned, bad).score(fresh)


def test_a_change_without_words_has_its_numbers() -> None:
    """And a larger one is more at risk here."""
    learned, bad = invent(1500, 1)
    low, high = TokenRegression(40, learned, bad).score([TokenChange((), (-1.0,)), TokenChange((), (2.0,))])

    assert low < high
