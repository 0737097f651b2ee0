"""Sum what a member's exporters sent of sessions, for the rows of these."""

from collections.abc import Iterator, Sequence
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from twiceshy.records.team import Caller, CounterSum, EventSum
from twiceshy_team.store.asked_rows import read_time
from twiceshy_team.store.base import SqlValue, TeamStore

if TYPE_CHECKING:
    from datetime import datetime

_AT_ONCE = 100
"""Sessions of one question (guess, 2026-11-23: a request of an exporter has one or two)."""
_NAMES = tuple(f"s_{one}{two}" for one in ascii_lowercase for two in ascii_lowercase)[:_AT_ONCE]
"""Of values in a statement: letters only, as both databases read them."""
_EVENTS = """
SELECT session_hash, agent, name, coalesce(tool, ''), coalesce(model, ''), person, count(*),
  count(*) FILTER (WHERE NOT success), min(at), max(at), coalesce(sum(cost_usd), 0), coalesce(sum(tokens_in), 0),
  coalesce(sum(tokens_out), 0), coalesce(sum(tokens_cached), 0), count(DISTINCT commit_id)
FROM event WHERE team_id = :team AND member = :member AND session_hash IN ({sessions})
GROUP BY session_hash, agent, name, coalesce(tool, ''), coalesce(model, ''), person
ORDER BY session_hash, agent, name, coalesce(tool, ''), coalesce(model, '')
"""
_COUNTERS = """
SELECT session_hash, agent, name, coalesce(part, ''), coalesce(model, ''), person, count(*), max(rev), min(at), max(at),
  sum(value)
FROM metric WHERE team_id = :team AND member = :member AND session_hash IN ({sessions})
GROUP BY session_hash, agent, name, coalesce(part, ''), coalesce(model, ''), person
ORDER BY session_hash, agent, name, coalesce(part, ''), coalesce(model, '')
"""


class ExportSums(NamedTuple):
    """What was sent of sessions so far."""

    events: tuple[EventSum, ...]
    counters: tuple[CounterSum, ...]


def sum_exports(store: TeamStore, caller: Caller, sessions: Sequence[bytes]) -> ExportSums:
    """Return the sums of what the caller's exporters sent of sessions."""
    events = tuple(_read_event(row) for row in _fetch(store, caller, _EVENTS, sessions))
    return ExportSums(events, tuple(_read_counter(row) for row in _fetch(store, caller, _COUNTERS, sessions)))


def _fetch(store: TeamStore, caller: Caller, sql: str, sessions: Sequence[bytes]) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(sessions), _AT_ONCE):
        names: dict[str, SqlValue] = dict(zip(_NAMES, sessions[start : start + _AT_ONCE], strict=False))
        asked = sql.format(sessions=", ".join(f":{name}" for name in names))
        yield from store.fetch(caller.team, asked, {"member": caller.member, **names})


def _read_event(row: tuple[Any, ...]) -> EventSum:
    session, agent, name, tool, model, person, events, failures, first, last, dollars, *rest = row
    tokens_in, tokens_out, tokens_cached, commits = map(int, rest)
    return EventSum(
        session=bytes(session),
        agent=agent,
        name=name,
        tool=tool,
        model=model,
        person=None if person is None else bytes(person),
        events=events,
        failures=failures,
        first_at=cast("datetime", read_time(first)),
        last_at=cast("datetime", read_time(last)),
        cost_usd=float(dollars),
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        tokens_cached=tokens_cached,
        commits=commits,
    )


def _read_counter(row: tuple[Any, ...]) -> CounterSum:
    session, agent, name, part, model, person, rows, newest, first, last, value = row
    return CounterSum(
        session=bytes(session),
        agent=agent,
        name=name,
        part=part,
        model=model,
        person=None if person is None else bytes(person),
        rows=rows,
        newest=newest,
        first_at=cast("datetime", read_time(first)),
        last_at=cast("datetime", read_time(last)),
        value=float(value),
    )
