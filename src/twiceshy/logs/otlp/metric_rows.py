"""Turn exported counters into rows of a team's server, so that a counter that is sent again, or late, counts once.

An exporter sends either what came since the last time (``delta``) or the total since its start (``cumulative``). The
first becomes a row an interval. The second becomes one row a counter, whose revision is how many seconds the counter
had run: the newest total takes an older one's place, in whatever order they come.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from twiceshy.logs.otlp.exporters import (
    EXPORTERS,
    METRIC_WORDS,
    NOBODY,
    Attributes,
    Exported,
    ExportedLog,
    ExportedPoint,
    Exporter,
    Scalar,
    find_exporter,
    take_first,
)
from twiceshy.privacy.wire.random_ids import hash_call, hash_session
from twiceshy.privacy.wire.row_kinds import Level
from twiceshy.privacy.wire.wire_rows import LONGEST_TEXT, make_row_id
from twiceshy.records.team import CounterSum, EventSum, WireRow, WireValue

# Turn exported values into fields of a row: what is no word, number or flag of the form that is kept is left out.

_WORD = re.compile(r"[A-Za-z0-9_.:/@+\-\[\]() ]{1,80}")
_NAME = re.compile(r"[A-Za-z0-9_.:/\-]{1,80}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,12})?")
_MOST = 1e15
"""Of any number (guess, 2026-11-23: what a server's sums can hold)."""
_OWN_TOOL = "mcp_tool"
"""What a tool of somebody's own server is called where its name may not be kept: Claude Code's own word for it."""
_START = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_NS = 4_102_444_800 * 10**9
"""The year 2100: later times are damage (guess, 2026-11-23)."""
_LONGEST_ID = 256
"""Characters of an id or account; longer ones are cut before they are hashed (guess, 2026-11-23)."""
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


def read_origin(exporter: Exporter, resource: Attributes, attributes: Attributes, salt: bytes) -> dict[str, WireValue]:
    """Return agent, session and person of a record: hashes only."""
    session = take_id(resource, attributes, exporter.session)
    account = take_id(resource, attributes, exporter.account)
    return {
        "agent": exporter.agent,
        "session_hash": hash_session(exporter.agent, session) if session else None,
        "person": make_row_id(salt, "account", account.strip().casefold()).hex() if account else None,
    }


def take_id(resource: Attributes, attributes: Attributes, names: tuple[str, ...]) -> str:
    """Return an id of a record or of its resource; empty where it has none."""
    found = take_first(attributes, names) if names else None
    if found is None:
        found = take_first(resource, names)
    return "" if found is None or isinstance(found, bool) else str(found)[:_LONGEST_ID]


def fit_name(name: str) -> str:
    """Return the name of an event or counter; ``unnamed`` where it is no identifier."""
    return name if _NAME.fullmatch(name) else "unnamed"


def fit_word(value: Scalar | None) -> str | None:
    """Return a value as a word; None where it is none."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value)
    return text if _WORD.fullmatch(text) and not text.isspace() else None


def fit_tool(exporter: Exporter, attributes: Attributes, tool: str | None, *, named: bool) -> str | None:
    """Return the name of a tool; of somebody's own tool only where it may be ``named``."""
    own = tool is not None and ("__" in tool or take_first(attributes, exporter.own_tools) is not None)
    return _OWN_TOOL if own and not named else tool


def fit_number(value: Scalar | None) -> int | float | None:
    """Return a value as a number that is not below 0, also where it was sent as a text."""
    if isinstance(value, str):
        value = float(value) if "." in value and _NUMBER.fullmatch(value) else _read_whole(value)
    if isinstance(value, bool) or value is None:
        return None
    return value if 0 <= value <= _MOST else None


def fit_count(value: Scalar | None) -> int | None:
    """Return a value as a whole number that is not below 0."""
    found = fit_number(value)
    return None if found is None else int(found)


def fit_flag(value: Scalar | None) -> bool | None:
    """Return a value as a flag, also where it was sent as a text."""
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())


def find_time(time_ns: int, text: Scalar | None, now: datetime) -> datetime:
    """Return when something was: by its number of nanoseconds, else by its text, else now."""
    if 0 < time_ns <= _LATEST_NS:
        return _START + timedelta(microseconds=time_ns // 1000)
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) and len(text) < _LONGEST_ID else now
        return found.astimezone(UTC) if found.tzinfo else now
    except (ValueError, OverflowError):
        return now


def fit_commit(commit: str | None) -> str | None:
    """Return the id of a commit; None where it is none."""
    return commit if commit is not None and _COMMIT.fullmatch(commit) else None


def _read_whole(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None


# Turn exported log records into rows of a team's server: one event a record, with the same id however often it comes.
#
# Of a record's attributes only those stay that an exporter's table names; a text stays at the level ``full`` alone, and
# who worked becomes a keyed hash here, before anything else is done with it.

_NOT_WHOLE = {"duration_ms", "cost_usd"}
"""Numbers that may have fractions."""
_PLACE = "event "
"""How the name of a record begins that has none: Rust's exporters put its place in the source there."""
_WITHHELD = {"", "[REDACTED]", "<REDACTED>"}
"""What exporters write where a text was not to be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRows:
    """The rows of a request."""

    rows: tuple[WireRow, ...]
    unknown: Mapping[str, int]
    """Records with names that are not known here, by agent: of these the name is kept."""
    passed: int
    """Records that were left out: without a name, pieces of a stream, and data points that add up to nothing."""


def make_event_rows(logs: Iterable[ExportedLog], *, salt: bytes, level: Level, now: datetime) -> ExportRows:
    """Return the rows of log records.

    Args:
        logs: as one request held them.
        salt: of the team: ids and accounts are hashed with it.
        level: the loosest that is kept.
        now: stands for the time of a record that has none.
    """
    rows: list[WireRow] = []
    unknown: Counter[str] = Counter()
    same: Counter[bytes] = Counter()
    passed = 0
    for log in logs:
        named = "" if log.event_name.startswith(_PLACE) else log.event_name
        exporter, name = find_exporter(log.resource, str(log.attributes.get("event.name", "")), named, body=log.body)
        if not name or _is_chunk(exporter, name, log.attributes):
            passed += 1
            continue
        data = {**read_origin(exporter, log.resource, log.attributes, salt), "name": fit_name(name)}
        if name in exporter.events:
            data |= _read_fields(exporter, name, log, level)
        else:
            unknown[exporter.agent] += 1
        rows.append(
            WireRow(
                kind="event",
                id=_name_event(exporter, name, log, salt, same),
                rev=0,
                at=find_time(log.time_ns or log.observed_ns, log.attributes.get("event.timestamp"), now),
                data={field: value for field, value in data.items() if value is not None},
            )
        )
    return ExportRows(rows=tuple(rows), unknown=dict(unknown), passed=passed)


def _is_chunk(exporter: Exporter, name: str, attributes: Attributes) -> bool:
    """Tell whether a record is one of the many that an answer makes as it streams in."""
    return name in exporter.chunks and take_first(attributes, exporter.chunks[name]) is None


def _name_event(exporter: Exporter, name: str, log: ExportedLog, salt: bytes, same: Counter[bytes]) -> bytes:
    """Return the id of an event: where its agent counts events, of its place in its session, else of all it says.

    A process counts from 0 and a session may have several, so the time belongs to the place. Where two records of a
    request say the same, they are two: ``same`` counts them, and sent again they are counted alike.
    """
    session = take_id(log.resource, log.attributes, exporter.session)
    sequence = log.attributes.get(exporter.sequence) if exporter.sequence else None
    times = f"{log.time_ns}/{log.attributes.get('event.timestamp', '')}"
    if session and sequence is not None:
        return make_row_id(salt, "event", exporter.agent, session, str(sequence), times, name)
    whole = make_row_id(
        salt,
        "event of all",
        json.dumps([log.resource, log.attributes], sort_keys=True, default=str),
        log.body.encode("utf-8", "replace"),
        f"{times}/{log.observed_ns}/{log.event_name}".encode("utf-8", "replace"),
    )
    same[whole] += 1
    return whole if same[whole] == 1 else make_row_id(salt, "event again", whole, str(same[whole]))


def _read_fields(exporter: Exporter, name: str, log: ExportedLog, level: Level) -> dict[str, WireValue]:
    """Return what is kept of an event whose name is known."""
    get = log.attributes
    data: dict[str, WireValue] = {}
    for field, names in exporter.words.items():
        data[field] = fit_word(take_first(get, names))
    tool = data.get("tool")
    data["tool"] = fit_tool(exporter, get, tool if isinstance(tool, str) else None, named=level != "counts")
    for field, names in exporter.numbers.items():
        value = take_first(get, names)
        data[field] = fit_number(value) if field in _NOT_WHOLE else fit_count(value)
    for field, names in exporter.flags.items():
        data[field] = fit_flag(take_first(get, names))
    if name in exporter.failures or exporter.tell_failure(get):
        data["success"] = False
    data |= _count_tokens(exporter, get)
    call, session = take_id({}, get, exporter.call), take_id(log.resource, get, exporter.session)
    data["call_hash"] = hash_call(exporter.agent, session, call) if call else None
    data["sequence"] = fit_count(get.get(exporter.sequence))
    data["commit_id"] = fit_commit(exporter.tell_commit(get))
    if level == "full":
        data["body"] = _join_texts(exporter, get)
    return data


def _count_tokens(exporter: Exporter, attributes: Attributes) -> dict[str, WireValue]:
    """Return the tokens of an event that has any."""
    found: dict[str, WireValue] = {}
    for field, names in exporter.tokens.items():
        plus = [fit_count(attributes.get(name)) for name in names.plus]
        if any(one is not None for one in plus):
            minus = [fit_count(attributes.get(name)) or 0 for name in names.minus]
            found[field] = max(sum(one or 0 for one in plus) - sum(minus), 0)
    return found


def _join_texts(exporter: Exporter, attributes: Attributes) -> str | None:
    """Return the texts of an event, each behind its name; None where it has none."""
    texts = [(name, str(attributes.get(name, ""))) for name in exporter.texts]
    said = [f"{name}: {text}" for name, text in texts if text not in _WITHHELD]
    return "\n".join(said).replace("\0", "")[:LONGEST_TEXT] or None


_FINE_S = 900_000
"""Seconds that are counted one by one: ten days; the rest of the revisions that a row may have goes by minutes and
lasts two months more (guess, 2026-11-23)."""
_MOST_REV = 1_000_000
"""As by definition of the wire."""


def make_metric_rows(exported: Exported, *, salt: bytes, level: Level, now: datetime) -> ExportRows:
    """Return the rows of data points.

    Args:
        exported: as one request held them.
        salt: of the team: ids and accounts are hashed with it.
        level: the loosest that is kept.
        now: stands for the time of a point that has none.
    """
    rows: list[WireRow] = []
    unknown: Counter[str] = Counter()
    passed = exported.passed
    for point in exported.points:
        exporter, name = find_exporter(point.resource, point.name)
        value = fit_number(point.value)
        if value is None or not _is_kept(exporter, point):
            passed += 1
            continue
        if exporter is NOBODY:
            unknown[exporter.agent] += 1
        data: dict[str, WireValue] = {
            **(_read_words(exporter, point, level) if exporter is not NOBODY else {}),
            **read_origin(exporter, point.resource, point.attributes, salt),
            "name": fit_name(name),
            "since": _format_since(point, now),
            "cumulative": point.temporality == "cumulative",
            "value": value,
        }
        rows.append(
            WireRow(
                kind="metric",
                id=_name_point(point, salt),
                rev=_find_revision(point),
                at=find_time(point.time_ns, None, now),
                data={field: kept for field, kept in data.items() if kept is not None},
            )
        )
    return ExportRows(rows=tuple(rows), unknown=dict(unknown), passed=passed)


def _is_kept(exporter: Exporter, point: ExportedPoint) -> bool:
    """Tell whether a point adds up to something that is kept."""
    if point.temporality == "cumulative" and not point.since_ns:
        return False
    return not point.histogram or point.histogram.removeprefix(exporter.prefix) in exporter.durations


def _read_words(exporter: Exporter, point: ExportedPoint, level: Level) -> dict[str, WireValue]:
    """Return what a counter counts, in words."""
    words = {field: fit_word(take_first(point.attributes, names)) for field, names in METRIC_WORDS.items()}
    return {**words, "tool": fit_tool(exporter, point.attributes, words["tool"], named=level != "counts")}


def _name_point(point: ExportedPoint, salt: bytes) -> bytes:
    """Return the id of a counter since its start, or of one interval of it."""
    series = json.dumps([point.resource, point.attributes], sort_keys=True, default=str)
    until = "" if point.temporality == "cumulative" else str(point.time_ns)
    return make_row_id(
        salt, "metric", point.name.encode("utf-8", "replace"), series, point.temporality, str(point.since_ns), until
    )


def _find_revision(point: ExportedPoint) -> int:
    if point.temporality == "delta":
        return 0
    seconds = max(point.time_ns - point.since_ns, 0) // 10**9
    return int(min(seconds, _FINE_S + max(seconds - _FINE_S, 0) // 60, _MOST_REV))


def _format_since(point: ExportedPoint, now: datetime) -> str | None:
    if not point.since_ns:
        return None
    return find_time(point.since_ns, None, now).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# Make the row of a session from the sums of what its exporter sent: each time more came, with a greater revision.
#
# Events say what a session did. Its counters say the same once more, and are asked only for what no event told, as with
# an exporter that sends no events.

SOURCE = "otlp"
"""Of a session's row: a member's own row, made from a log at home, names no source."""
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
