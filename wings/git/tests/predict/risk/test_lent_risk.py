"""The model of public histories answers where a repository knows too little of its own, and nowhere else."""

import math
from dataclasses import replace

import pytest
from wings.git.tests.predict.risk.invented_tables import COLUMNS, a_general_model, a_table, end_of

from twiceshy.records.change_risk import ChangeRow, LentShare, RiskColumn, RiskTable
from twiceshy_git.predict.risk.change_rows import list_risk_columns
from twiceshy_git.predict.risk.feature_groups import make_groups
from twiceshy_git.predict.risk.lent_risk import choose_untrained, has_learned_from, list_histories, may_lend
from twiceshy_git.predict.risk.risk_answers import RiskAnswers
from twiceshy_git.predict.risk.risk_model import (
    SIZE,
    RiskModel,
    decode_risk_model,
    encode_risk_model,
    load_general_risk,
)
from twiceshy_git.predict.risk.risk_training import train_risk


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
        "risk 0.40 by a model of 2 public histories (24 to 51 % of like changes there were fixed later): 900 lines"
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


def test_the_model_that_comes_with_the_program_is_small_and_of_permissive_licences() -> None:
    """It knows today's columns, and its card names each history with licence, count and time."""
    model = load_general_risk()
    assert model is not None
    columns = {one.name for one in list_risk_columns(make_groups())}
    histories = list_histories(model)

    assert len(encode_risk_model(model)) <= 300_000
    assert {model.columns[at] for tree in model.trees for at in tree.column} <= columns
    assert len(histories) >= 5
    assert {one["licence"] for one in histories} <= {"MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"}
    assert all(one["changes"] >= 100 and one["from"] < one["to"] for one in histories)
    assert model.card["bad"] == sum(one["bad"] for one in histories)


def test_the_model_that_comes_with_the_program_takes_a_large_change_of_code_for_riskier() -> None:
    """Other columns are those of a usual change."""
    model = load_general_risk()
    assert model is not None
    usual = {"nf": 2, "nd": 1, "ns": 1, "nf_code": 2, "lt": 200, "code_share": 1, "languages": 1, "exp": 30}

    def ask(added: int) -> float:
        values = usual | {"la": added, "la_code": added, "largest_code": added}
        row = ChangeRow("x", 0.0, added, 0, [float(values.get(name, math.nan)) for name in model.columns])
        return model.answer(row).probability or 0.0

    small, middle, large = (ask(added) for added in (2, 40, 800))
    assert small < middle < large
    assert small < 0.12
    assert large > 0.25
