"""Group what messages cost: by day, week, month, project, model or session, and all of them.

Each message is priced once, and every grouping sums the same prices: whatever the rows are, they have one total.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from twiceshy.account.price_list import PriceList
from twiceshy.base.model_names import name_model
from twiceshy.records import ids
from twiceshy.records.costs import CostGroup, CostRow, UnpricedModel
from twiceshy.records.spending import LostAgents, ModelMessage, SpendingSession, TokenCounts

_UNDATED = "no date"
_TIMED = frozenset({CostGroup.DAY, CostGroup.WEEK, CostGroup.MONTH, CostGroup.BLOCK})


class PricedMessage(NamedTuple):
    """A message with what it cost."""

    session: SpendingSession
    at: datetime | None
    """Of the message; where the log has none, of its session's beginning."""
    model: str
    """Its one name."""
    tokens: TokenCounts
    dollars: float | None
    """None where the model has no known price."""
    partial: bool = False
    """The log holds only a part of its tokens."""
    lost_agent: bool = False
    """It is all that is known of a subagent whose log is missing."""


def price_messages(
    messages: Iterable[ModelMessage], sessions: Mapping[int, SpendingSession], prices: PriceList
) -> list[PricedMessage]:
    """Return the messages with what each cost."""
    found = []
    for message in messages:
        session = sessions[message.session]
        found.append(
            PricedMessage(
                session,
                message.at or session.first_at,
                name_model(message.model),
                message.tokens,
                prices.charge(message),
                message.partial,
                message.lost_agent,
            )
        )
    return found


def group_costs(messages: Iterable[PricedMessage], by: CostGroup, zone: tzinfo | None) -> list[CostRow]:
    """Return a row for each day, project and so on; ``zone`` says when a day begins, None: this machine's does."""
    groups: dict[str, list[PricedMessage]] = defaultdict(list)
    name_group = _namer(by, zone)
    for message in messages:
        groups[name_group(message)].append(message)
    rows = [
        sum_costs(name, group, title=group[0].session.title if by is CostGroup.SESSION else "")
        for name, group in groups.items()
    ]
    if by in _TIMED:
        return sorted(rows, key=lambda row: row.name)
    return sorted(rows, key=lambda row: (-row.dollars, -row.tokens.total, row.name))


def _namer(by: CostGroup, zone: tzinfo | None) -> Callable[[PricedMessage], str]:
    """Return what names the group of a message."""
    if by is CostGroup.PROJECT:
        return lambda message: message.session.project
    if by is CostGroup.MODEL:
        return lambda message: message.model
    if by is CostGroup.SESSION:
        return lambda message: ids.shorten(ids.SESSION, message.session.uid)
    return lambda message: _name_time(message.at, by, zone)


def _name_time(at: datetime | None, by: CostGroup, zone: tzinfo | None) -> str:
    if at is None:
        return _UNDATED
    day = at.astimezone(zone).date()
    if by is CostGroup.MONTH:
        return f"{day:%Y-%m}"
    return (day - timedelta(days=day.weekday()) if by is CostGroup.WEEK else day).isoformat()


def sum_costs(name: str, messages: Iterable[PricedMessage], *, title: str = "") -> CostRow:
    """Return the row of some messages."""
    counts = [0] * len(TokenCounts._fields)
    by_model: dict[str, float] = defaultdict(float)
    sessions: set[int] = set()
    times: list[datetime] = []
    number, unpriced, partial = 0, 0, 0
    lost = [0, 0]
    for message in messages:
        number += bool(message.tokens.total)  # what a counter notes is none
        partial += message.partial
        for place, count in enumerate(message.tokens):
            counts[place] += count
        if message.lost_agent:
            lost[message.dollars is None or not message.tokens.total] += 1
        if message.tokens.total or message.dollars:
            by_model[message.model] += message.dollars or 0.0
        unpriced += message.tokens.total if message.dollars is None else 0
        sessions.add(message.session.id)
        if message.at is not None:
            times.append(message.at)
    return CostRow(
        name=name,
        title=title,
        begin=min(times, default=None),
        last=max(times, default=None),
        models=sorted(by_model, key=lambda model: (-by_model[model], model)),
        messages=number,
        sessions=len(sessions),
        tokens=TokenCounts(*counts),
        dollars=sum(by_model.values()),
        unpriced=unpriced,
        partial=partial,
        lost=LostAgents(*lost),
    )


def list_unpriced(messages: Iterable[PricedMessage]) -> list[UnpricedModel]:
    """Return the models without a known price, and their tokens."""
    found: dict[str, int] = defaultdict(int)
    for message in messages:
        if message.dollars is None and message.tokens.total:
            found[message.model] += message.tokens.total
    return [UnpricedModel(*one) for one in sorted(found.items(), key=lambda one: (-one[1], one[0]))]
