"""Turn exported log records into rows of a team's server: one event a record, with the same id however often it comes.

Of a record's attributes only those stay that an exporter's table names; a text stays at the level ``full`` alone, and
who worked becomes a keyed hash here, before anything else is done with it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from twiceshy.logs.otlp.exported import Attributes, ExportedLog
from twiceshy.logs.otlp.exporter import Exporter, take_first
from twiceshy.logs.otlp.exporters import find_exporter
from twiceshy.logs.otlp.row_fields import (
    find_time,
    fit_commit,
    fit_count,
    fit_flag,
    fit_name,
    fit_number,
    fit_tool,
    fit_word,
    read_origin,
    take_id,
)
from twiceshy.privacy.wire.random_ids import hash_call
from twiceshy.privacy.wire.row_kinds import Level
from twiceshy.privacy.wire.wire_rows import LONGEST_TEXT, make_row_id
from twiceshy.records.team import WireRow, WireValue

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
