"""Build the cost report: every message of the sessions in scope, priced once, by day, project, model and the like."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from twiceshy.config import Config
from twiceshy.flows.look.session_costs import read_messages, read_prices
from twiceshy.records.costs import CostGroup, CostReport
from twiceshy.records.spending import SpendingSession
from twiceshy.records.values import Scope
from twiceshy.report.cost_blocks import cut_blocks
from twiceshy.report.cost_rows import PricedMessage, group_costs, list_unpriced, price_messages, sum_costs
from twiceshy.store.db import Store
from twiceshy.store.reads.model_messages import read_spending_sessions


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
    counted = {message.session.id for message in messages}
    return sum(session.calls > 0 and session.id not in counted for session in sessions)
