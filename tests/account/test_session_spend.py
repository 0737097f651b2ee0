"""account.session_spend: a session's messages sorted into threads."""

from datetime import UTC, datetime

import pytest

from twiceshy.account.price_list import load_price_list
from twiceshy.account.session_spend import divide_session, share_charge
from twiceshy.records.spend import Cause
from twiceshy.records.spending import ModelMessage, TokenCounts

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
MODEL = "claude-opus-4-5"


def test_a_subagents_messages_are_its_own() -> None:
    """By the time at which it wrote; one whose log is missing has a cell too."""
    tokens = TokenCounts(cache_write=1000)
    messages = [
        ModelMessage(1, NOON, MODEL, tokens),
        ModelMessage(1, NOON.replace(hour=13), MODEL, tokens),
        ModelMessage(1, NOON, MODEL, tokens, lost_agent=True),
    ]
    found = divide_session(messages, {}, [(NOON, None), (NOON.replace(hour=13), b"run")], load_price_list()).cells

    assert {key.cause: amount.tokens for key, amount in found.items() if key.cause is Cause.FIXED_START} == {
        Cause.FIXED_START: 1000
    }
    assert sum(amount.tokens for key, amount in found.items() if key.cause is Cause.SUBAGENTS) == 2000


@pytest.mark.parametrize(
    ("message", "dollars"),
    [
        pytest.param(ModelMessage(1, NOON, "nobody's", TokenCounts(5, 5)), 0, id="no price"),
        pytest.param(ModelMessage(1, NOON, "nobody's", TokenCounts(5, 5), 0.5), 0.5, id="stated"),
        pytest.param(ModelMessage(1, NOON, "nobody's", TokenCounts(), 0.5), 0.5, id="a counter's"),
        pytest.param(ModelMessage(1, NOON, MODEL, TokenCounts(1000)), 0.005, id="of the list"),
        pytest.param(ModelMessage(1, None, MODEL, TokenCounts(1000)), 0.005, id="without a time"),
    ],
)
def test_kinds_add_up_to_the_charge(message: ModelMessage, dollars: float) -> None:
    """Nothing is invented where no price is known."""
    found = divide_session([message], {}, [], load_price_list()).cells

    assert share_charge(message, load_price_list()).dollars == pytest.approx(dollars)
    assert sum(amount.picodollars for amount in found.values()) == round(dollars * 10**12)
    assert sum(amount.tokens for amount in found.values()) == message.tokens.total
