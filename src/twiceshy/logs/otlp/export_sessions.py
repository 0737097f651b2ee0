"""Make the row of a session from the sums of what its exporter sent: each time more came, with a greater revision.

Events say what a session did. Its counters say the same once more, and are asked only for what no event told, as with
an exporter that sends no events.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from twiceshy.logs.otlp.exporter import Exporter
from twiceshy.logs.otlp.exporters import EXPORTERS, NOBODY
from twiceshy.records.export_sums import CounterSum, EventSum
from twiceshy.records.team import WireRow, WireValue

SOURCE = "otlp"
"""Of a session's row: a member's own row, made from a log at home, names no source."""
_MOST_REV = 1_000_000
"""As by definition of the wire."""
_MOST_NAMES = 200
"""Tools of a session, as by definition of the wire."""
_TOKENS = ("tokens_in", "tokens_out", "tokens_cached")
_UNKNOWN = "unknown"
"""A session's model where nothing named one."""


def make_session_rows(events: Iterable[EventSum], counters: Iterable[CounterSum]) -> Iterator[WireRow]:
    """Yield a row for each session that a known agent sent something of."""
    found: defaultdict[tuple[bytes, str], tuple[list[EventSum], list[CounterSum]]] = defaultdict(lambda: ([], []))
    for event in events:
        found[event.session, event.agent][0].append(event)
    for counter in counters:
        found[counter.session, counter.agent][1].append(counter)
    for (session, agent), (sums, totals) in found.items():
        exporter = next((one for one in EXPORTERS if one.agent == agent), NOBODY)
        if exporter is not NOBODY:
            yield _make_row(exporter, session, sums, totals)


def _make_row(exporter: Exporter, session: bytes, sums: list[EventSum], totals: list[CounterSum]) -> WireRow:
    everything: Sequence[EventSum | CounterSum] = [*sums, *totals]
    started, ended = min(one.first_at for one in everything), max(one.last_at for one in everything)
    person = next((one.person for one in everything if one.person is not None), None)
    data: dict[str, WireValue] = {
        "agent": exporter.agent,
        "model": _find_model(everything),
        "session_hash": session.hex(),
        "person": person.hex() if person is not None else None,
        "source": SOURCE,
        "started_at": _format_time(started),
        "seconds": (ended - started).total_seconds(),
        **_count_work(exporter, sums),
        **_count_spending(exporter, sums, totals),
    }
    revision = sum(one.events for one in sums) + sum(one.rows for one in totals)
    revision += max((one.newest for one in totals), default=0)
    return WireRow(
        kind="session",
        id=session,
        rev=min(revision, _MOST_REV),
        at=started,
        data={field: value for field, value in data.items() if value is not None},
    )


def _find_model(everything: Sequence[EventSum | CounterSum]) -> str:
    """Return the model that wrote most, else that most was sent of."""
    written: Counter[str] = Counter()
    for one in everything:
        if one.model:
            number = (one.tokens_out, one.events) if isinstance(one, EventSum) else (0, one.rows)
            written[one.model] += number[0] * _MOST_REV + number[1]
    return max(sorted(written), key=written.__getitem__) if written else _UNKNOWN


def _count_work(exporter: Exporter, sums: Sequence[EventSum]) -> dict[str, WireValue]:
    """Return prompts, calls and edits; nothing where no event came."""
    if not sums:
        return {}
    calls = [one for one in sums if one.name == exporter.result]
    tools: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for one in calls:
        tools[one.tool or _UNKNOWN] += one.events
        failed[one.tool or _UNKNOWN] += one.failures
    return {
        "prompts": sum(one.events for one in sums if one.name == exporter.prompt),
        "calls": tools.total(),
        "failed_calls": failed.total(),
        "edits": sum(one.events - one.failures for one in calls if one.tool in exporter.edit_tools),
        "tools": dict(tools.most_common(_MOST_NAMES)),
        "failed_tools": {name: number for name, number in failed.most_common(_MOST_NAMES) if number},
    }


def _count_spending(exporter: Exporter, sums: Sequence[EventSum], totals: Sequence[CounterSum]) -> dict[str, WireValue]:
    """Return tokens, dollars and commits, by events where they tell and else by counters."""
    counted: defaultdict[str, float] = defaultdict(float)
    for one in totals:
        for field, sign in exporter.counters.get((one.name, one.part), ()):
            counted[field] += sign * one.value
    told = {field: sum(getattr(one, field) for one in sums) for field in _TOKENS}
    if not any(told.values()):
        told = {field: max(int(counted[field]), 0) for field in _TOKENS if field in counted}
    dollars = sum(one.cost_usd for one in sums) or max(counted["cost_usd"], 0.0)
    commits = max(sum(one.commits for one in sums), int(counted["commits"]))
    return {**told, "cost_usd": dollars or None, "commits": commits}


def _format_time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
