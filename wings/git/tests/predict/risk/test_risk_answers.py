"""An answer tells no more than its model knows, and reasons only for what is over the usual."""

from dataclasses import replace

import pytest
from wings.git.tests.predict.risk.invented_tables import COLUMNS, a_table, end_of
from wings.git.tests.predict.risk.test_risk_words import an_answer

from twiceshy.records.change_risk import ChangeRow, RiskColumn, RiskTable
from twiceshy_git.predict.risk.risk_answers import RiskAnswers, order_by_line
from twiceshy_git.predict.risk.risk_calibration import ScoreStep
from twiceshy_git.predict.risk.risk_model import RiskModel
from twiceshy_git.predict.risk.risk_training import train_risk
from twiceshy_git.predict.risk.risk_trees import RiskTree

STUMP = RiskTree(
    column=(0,), threshold=(100.0,), unknown_left=(True,), left=(-1,), right=(-2,), mean=(-2.0,), value=(-2.5, 1.0)
)
"""Above 100 lines added it says more."""
STEPS = (ScoreStep(-2.5, 0.05, 4, 80), ScoreStep(1.0, 0.4, 16, 40))


def a_model(**values: object) -> RiskModel:
    """Return a model of one stump on the invented columns."""
    names = tuple(one.name for one in COLUMNS)
    plain = RiskModel(
        name="risk-0001", kind="own", columns=names, trees=(STUMP,), steps=STEPS, sizes=(1, 10, 50), base=0.1
    )
    return replace(plain, **values)  # type: ignore[arg-type]


def a_row(added: int, table: RiskTable) -> ChangeRow:
    """Return a change behind the table's last one."""
    return ChangeRow("staged", end_of(table), added, 0, [float(added), 0.5, 0.5, 0.5])


def test_a_large_change_is_told_with_its_reason_and_a_small_one_without() -> None:
    """Below the base nothing speaks against it."""
    table = a_table(60, by_hidden=False)
    tell = RiskAnswers(table, a_model())
    large, small = tell.answer(a_row(900, table)), tell.answer(a_row(3, table))
    assert (large.probability, large.like, [one.column for one in large.reasons]) == (0.4, (16, 40), ["la"])
    assert large.words.startswith("risk 0.40 (base 0.10; 16 of 40 like changes were fixed later): 900 lines added")
    assert (small.probability, small.reasons) == (0.05, ())


def test_what_became_of_a_change_is_the_first_that_was_said_of_it() -> None:
    """Of a change that nobody named nothing is known."""
    table = a_table(60, by_hidden=False)
    tell = RiskAnswers(table, a_model())
    label = table.labels[0]
    later = label._replace(known_at=label.known_at + 9, source="revert")
    tell = RiskAnswers(table._replace(labels=(*table.labels, later)), a_model())
    assert {row.id: tell.answer(row).became for row in table.rows}[label.commit] == label
    assert tell.answer(a_row(3, table)).became is None


def test_of_a_change_without_a_message_the_usual_one_is_taken_and_is_no_reason() -> None:
    """Trees that never met such a change would take it for one of no words."""
    table = a_table(60, by_hidden=False)
    text = (RiskColumn("la", 6, "words", ""), *COLUMNS[1:])
    tell = RiskAnswers(table._replace(columns=text), a_model())
    answer = tell.answer_unwritten(a_row(900, table), author_known=True)
    assert (answer.probability, answer.reasons) == (0.05, ())


def test_without_a_probability_the_size_and_what_is_missing_are_told() -> None:
    """No number is made up."""
    table = a_table(60, by_hidden=False)
    tell = RiskAnswers(table, a_model(kind="size", steps=(), trees=()), "60 changes are known")
    answer = tell.answer(a_row(20, table))
    assert (answer.probability, answer.like, answer.reasons) == (None, None, ())
    assert answer.words == (
        "20 lines added, more than in 67 % of this repository's changes; no risk can be told: 60 changes are known"
    )


@pytest.mark.parametrize(("name", "known"), [("risk-0001", True), ("risk-general", False)])
def test_until_when_a_model_learned_here_is_known(name: str, known: bool) -> None:
    """The general one never saw this repository."""
    table = a_table(400, by_hidden=False)
    model = replace(train_risk(table, None, end_of(table), grower=None), name=name)
    assert (RiskAnswers(table, model).learned_until > 0) == known


# Changes are ordered by what reading a line of them finds.


def test_risk_for_each_line_comes_first_and_the_unknown_last() -> None:
    """Deleted lines are read too; a change of two lines costs as much as one of ten."""
    changes = {
        "long": (0.8, 900, 100),
        "short": (0.2, 20, 0),
        "tiny": (0.1, 1, 1),
        "tiny too": (0.1, 9, 0),
        "unknown": (None, 5, 0),
        "unknown and long": (None, 500, 0),
    }
    answers = [an_answer(id=name, probability=p, added=a, removed=r) for name, (p, a, r) in reversed(changes.items())]
    found = [one.id for one in order_by_line(answers)]
    assert found == ["tiny too", "tiny", "short", "long", "unknown", "unknown and long"]
