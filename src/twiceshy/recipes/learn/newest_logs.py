"""What do the newest logs say within a second, before anything of them is stored?

The first ingest of months of logs takes longer than a person waits for a word. The readers alone, without redaction
and without a store, go over some fifty megabytes in a second; what is kept of that is numbers, never a text. Messages
count as they do in the store: each once, with the most output that any line states, at the price that holds.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import chain, pairwise
from operator import attrgetter
from typing import NamedTuple

from twiceshy.account.price_list import read_prices
from twiceshy.account.session_cost import mark_partial
from twiceshy.base.config import Config
from twiceshy.base.errors import TwiceshyError
from twiceshy.logs.base import Source
from twiceshy.logs.collect.ingest_logs import find_sources
from twiceshy.logs.readers import list_readers
from twiceshy.records.events import RawEvent, Session, Usage
from twiceshy.records.ingest import Cursor
from twiceshy.records.spending import ModelMessage, TokenCounts

LOOK_S = 1.0
"""Seconds after which no further log is opened (guess, 2026-11-25: with the start, the first figure takes two)."""
_WORTH_BYTES = 20_000_000
"""Bytes of logs below which everything is read almost as soon (measured, 2026-11-25: 10 to 20 MB in a second)."""
_PART_BYTES = 4_000_000
"""Bytes of a log between two looks at the clock (guess, 2026-11-25: a tenth of a second)."""
_PAUSE = timedelta(minutes=10)
"""A longer time without an event is no work, as in the account of time."""
_WEEK = timedelta(days=7)
_NO_SALT = bytes(16)  # the ids it keys are compared within this look, and thrown away


class NewestLogs(NamedTuple):
    """What the newest logs of this machine hold."""

    sessions: int
    files: int
    """Logs that were read whole, the newest first."""
    files_found: int
    bytes_found: int
    dollars: float
    """Of the messages whose price is known."""
    unpriced: int
    """Tokens of models without a known price."""
    seconds: float
    """Between events that are at most ten minutes apart."""
    first_at: datetime | None
    week: float | None
    """Of ``dollars``: the last seven days. None where a log of those days was not reached."""


def look_at_newest(
    config: Config, now: datetime, clock: Callable[[], float] = time.monotonic, *, worth: int = _WORTH_BYTES
) -> NewestLogs | None:
    """Return what the newest logs say, read for about a second; None where reading all of them takes no longer.

    Args:
        config: where the person's own prices are, and which agents are read.
        now: when it is, aware.
        clock: seconds that pass.
        worth: bytes of logs from which on a look is worth its second.

    Raises:
        ConfigError: the file of own prices cannot be read.
        UsageError: the settings name an agent that is not known.
    """
    end = clock() + LOOK_S
    sources = [one for one in find_sources((), config) if isinstance(one, Source)]
    size = sum(one.size for one in sources)
    if size < worth:
        return None
    newest = sorted(sources, key=attrgetter("mtime_ns"), reverse=True)
    events: list[RawEvent] = []
    read = 0
    for source in newest:
        whole = _read_whole(source, lambda: clock() < end)
        if whole is None:
            break
        events += whole
        read += 1
    if not read:
        return None
    unread_at = newest[read].mtime_ns / 1e9 if read < len(newest) else 0.0
    found = _count(events, config, now, whole_week=unread_at < (now - _WEEK).timestamp())
    return found._replace(files=read, files_found=len(newest), bytes_found=size)


def _read_whole(source: Source, may_go_on: Callable[[], bool]) -> list[RawEvent] | None:
    """Return a log's events; None where the time is up before its end. A log that cannot be read has none."""
    reader, cursor = list_readers()[source.agent], Cursor()
    events: list[RawEvent] = []
    while may_go_on():
        try:
            batch = reader.read(source.path, cursor, salt=_NO_SALT, limit_bytes=_PART_BYTES)
        except TwiceshyError:
            return []  # the ingest that follows names it
        events += batch.events
        if batch.done:
            return events
        cursor = batch.cursor
    return None


def _count(events: Sequence[RawEvent], config: Config, now: datetime, *, whole_week: bool) -> NewestLogs:
    """Count what the events say."""
    prices = read_prices(config)
    messages = mark_partial(_list_messages(events))
    week = [one for one in messages if one.at is not None and one.at >= now - _WEEK]
    times = [sorted(at) for at in _group_times(events)]
    gaps = chain.from_iterable(map(_list_gaps, times))
    return NewestLogs(
        sessions=len({event.uid for event in events if isinstance(event, Session)}),
        files=0,
        files_found=0,
        bytes_found=0,
        dollars=sum(prices.charge(one) or 0.0 for one in messages),
        unpriced=sum(one.tokens.total for one in messages if prices.charge(one) is None),
        seconds=sum(gaps, timedelta()).total_seconds(),
        first_at=min((at[0] for at in times), default=None),
        week=sum(prices.charge(one) or 0.0 for one in week) if whole_week else None,
    )


def _list_messages(events: Sequence[RawEvent]) -> list[ModelMessage]:
    """Return what models used, session by session; a message that several logs have counts once, as in the store."""
    fullest: dict[bytes, Usage[str]] = {}
    for event in events:
        if isinstance(event, Usage):
            known = fullest.setdefault(event.stamp.uid, event)
            if (event.output, not event.unended) > (known.output, not known.unended):
                fullest[event.stamp.uid] = event
    numbers: dict[bytes, int] = {}
    found = []
    for one in fullest.values():
        tokens = TokenCounts(one.input, one.output, one.cache_write, one.cache_read, one.cache_write_1h)
        if tokens.total or one.cost:
            session = numbers.setdefault(one.stamp.session, len(numbers))
            found.append(ModelMessage(session, one.stamp.at, one.model, tokens, one.cost, one.unended))
    return sorted(found, key=attrgetter("session"))


def _list_gaps(times: Sequence[datetime]) -> list[timedelta]:
    """Return the times without an event, where they are no longer than work has."""
    gaps = [after - before for before, after in pairwise(times)]
    return [gap for gap in gaps if gap <= _PAUSE]


def _group_times(events: Sequence[RawEvent]) -> list[set[datetime]]:
    """Return the times of each session's events."""
    times: dict[bytes, set[datetime]] = {}
    for event in events:
        if not isinstance(event, Session) and event.stamp.at is not None:
            times.setdefault(event.stamp.session, set()).add(event.stamp.at)
    return list(times.values())
