"""Trees answer only where they surely beat the number of lines added, by what was known at the time."""

import importlib.util
import math

import pytest
from wings.git.tests.predict.risk.invented_tables import DAY, a_table, end_of

from twiceshy.base.errors import StoreCorrupt, StoreTooNew
from twiceshy.records.change_risk import RiskTable
from twiceshy_git.predict.risk.risk_growing import find_risk_grower
from twiceshy_git.predict.risk.risk_model import (
    GENERAL,
    OWN,
    SIZE,
    RiskModel,
    decode_risk_model,
    encode_risk_model,
    match_columns,
)
from twiceshy_git.predict.risk.risk_recipe import look_back
from twiceshy_git.predict.risk.risk_training import train_risk
from twiceshy_git.predict.risk.risk_trees import RiskTree

with_lightgbm = pytest.mark.skipif(importlib.util.find_spec("lightgbm") is None, reason="LightGBM is not installed")
BY_HIDDEN = RiskTree((1,), (0.7,), (True,), (-1,), (-2,), (0.0,), (-2.0, 1.0))


@pytest.fixture(scope="module")
def hidden() -> RiskTable:
    return a_table(900, by_hidden=True)


def train(table: RiskTable, general: RiskModel | None = None) -> RiskModel:
    """Train as of the last change."""
    grower = find_risk_grower([one.name for one in table.columns])
    return train_risk(table, general, end_of(table), grower=grower)


@with_lightgbm
def test_trees_answer_where_size_knows_nothing(hidden: RiskTable) -> None:
    """Stated shares are near the real ones, and the cause is what pushes."""
    model = train(hidden)
    bad = next(row for row in hidden.rows if row.values[1] > 0.8)
    good = next(row for row in hidden.rows if row.values[1] < 0.6)
    risky, calm = model.answer(bad), model.answer(good)

    assert model.kind == OWN
    assert (calm.probability or 1) < 0.25
    assert (risky.probability or 0) > 0.4
    assert max(risky.pushes, key=lambda name: risky.pushes[name]) == "hidden"
    assert model.card["figures"]["own trees"]["auc"] > 0.75 > model.card["figures"]["lines added"]["auc"]
    assert model.card["figures"]["own trees"]["brier_skill"] > 0.05


@with_lightgbm
def test_size_answers_where_it_is_all_there_is() -> None:
    """Its probability is calibrated, nothing is said to push, and the card says why trees are silent."""
    table = a_table(1200, by_hidden=False)
    model = train(table)
    large = model.answer(table.rows[0]._replace(added=400))
    small = model.answer(table.rows[0]._replace(added=1))

    assert (model.kind, model.used) == (SIZE, False)
    assert "not surely better than the number of lines added" in model.card["why_not_used"]
    assert large.pushes == {}
    assert large.probability is not None
    assert small.probability is not None
    assert large.probability > 0.35 > small.probability
    assert large.like is not None
    assert large.larger_than == pytest.approx(1, abs=0.02)
    assert small.larger_than == 0


@with_lightgbm
def test_the_same_changes_give_the_same_model(hidden: RiskTable) -> None:
    """Byte for byte."""
    part = RiskTable(hidden.columns, hidden.rows[:300], hidden.labels)

    assert encode_risk_model(train(part)) == encode_risk_model(train(part))


def test_only_what_was_known_by_then_is_looked_at(hidden: RiskTable) -> None:
    """A fix of tomorrow is not known, and a change of yesterday is not good yet."""
    at = hidden.rows[600].at
    known = look_back(hidden, at)
    later = RiskTable(hidden.columns, hidden.rows, tuple(one for one in hidden.labels if one.known_at < at))

    assert known == look_back(later, at)
    assert known.wait == 5 * DAY
    assert known.rows[-1].at <= at - 5 * DAY
    assert sum(known.bad) == len({one.commit for one in later.labels} & {row.id for row in known.rows})


def test_too_few_changes_say_no_probability() -> None:
    """But the size of a change is known."""
    model = train(a_table(100, by_hidden=True))

    assert model.kind == SIZE
    assert model.card["why_not_used"].endswith("200 and 30 are needed")
    assert model.answer(a_table(1, by_hidden=True).rows[0]).probability is None


def test_without_lightgbm_size_answers(hidden: RiskTable) -> None:
    """And the card says what is missing."""
    model = train_risk(hidden, None, end_of(hidden), grower=None)

    assert (model.kind, bool(model.size_steps)) == (SIZE, True)
    assert "LightGBM" in model.card["why_not_used"]


def test_general_trees_answer_where_only_they_are_ahead() -> None:
    """Calibrated by the repository's own changes."""
    table = a_table(260, by_hidden=True, seed=4)
    general = RiskModel(name="general", kind=GENERAL, columns=("x", "hidden"), trees=(BY_HIDDEN,))
    model = train_risk(table, general, end_of(table), grower=None)

    assert model.kind == GENERAL
    assert model.trees[0].column == (1,)
    assert (model.answer(table.rows[0]).probability or math.nan) >= 0
    assert train_risk(a_table(400, by_hidden=False), general, 2e9, grower=None).kind == SIZE


def test_columns_are_matched_by_name() -> None:
    """New columns and another order change nothing; one that is gone is refused."""
    model = RiskModel(name="m", kind=OWN, columns=("x", "hidden"), trees=(BY_HIDDEN,))
    table = a_table(1, by_hidden=True)

    assert match_columns(model, table.columns[::-1]).trees[0].column == (2,)
    with pytest.raises(StoreCorrupt, match="'m' needs columns that are gone: hidden"):
        match_columns(model, table.columns[:1])


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b'{"format": "else", "version": 1}', b'{"format": "twiceshy/change-risk"}']
)
def test_a_file_that_is_no_model_is_refused(raw: bytes) -> None:
    """With what to do."""
    with pytest.raises(StoreCorrupt, match="train it again"):
        decode_risk_model(raw)


def test_a_model_of_a_newer_version_is_said() -> None:
    """It is not broken."""
    newer = encode_risk_model(RiskModel(name="m", kind=SIZE)).replace(b'"version":1', b'"version":99')

    with pytest.raises(StoreTooNew, match="upgrade"):
        decode_risk_model(newer)


@with_lightgbm
def test_a_model_comes_back_from_its_file(hidden: RiskTable) -> None:
    """And answers the same."""
    model = train(RiskTable(hidden.columns, hidden.rows[:450], hidden.labels))
    back = decode_risk_model(encode_risk_model(model))

    assert back.answer(hidden.rows[7]) == model.answer(hidden.rows[7])
    assert encode_risk_model(back) == encode_risk_model(model)
