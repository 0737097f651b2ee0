"""twiceshy_git.predict.risk.risk_evaluation: all baselines beside own trees, and what columns are worth."""

import importlib.util

import pytest
from wings.git.tests.predict.risk.invented_tables import COLUMNS, a_table, end_of

from twiceshy.records.change_risk import RiskColumn, RiskEvaluation, RiskTable
from twiceshy_git.predict.risk.risk_evaluation import evaluate_risk, list_parts
from twiceshy_git.predict.risk.risk_growing import RiskGrower
from twiceshy_git.predict.risk.risk_recipe import look_back

with_lightgbm = pytest.mark.skipif(importlib.util.find_spec("lightgbm") is None, reason="LightGBM is not installed")
NAMES = [one.name for one in COLUMNS]


def evaluate(table: RiskTable) -> RiskEvaluation:
    """Evaluate as of the last change."""
    return evaluate_risk(table, look_back(table, end_of(table)), RiskGrower(NAMES), {})


@pytest.fixture(scope="module")
def hidden() -> RiskEvaluation:
    """What is said where one column decides; it stands among those of tests."""
    table = a_table(600, by_hidden=True)
    columns = tuple(one._replace(tier=1) if one.name == "hidden" else one for one in table.columns)
    return evaluate(table._replace(columns=columns))


@with_lightgbm
def test_trees_stand_beside_each_baseline(hidden: RiskEvaluation) -> None:
    """Where a column decides that no baseline knows, each of them is behind, and power is told with each lead."""
    ours, *others = hidden.scores
    fourteen = next(one for one in others if one.name == "Kamei's fourteen")

    assert [one.name for one in hidden.scores] == ["own trees", "lines added", "Kamei's fourteen", "smallest first"]
    assert (ours.auc or 0) > 0.75 > (fourteen.auc or 1)
    assert ours.lead is not None
    assert ours.lead[1] > 0 < (ours.least or 0) < 0.2
    assert fourteen.lead is not None
    assert fourteen.lead[1] < 0.05


@with_lightgbm
def test_who_reads_by_risk_finds_more_than_who_reads_small_ones_first(hidden: RiskEvaluation) -> None:
    """The order is told for every score that states a probability; smallest first says nothing of risk."""
    by_name = {one.name: one for one in hidden.scores}
    smallest = by_name["smallest first"]

    assert (smallest.auc, smallest.ece, smallest.lead) == (None, None, None)
    assert (by_name["own trees"].effort_recall or 0) > (smallest.effort_recall or 1)
    assert (by_name["own trees"].popt or 0) > (smallest.popt or 1)


@with_lightgbm
def test_the_tier_that_decides_is_the_one_that_is_missed(hidden: RiskEvaluation) -> None:
    """With interval and power, on the changes of the newest period."""
    loss = {one.name: one for one in hidden.importance}

    assert loss["tier 1"].loss is not None
    assert loss["tier 1"].loss[1] > 0.1
    assert loss["tier 1"].columns == 1
    assert 0 < (loss["tier 1"].least or 0) < 0.3
    assert 0 < hidden.importance_changes < hidden.changes


@with_lightgbm
def test_the_same_changes_give_the_same_figures() -> None:
    """To the last digit."""
    table = a_table(300, by_hidden=True)

    assert evaluate(table) == evaluate(table)


# git.predict.risk.risk_importance: which columns belong together; what they are worth is tried with the evaluation.


def test_columns_are_told_by_tier_and_by_group() -> None:
    """A group's name is words; columns of no group stand in their tier alone."""
    columns = [RiskColumn(name, tier, "", "") for name, tier in (("la", 4), ("words_past", 6), ("nuc", 4), ("new", 1))]

    assert list_parts(columns) == {
        "tier 1": [3],
        "tier 4": [0, 2],
        "tier 6": [1],
        "change size": [0],
        "files past": [2],
        "change words": [1],
    }
