"""Group what messages cost: by day, week, month, project, model or session, and all of them.

Each message is priced once, and every grouping sums the same prices: whatever the rows are, they have one total.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from twiceshy.account.price_list import PriceList
from twiceshy.base.model_names import name_model
from twiceshy.records import ids
from twiceshy.records.spending import (
    BlockFigure,
    CostGroup,
    CostRow,
    LostAgents,
    ModelMessage,
    NextRequest,
    SpendingNow,
    SpendingSession,
    TokenCounts,
    UnpricedModel,
)

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
    return lambda message: name_time(message.at, by, zone)


def name_time(at: datetime | None, by: CostGroup, zone: tzinfo | None) -> str:
    """Return the day, the Monday of a week, or the month of a time."""
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


# Cut what was spent into blocks of five hours, by which Claude's plans count their limits, as ccusage does.
#
# A block begins with the hour of its first message and lasts five hours; the first message after it begins the next.
# After five hours without a message a block is over as well.

BLOCK = timedelta(hours=5)
_MINUTE_S = 60.0  # unit
_HOUR_S = 3600.0  # unit


def cut_blocks(messages: Iterable[PricedMessage], now: datetime) -> list[BlockFigure]:
    """Return the blocks in their order; messages without a time are in none."""
    found: list[BlockFigure] = []
    for begin, group in _part(sorted((one for one in messages if one.at), key=_time_of)):
        row = sum_costs(begin.isoformat(timespec="minutes").replace("+00:00", "Z"), group)
        before = found[-1].row.last if found else None
        found.append(_build_block(row, begin, before, now))
    return found


def _part(messages: Sequence[PricedMessage]) -> Iterator[tuple[datetime, list[PricedMessage]]]:
    """Yield the beginning of each block, and its messages."""
    group: list[PricedMessage] = []
    begin = datetime.min.replace(tzinfo=UTC)
    for message in messages:
        at = _time_of(message)
        if group and (at - begin > BLOCK or at - _time_of(group[-1]) > BLOCK):
            yield begin, group
            group = []
        if not group:
            begin = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        group.append(message)
    if group:
        yield begin, group


def _time_of(message: PricedMessage) -> datetime:
    return message.at or datetime.min.replace(tzinfo=UTC)


def _build_block(row: CostRow, begin: datetime, before: datetime | None, now: datetime) -> BlockFigure:
    """Return a block; where it goes on now, with how fast it spends and what it will have spent."""
    end = begin + BLOCK
    first, last = row.begin or begin, row.last or begin
    quiet = first - before if before is not None and first - before > BLOCK else timedelta()
    active = now < end and now - last < BLOCK
    seconds = (last - first).total_seconds()
    block = BlockFigure(row=row, begin=begin, end=end, quiet_s=quiet.total_seconds(), active=active)
    if not active:
        return block
    left_s = (end - now).total_seconds()
    if seconds <= 0:
        return BlockFigure(row=row, begin=begin, end=end, quiet_s=block.quiet_s, active=True, left_s=left_s)
    per_second, tokens_per_second = row.dollars / seconds, row.tokens.total / seconds
    return BlockFigure(
        row=row,
        begin=begin,
        end=end,
        quiet_s=block.quiet_s,
        active=True,
        left_s=left_s,
        dollars_per_hour=per_second * _HOUR_S,
        tokens_per_minute=tokens_per_second * _MINUTE_S,
        projected_dollars=row.dollars + per_second * left_s,
        projected_tokens=row.tokens.total + round(tokens_per_second * left_s),
    )


# Say of some messages what is spent now: today, in the block that goes on, and in one session.

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


_LIVES: Final = (timedelta(minutes=5), timedelta(hours=1))
"""How long the provider keeps what was written, by what the log says that it was written for
(https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching)."""
_BESIDE = timedelta(minutes=10)
"""Subagents write beside the main dialogue, whose context is mostly the largest: of the messages of so long it is that
one (guess, 2026-11-25)."""


def find_next_request(messages: Iterable[PricedMessage], session: int, prices: PriceList) -> NextRequest | None:
    """Return what the next request of a session costs; None where nothing of it was written to a cache."""
    mine = sorted(
        (one for one in messages if one.session.id == session and one.at is not None and one.tokens.prompt),
        key=lambda one: (one.at is not None, one.at),
    )
    if not mine or mine[-1].at is None:
        return None
    since = mine[-1].at - _BESIDE
    last = max((one for one in mine if one.at and one.at >= since), key=lambda one: (one.tokens.prompt, one.at))
    size = last.tokens.prompt
    if not any(one.tokens.cache_write for one in mine):  # of a cache that nobody pays for no life is promised
        return None
    hour = any(one.tokens.cache_write_1h for one in mine)
    warm = prices.price(TokenCounts(cache_read=size), last.model)
    cold = prices.price(TokenCounts(cache_write=size, cache_write_1h=size if hour else 0), last.model)
    if warm is None or cold is None:
        return None
    return NextRequest(size, warm.dollars, cold.dollars, mine[-1].at + _LIVES[hour])


def _find_midnight(now: datetime, zone: tzinfo | None) -> datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _select_since(messages: Sequence[PricedMessage], begin: datetime) -> list[PricedMessage]:
    return [one for one in messages if one.at is not None and one.at >= begin]
