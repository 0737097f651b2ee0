"""Say what was spent: by day, project, model and the like, from each message priced once; or now, for one line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from twiceshy.account.price_list import read_prices
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads.model_messages import find_session_row, read_spending_sessions
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.insights.cost_rows import (
    PricedMessage,
    begin_lately,
    cut_blocks,
    find_next_request,
    group_costs,
    list_unpriced,
    price_messages,
    sum_costs,
    sum_spending_now,
)
from twiceshy.recipes.look.session_costs import read_messages
from twiceshy.records.spending import CostGroup, CostReport, SpendingNow, SpendingSession


def build_cost_report(
    config: Config, scope: Scope, by: CostGroup, now: datetime, zone: tzinfo | None = None
) -> CostReport:
    """Return what the sessions in scope cost.

    Args:
        config: the settings; ``cost.prices`` may name prices of the person's own.
        scope: which sessions; each counts whole.
        by: what the rows are.
        now: which block goes on.
        zone: when a day begins; None: as on this machine.

    Raises:
        ConfigError: the file of own prices cannot be read.
        NotFound: nothing was ever stored here.
    """
    prices = read_prices(config)
    with Store.open(config.home, readonly=True) as store:
        sessions = read_spending_sessions(store.connection, scope)
        messages = price_messages(read_messages(store, scope), {one.id: one for one in sessions}, prices)
    blocks = cut_blocks(messages, now) if by is CostGroup.BLOCK else []
    return CostReport(
        by=by,
        rows=[block.row for block in blocks] if by is CostGroup.BLOCK else group_costs(messages, by, zone),
        total=sum_costs("total", messages),
        unpriced=list_unpriced(messages),
        uncounted=_count_uncounted(sessions, messages),
        prices=f"{prices.source}, {prices.date}",
        blocks=blocks,
    )


def _count_uncounted(sessions: Sequence[SpendingSession], messages: Sequence[PricedMessage]) -> int:
    """Count the sessions that did something and have no token count."""
    counted = {message.session.id for message in messages if message.tokens.total or message.dollars}
    return sum(session.calls > 0 and session.id not in counted for session in sessions)


def read_spending_now(
    config: Config, scope: Scope, session: str | None, now: datetime, zone: tzinfo | None = None
) -> SpendingNow:
    """Return what is spent now. Only sessions that went on lately are read, as a line that is drawn often waits for it.

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
    lately = replace(scope, since=begin_lately(now, zone), until=None)
    with Store.open(config.home, readonly=True) as store:
        sessions = {one.id: one for one in read_spending_sessions(store.connection, lately)}
        prices = read_prices(config)
        messages = price_messages(read_messages(store, lately), sessions, prices)
        row = None if session is None else find_session_row(store.connection, session)
    found = sum_spending_now(messages, row, now, zone)
    following = None if row is None else find_next_request(messages, row, prices)
    return replace(found, next=following, budget=float(config.budget_day))
