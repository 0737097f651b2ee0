"""account.session_cost: what a session cost, whole and in any stretch of its time."""

from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.account.price_list import ModelPrice, PriceList, PriceTier, Rates
from twiceshy.account.session_cost import SessionCost, sum_session
from twiceshy.records.spending import ModelMessage, TokenCounts

PRICES = PriceList({"m": ModelPrice((PriceTier(0, Rates(1, 1, 1, 1, 1)),))}, "invented", "2026-11-22")
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def message(at: datetime | None, dollars: int, model: str = "m") -> ModelMessage:
    return ModelMessage(1, at, model, TokenCounts(input=dollars * 1_000_000))


def session(*messages: ModelMessage, calls: int = 0) -> SessionCost:
    return sum_session(messages, PRICES, calls)


def test_a_session_without_messages_costs_nothing() -> None:
    """Nor does any stretch of it."""
    empty = session()

    assert (empty.dollars, empty.unpriced, empty.between(minute(0), minute(9), calls=3)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("begin", "end", "dollars"), [(0, 0, 0), (9, 0, 0), (0, 1, 0), (0, 1.5, 1), (1, 2, 1), (1, 3, 3), (0, 9, 7)]
)
def test_a_stretch_costs_the_messages_in_it(begin: float, end: float, dollars: float) -> None:
    """From its first moment on and before its last: two stretches that meet share no message."""
    cost = session(message(minute(3), 4), message(minute(1), 1), message(minute(2), 2))

    assert cost.between(minute(begin), minute(end)) == dollars
    assert cost.dollars == 7


def test_what_has_no_time_is_shared_out_by_calls() -> None:
    """Never more than all of it."""
    cost = session(message(None, 8), message(minute(1), 1), calls=4)

    assert cost.dollars == 9
    assert [cost.between(minute(5), minute(6), calls=n) for n in (0, 1, 4, 9)] == [0, 2, 8, 8]


def test_messages_that_a_log_has_in_part_are_counted() -> None:
    """What is known of them is in the cost."""
    cost = session(message(minute(1), 1), message(minute(2), 2)._replace(partial=True))

    assert (cost.dollars, cost.partial) == (3, 1)


def test_tokens_without_a_price_are_named() -> None:
    """They cost nothing that is known, and the session's cost is a lower bound."""
    cost = session(message(minute(1), 1), message(minute(2), 3, "unheard-of"))

    assert (cost.dollars, cost.unpriced, cost.tokens.input) == (1, 3_000_000, 4_000_000)
