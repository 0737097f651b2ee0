"""wings.git.predict.risk.risk_rivals: baselines stand beside trees on the same changes, with what was known then."""

import importlib.util

import pytest
from tests.wings.git.predict.risk.invented_tables import COLUMNS, a_table, end_of

from twiceshy.wings.git.predict.risk.risk_judging import JudgedPeriod
from twiceshy.wings.git.predict.risk.risk_measures import measure_auc
from twiceshy.wings.git.predict.risk.risk_recipe import KnownChanges, look_back
from twiceshy.wings.git.predict.risk.risk_rivals import add_rivals

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
