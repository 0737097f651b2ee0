"""Cut what was spent into blocks of five hours, by which Claude's plans count their limits, as ccusage does.

A block begins with the hour of its first message and lasts five hours; the first message after it begins the next.
After five hours without a message a block is over as well.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from twiceshy.insights.cost_rows import PricedMessage, sum_costs
from twiceshy.records.costs import BlockFigure, CostRow

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
