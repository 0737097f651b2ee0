"""Say of some messages what is spent now: today, in the block that goes on, and in one session."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from twiceshy.insights.cost_blocks import BLOCK, cut_blocks
from twiceshy.insights.cost_rows import PricedMessage, sum_costs
from twiceshy.records.costs import SpendingNow

_BLOCKS = 4 * BLOCK
"""Back from now: where a block began hangs on those before it, until five quiet hours (guess, 2026-11-22: nobody works
through twenty hours)."""


def begin_lately(now: datetime, zone: tzinfo | None) -> datetime:
    """Return from when on messages matter: midnight, or some blocks ago."""
    return min(_find_midnight(now, zone), now - _BLOCKS)


def sum_spending_now(
    messages: Sequence[PricedMessage], session: int | None, now: datetime, zone: tzinfo | None
) -> SpendingNow:
    """Return what is spent now; ``session`` is a row id, None for none."""
    midnight = _find_midnight(now, zone)
    late = _select_since(messages, begin_lately(now, zone))
    today = sum_costs("today", _select_since(late, midnight))
    whole = sum_costs("all", late)
    mine = [one for one in messages if one.session.id == session]
    return SpendingNow(
        today=today.dollars,
        partial=bool(today.partial or today.unpriced),
        block=next((block for block in cut_blocks(late, now) if block.active), None),
        session=sum_costs("session", mine).dollars if mine else None,
        last=whole.last,
    )


def _find_midnight(now: datetime, zone: tzinfo | None) -> datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _select_since(messages: Sequence[PricedMessage], begin: datetime) -> list[PricedMessage]:
    return [one for one in messages if one.at is not None and one.at >= begin]
