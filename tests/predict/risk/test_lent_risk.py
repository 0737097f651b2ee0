"""The model of public histories answers where a repository knows too little of its own, and nowhere else."""

from dataclasses import replace

import pytest
from tests.predict.risk.invented_tables import COLUMNS, a_table, end_of

from twiceshy.predict.risk.lent_risk import choose_untrained, has_learned_from, may_lend
from twiceshy.predict.risk.risk_answers import RiskAnswers
from twiceshy.predict.risk.risk_calibration import ScoreStep
from twiceshy.predict.risk.risk_model import SIZE, RiskModel, decode_risk_model, encode_risk_model
from twiceshy.predict.risk.risk_training import train_risk
from twiceshy.predict.risk.risk_trees import RiskTree
from twiceshy.records.change_risk import LentShare, RiskColumn, RiskTable

STUMP = RiskTree((0,), (100.0,), (True,), (-1,), (-2,), (-2.0,), (-2.5, 1.0))
"""Above 100 lines added it says more."""


def a_general_model(first: str = "f" * 12) -> RiskModel:
    """Return a model of two histories, one of which began with that commit."""
    return RiskModel(
        name="risk-general",
        kind="general",
        columns=tuple(one.name for one in COLUMNS),
        trees=(STUMP,),
        steps=(ScoreStep(-2.5, 0.05, 4, 80), ScoreStep(1.0, 0.4, 16, 40)),
        spread=((0.01, 0.09), (0.24, 0.51)),
        sizes=(1, 1, 1),
        base=0.1,
        card={"histories": [{"first": first}, {"first": "e" * 12}]},
    )


def answer_with(general: RiskModel, table: RiskTable) -> RiskModel:
    """Return what answers where nothing was trained."""
    return choose_untrained(general, train_risk(table, None, end_of(table), grower=None), table)


def test_a_young_repository_is_told_what_became_of_like_changes_elsewhere() -> None:
    """As shares of other histories, with their range; size and reasons are compared with its own changes."""
    table = a_table(60, by_hidden=False)
    model = answer_with(a_general_model(), table)
    row = table.rows[0]._replace(id="staged", added=900, values=[900.0, 0.5, 0.5, 0.5])
    answer = RiskAnswers(table, model).answer(row)

    assert answer.lent == LentShare(2, 0.24, 0.51)
    assert (answer.probability, answer.base, answer.model, answer.larger_than) == (0.4, None, "general", 1.0)
    assert answer.words.startswith(
        "risk 0.40 by a model of 2 public histories, where 24 to 51 % of like changes were fixed later; "
        "too few changes of this repository's own were: 900 lines added"
    )
    assert model.card["why_lent"].endswith("200 and 30 are needed")


def test_enough_changes_of_ones_own_say_more() -> None:
    """Sizes that this repository knows of are told instead."""
    model = answer_with(a_general_model(), a_table(400, by_hidden=False))

    assert (model.kind, bool(model.size_steps)) == (SIZE, True)
    assert model.card["why_not_used"] == "nothing was trained here: `twiceshy train risk`"


@pytest.mark.parametrize(
    ("table", "lent"),
    [
        pytest.param(a_table(20, by_hidden=False), True, id="twenty changes"),
        pytest.param(a_table(19, by_hidden=False), False, id="fewer"),
        pytest.param(a_table(20, by_hidden=False)._replace(doubts=("the clone is shallow",)), False, id="cut off"),
    ],
)
def test_where_columns_mean_little_nothing_is_lent(table: RiskTable, lent: bool) -> None:
    """Three commits, squashed or imported histories, shallow clones: what is missing is said instead."""
    assert may_lend(a_general_model(), table) == lent
    assert bool(answer_with(a_general_model(), table).used) == lent


def test_a_history_that_was_learned_from_is_known_again() -> None:
    """What the model says there is no forecast; nor is it judged or used there."""
    table = a_table(60, by_hidden=False)
    learned = a_general_model(table.rows[0].id[:12])

    assert has_learned_from(learned, table.rows)
    assert not has_learned_from(a_general_model(), table.rows)
    assert not has_learned_from(learned, [])
    assert not may_lend(learned, table)


def test_nothing_is_lent_by_a_model_that_knows_no_more_than_sizes() -> None:
    """Where none comes with the program."""
    table = a_table(60, by_hidden=False)

    assert not may_lend(RiskModel(name=SIZE, kind=SIZE), table)


@pytest.mark.parametrize(("files", "told"), [(1.0, True), (float("nan"), True), (0.0, False)])
def test_of_a_change_without_code_nothing_is_lent(files: float, told: bool) -> None:
    """Histories whose fixes name lines of code had no way to name it; its size is told."""
    table = a_table(60, by_hidden=False)
    code = (*COLUMNS[:3], RiskColumn("nf_code", 3, "files", "the change itself"))
    general = replace(a_general_model(), columns=tuple(one.name for one in code))
    tell = RiskAnswers(table._replace(columns=code), general)
    answer = tell.answer(table.rows[0]._replace(added=900, values=[900.0, 0.5, 0.5, files]))

    assert (answer.probability is not None, answer.lent is not None) == (told, told)
    assert answer.words.startswith("risk 0.40" if told else "large change: 900 lines added")


def test_the_range_of_shares_is_in_the_file() -> None:
    """An older file has none; one with another number of steps is damaged."""
    model = a_general_model()

    assert decode_risk_model(encode_risk_model(model)).spread == model.spread
    with pytest.raises(Exception, match="another number of steps"):
        decode_risk_model(encode_risk_model(replace(model, spread=model.spread[:1])))
