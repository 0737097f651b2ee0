"""Say what is spent now: today, in the block that goes on, and in one session. For a line that is drawn often.

Only sessions that went on lately are read. What no log was read for yet is not in it: ``last`` says up to when it is.
"""

from dataclasses import replace
from datetime import datetime, tzinfo

from twiceshy.config import Config
from twiceshy.flows.look.session_costs import read_messages, read_prices
from twiceshy.records.costs import SpendingNow
from twiceshy.records.values import Scope
from twiceshy.report.cost_blocks import BLOCK, cut_blocks
from twiceshy.report.cost_rows import price_messages, sum_costs
from twiceshy.store.db import Store, has_store
from twiceshy.store.reads.model_messages import find_session_row, read_spending_sessions

_BLOCKS = 4 * BLOCK
"""Back from now: where a block began hangs on those before it, until five quiet hours (guess, 2026-11-22: nobody works
through twenty hours)."""


def read_spending_now(
    config: Config, scope: Scope, session: str | None, now: datetime, zone: tzinfo | None = None
) -> SpendingNow:
    """Return what is spent now.

    Args:
        config: the settings.
        scope: whose sessions; how far back is decided here.
        session: the session's id, as its agent knows it; None for none.
        now: an aware time.
        zone: when a day begins; None: as on this machine.

    Raises:
        ConfigError: the file of own prices cannot be read.
    """
    if not has_store(config.home):
        return SpendingNow(today=0.0, partial=False, block=None, session=None, last=None)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    back = min(midnight, now - _BLOCKS)
    lately = replace(scope, since=back, until=None)
    with Store.open(config.home, readonly=True) as store:
        sessions = {one.id: one for one in read_spending_sessions(store.connection, lately)}
        messages = price_messages(read_messages(store, lately), sessions, read_prices(config))
        row = None if session is None else find_session_row(store.connection, session)
    late = [one for one in messages if one.at is not None and one.at >= back]
    today = sum_costs("today", (one for one in late if one.at is not None and one.at >= midnight))
    active = [block for block in cut_blocks(late, now) if block.active]
    mine = [one for one in messages if one.session.id == row]
    return SpendingNow(
        today=today.dollars,
        partial=bool(today.partial or today.unpriced),
        block=active[-1] if active else None,
        session=sum_costs("session", mine).dollars if mine else None,
        last=max((one.at for one in late if one.at is not None), default=None),
    )
