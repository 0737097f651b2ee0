"""List the newest sessions."""

from dataclasses import replace

from twiceshy.config import Config
from twiceshy.facts.prices.session_cost import SessionCost
from twiceshy.flows.look.session_costs import read_session_costs
from twiceshy.records.values import Scope
from twiceshy.records.views import SessionLine, SessionList
from twiceshy.store.db import Store
from twiceshy.store.reads import sessions


def list_sessions(config: Config, scope: Scope, *, limit: int) -> SessionList:
    """Return the newest sessions in scope."""
    with Store.open(config.home, readonly=True) as store:
        found = sessions.list_sessions(store.connection, scope, limit)
        times = [line.last_at or line.first_at for line in found.sessions]
        oldest = min((at for at in times if at is not None), default=None)
        listed = scope if None in times else replace(scope, since=oldest)
        costs = read_session_costs(store, config, listed).by_uid if times else {}
    return replace(found, sessions=[_add_cost(line, costs.get(line.uid)) for line in found.sessions])


def _add_cost(line: SessionLine, cost: SessionCost | None) -> SessionLine:
    """Return the session with what it cost, where its tokens and a price are known."""
    if cost is None or cost.tokens.total <= cost.unpriced:
        return line
    return replace(line, cost_usd=cost.dollars, cost_partial=bool(cost.unpriced or cost.partial))
