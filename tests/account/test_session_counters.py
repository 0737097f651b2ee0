"""account.session_counters: what an agent counts itself is its session's cost."""

from datetime import UTC, datetime, timedelta

from twiceshy.account.price_list import ModelPrice, PriceList, PriceTier, Rates
from twiceshy.account.session_cost import mark_partial, sum_session
from twiceshy.records.spending import ModelMessage, TokenCounts

START = datetime(2026, 11, 2, 10, tzinfo=UTC)
PRICES = PriceList({"m": ModelPrice((PriceTier(0, Rates(1, 1, 1, 1, 1)),))}, "invented", "2026-11-24")
MILLION = 1_000_000


def message(minute: int, output: int, stated: float | None = None, session: int = 1) -> ModelMessage:
    at = START + timedelta(minutes=minute)
    return ModelMessage(session, at, "m", TokenCounts(input=output, output=output), stated)


def note(minute: int, total: float, session: int = 1) -> ModelMessage:
    return ModelMessage(session, START + timedelta(minutes=minute), "m", TokenCounts(), total)


def test_without_a_counter_tokens_cost_what_the_list_says() -> None:
    """And what a message states is that message's."""
    cost = sum_session(mark_partial([message(1, MILLION), message(2, MILLION, 7.0)]), PRICES, 0)

    assert cost.dollars == 2 + 7


def test_the_largest_note_is_the_cost() -> None:
    """However many notes there are, in whatever order; only tokens after the last cost more."""
    messages = [note(5, 1.5), message(1, MILLION), message(4, MILLION), note(2, 0.5), note(6, 1.5), message(9, MILLION)]
    cost = sum_session(mark_partial(messages), PRICES, 0)

    assert cost.dollars == 1.5 + 2
    assert cost.tokens.output == 3 * MILLION
    assert cost.between(START, START + timedelta(minutes=3)) == 0.5


def test_counters_are_their_own_sessions() -> None:
    """And what is counted is not partial, nor without a price."""
    outputs = ModelMessage(1, START, "unknown", TokenCounts(output=9))
    found = mark_partial([outputs, note(1, 2.0), message(1, MILLION, session=2)])
    cost = sum_session(found[:2], PRICES, 0)

    assert [one.partial for one in found] == [False, False, False]
    assert (cost.dollars, cost.unpriced, cost.partial) == (2.0, 0, 0)
    assert PRICES.charge(found[2]) == 2.0


def test_a_persons_own_price_stands_above_the_counter() -> None:
    """As above everything that a log states."""
    own = PRICES.with_own({"m": ModelPrice((PriceTier(0, Rates(3, 3, 3, 3, 3)),))})

    assert sum_session(mark_partial([message(1, MILLION), note(2, 0.5)]), own, 0).dollars == 6
