"""What each session cost: the store's messages, at the list's prices and the person's own.

Another recipe asks so, where ``session`` is a row id (``costs.by_uid`` has ``Session.uid``)::

    costs = read_session_costs(store, config, scope)
    dollars = costs.by_row[session].between(failed_at, went_well_at)  # of a stretch of time: two look-ups
    of_all = costs.dollars                                            # of every session in scope

A session costs the same under every scope that has it. Where a model has no price, ``unpriced`` has its tokens; where
the log holds only a part of the tokens, ``partial`` counts the messages: both make ``dollars`` a lower bound.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from twiceshy.account.price_list import read_prices
from twiceshy.account.session_cost import SessionCost, mark_partial, sum_session
from twiceshy.archive.db import Store
from twiceshy.archive.reads.model_messages import read_model_messages, read_spending_sessions
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.records.spending import LostAgents, ModelMessage
from twiceshy.records.views import SessionLine


class SessionCosts(NamedTuple):
    """What the sessions in scope cost; a session without token counts costs nothing that is known."""

    by_row: dict[int, SessionCost]
    """By row id of the session."""
    by_uid: dict[bytes, SessionCost]
    """By ``Session.uid``."""

    def sum_lost(self, sessions: Iterable[bytes]) -> LostAgents:
        """Return the subagents of these sessions whose logs are missing."""
        lost = [self.by_uid[uid].lost for uid in sessions if uid in self.by_uid]
        return LostAgents(sum(one.counted for one in lost), sum(one.unknown for one in lost))

    @property
    def dollars(self) -> float:
        """All of them together."""
        return sum(cost.dollars for cost in self.by_row.values())


def read_session_costs(store: Store, config: Config, scope: Scope) -> SessionCosts:
    """Return what each session in scope cost.

    Raises:
        ConfigError: the file of own prices cannot be read.
    """
    prices = read_prices(config)
    messages = {
        session: list(group) for session, group in groupby(read_messages(store, scope), key=lambda one: one.session)
    }
    found = SessionCosts({}, {})
    for session in read_spending_sessions(store.connection, scope):
        cost = sum_session(messages.get(session.id, ()), prices, session.calls)
        found.by_row[session.id] = found.by_uid[session.uid] = cost
    return found


def read_messages(store: Store, scope: Scope) -> list[ModelMessage]:
    """Return every message of the sessions in scope, session by session; what a log has only in part is marked."""
    return mark_partial(read_model_messages(store.connection, scope))


def price_session(store: Store, config: Config, line: SessionLine) -> SessionLine:
    """Return the session with what it cost, where its tokens and a price are known.

    Raises:
        ConfigError: the file of own prices cannot be read.
    """
    around = Scope(agent=line.agent)
    if line.first_at and line.last_at:
        around = replace(around, since=line.last_at, until=line.first_at + timedelta(seconds=1))
    return add_cost(line, read_session_costs(store, config, around).by_uid.get(line.uid))


def add_cost(line: SessionLine, cost: SessionCost | None) -> SessionLine:
    """Return the session with what it cost, where its tokens and a price are known."""
    if cost is None:
        return line
    if cost.tokens.total <= cost.unpriced and not cost.dollars:
        return replace(line, lost_agents=cost.lost)
    return replace(line, cost_usd=cost.dollars, cost_partial=bool(cost.unpriced or cost.partial), lost_agents=cost.lost)
