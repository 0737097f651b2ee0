"""insights.spending_now: today, the block that goes on, and one session, told apart."""

from datetime import UTC, datetime, timedelta

from twiceshy.insights.cost_rows import PricedMessage, sum_spending_now
from twiceshy.records.spending import SpendingSession, TokenCounts

LATE = datetime(2026, 9, 1, 23, 30, tzinfo=UTC)


def message(session: int, at: datetime | None, dollars: float | None) -> PricedMessage:
    return PricedMessage(SpendingSession(session, b"1", "api", "", at, 0), at, "m", TokenCounts(input=1), dollars)


def test_nothing_is_nothing() -> None:
    """Not even a time."""
    found = sum_spending_now([message(1, None, 1.0)], 2, LATE, UTC)

    assert (found.today, found.block, found.session, found.last, found.partial) == (0, None, None, None, False)


def test_midnight_cuts_the_day_and_no_block() -> None:
    """A session counts whole, however long ago it began."""
    messages = [message(1, LATE - timedelta(days=2), 1), message(1, LATE, 2), message(2, LATE + timedelta(hours=1), 4)]
    found = sum_spending_now(messages, 1, LATE + timedelta(hours=2), UTC)

    assert (found.today, found.session, found.last) == (4, 3, LATE + timedelta(hours=1))
    assert found.block is not None
    assert found.block.row.dollars == 6


def test_what_is_over_or_unknown_is_said() -> None:
    """A block ends; what has no price makes today a lower bound."""
    found = sum_spending_now([message(1, LATE - timedelta(hours=8), None)], None, LATE, UTC)

    assert (found.today, found.partial, found.block, found.session) == (0, True, None, None)
