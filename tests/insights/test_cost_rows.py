"""insights.cost_rows: whatever the rows are, they sum the same prices."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from twiceshy.account.price_list import ModelPrice, PriceList, PriceTier, Rates
from twiceshy.insights.cost_rows import (
    PricedMessage,
    find_next_request,
    group_costs,
    list_unpriced,
    price_messages,
    sum_costs,
)
from twiceshy.records.spending import CostGroup, ModelMessage, SpendingSession, TokenCounts, UnpricedModel

PRICES = PriceList({"m-1": ModelPrice((PriceTier(0, Rates(1, 1, 1, 1, 1)),))}, "invented", "2026-11-22")
SUNDAY = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
SESSIONS = {
    1: SpendingSession(1, b"\x11" * 16, "web-shop", "fix the cart", SUNDAY, 3),
    2: SpendingSession(2, b"\x22" * 16, "api", "", None, 0),
}


def message(session: int, hours: float | None, dollars: int, model: str = "lab/m-1") -> ModelMessage:
    at = None if hours is None else SUNDAY + timedelta(hours=hours)
    return ModelMessage(session, at, model, TokenCounts(input=dollars * 1_000_000))


def priced(*messages: ModelMessage) -> list[PricedMessage]:
    return price_messages(messages, SESSIONS, PRICES)


SOME = priced(
    message(1, 0, 1),
    message(1, 1, 2, "m-1"),
    message(2, None, 4),
    message(1, None, 8),
    message(2, 24 * 40, 16, "unheard-of"),
)
ROWS = [
    (CostGroup.DAY, [("2026-11-01", 9), ("2026-11-02", 2), ("2026-12-11", 0), ("no date", 4)]),
    (CostGroup.WEEK, [("2026-10-26", 9), ("2026-11-02", 2), ("2026-12-07", 0), ("no date", 4)]),
    (CostGroup.MONTH, [("2026-11", 11), ("2026-12", 0), ("no date", 4)]),
    (CostGroup.PROJECT, [("web-shop", 11), ("api", 4)]),
    (CostGroup.MODEL, [("m-1", 15), ("unheard-of", 0)]),
    (CostGroup.SESSION, [("s-11111111", 11), ("s-22222222", 4)]),
]


@pytest.mark.parametrize(("by", "rows"), ROWS, ids=[by.value for by, _ in ROWS])
def test_every_grouping_sums_the_same(by: CostGroup, rows: list[tuple[str, float]]) -> None:
    """A message without a time stands with its session's beginning, and without that under no date."""
    found = group_costs(SOME, by, UTC)

    assert [(row.name, row.dollars) for row in found] == rows
    assert sum(row.tokens.total for row in found) == sum_costs("total", SOME).tokens.total == 31_000_000


def test_a_day_begins_where_the_reader_is() -> None:
    """Half past eleven in the evening is the next day further east."""
    found = group_costs(SOME[:1], CostGroup.DAY, timezone(timedelta(hours=1)))

    assert [row.name for row in found] == ["2026-11-02"]


def test_a_row_says_what_it_is_made_of() -> None:
    """Its models by their one name, the dearest first; and what it leaves out."""
    row = sum_costs("total", SOME)

    assert (row.models, row.messages, row.sessions, row.unpriced) == (["m-1", "unheard-of"], 5, 2, 16_000_000)
    assert (row.begin, row.last) == (SUNDAY, SUNDAY + timedelta(days=40))
    assert [row.title for row in group_costs(SOME, CostGroup.SESSION, UTC)] == ["fix the cart", ""]


def test_partial_counts_are_counted() -> None:
    """So that whoever reads the row knows it as a lower bound."""
    row = sum_costs("total", priced(message(1, 0, 1)._replace(partial=True), message(1, 1, 1)))

    assert (row.partial, row.messages) == (1, 2)


def test_models_without_a_price_are_named() -> None:
    """With what they used; none where all have one."""
    assert list_unpriced(SOME) == [UnpricedModel("unheard-of", 16_000_000)]
    assert list_unpriced(SOME[:2]) == []


CACHED = PriceList({"m-1": ModelPrice((PriceTier(0, Rates(10, 50, 12.5, 20, 1)),))}, "invented", "2026-11-22")


def a_request(minutes: float, size: int, session: int = 1, *, written: int = 10, hour: int = 0) -> ModelMessage:
    counts = TokenCounts(cache_read=size - written, cache_write=written, cache_write_1h=hour)
    return ModelMessage(session, SUNDAY + timedelta(minutes=minutes), "m-1", counts)


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param(
            [a_request(0, 100_000), a_request(1, 200_000), a_request(2, 900_000, session=2)],
            (200_000, 0.2, 2.5, 6),
            id="the newest of its own",
        ),
        pytest.param(
            [a_request(0, 200_000, hour=10), a_request(1, 40_000)],
            (200_000, 0.2, 4.0, 61),
            id="a small one beside it is a subagent's; who writes for an hour pays for it",
        ),
        pytest.param(
            [a_request(0, 200_000), a_request(30, 40_000)], (40_000, 0.04, 0.5, 35), id="after half an hour it is not"
        ),
        pytest.param([a_request(0, 200_000, written=0)], None, id="nothing was written to a cache"),
        pytest.param([a_request(0, 200_000, session=2)], None, id="nothing of the session"),
    ],
)
def test_the_next_request_has_a_price(
    messages: list[ModelMessage], expected: tuple[int, float, float, float] | None
) -> None:
    """While the cache holds the context, and afterwards."""
    found = find_next_request(price_messages(messages, SESSIONS, CACHED), 1, CACHED)

    if expected is None:
        assert found is None
    else:
        assert found is not None
        left = (found.cold_at - SUNDAY).total_seconds() / 60
        assert (found.tokens, found.warm, found.cold, left) == pytest.approx(expected)
