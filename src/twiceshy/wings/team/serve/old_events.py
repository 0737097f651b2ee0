"""Take the events of earlyexit's own sender as they are.

Their form: https://github.com/rsleedbx/earlyexit, ``docs/learnings/TELEMETRY_BACKENDS.md``, read on 2026-11-23.

Its fields have our names where they mean the same. It hashes a command without a key: equal commands are grouped among
such clients only, never with those of members who have the team's key. Its sender keeps nothing and sends nothing
twice, so that a text with a secret costs the text and not the run.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import orjson

from twiceshy.privacy.wire.batches import MOST_BYTES, MOST_ROWS
from twiceshy.privacy.wire.packed_bodies import BodyTooLarge, unpack_body
from twiceshy.privacy.wire.wire_rows import WireError, keep_fields, limit_level, make_row_id
from twiceshy.records.team import Caller, RowAnswer, WireRow, WireValue
from twiceshy.wings.team.serve.batch_intake import store_rows
from twiceshy.wings.team.serve.team_server import TeamServer

_CLIENT = b"earlyexit"
_EPOCH = "earlyexit"
"""In place of the fingerprint of a team's key."""
_FEEDBACK = {
    "user_rating": "rating",
    "false_positive_flag": "false_positive",
    "should_have_exited": "should_have_exited",
    "optimal_delay_suggestion": "delay_should_be_s",
    "user_feedback": "comment",
}
"""Its columns of an execution that are feedback here."""
_FLAGS = frozenset({"false_positive", "should_have_exited"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenEvents:
    """What became of such a body."""

    received: int
    warnings: tuple[str, ...]
    """By the number of the event, from 1; they quote nothing."""
    answers: tuple[RowAnswer, ...]
    size: int


class _OldEvent(NamedTuple):
    """One event, and which it was."""

    number: int
    row: WireRow


def accept_old_events(
    server: TeamServer, caller: Caller, body: bytes, now: datetime, *, encoding: str = ""
) -> TakenEvents:
    """Store what a client of earlyexit sends.

    Raises:
        BodyTooLarge: there is more than one request may hold.
        WireError: it is not such a body.
        StoreUnwritable: nothing was stored.
    """
    plain = unpack_body(body, encoding, MOST_BYTES)
    try:
        found: Any = orjson.loads(plain)
    except orjson.JSONDecodeError as exc:
        raise WireError("the body is no JSON") from exc
    events = found.get("events") if isinstance(found, dict) else None
    if not isinstance(events, list):
        raise WireError("the body has no list of events")
    if len(events) > MOST_ROWS:
        raise BodyTooLarge(f"it has more than {MOST_ROWS} events")
    warnings: list[str] = []
    rows: list[_OldEvent] = []
    for number, event in enumerate(events, start=1):
        try:
            rows += [_OldEvent(number, row) for row in _read_event(event, caller, now, _name_client(found))]
        except WireError as exc:
            warnings.append(f"event {number} is not kept: {exc}")
    kept = list(_drop_texts(server, rows, warnings))
    read: list[tuple[RowAnswer, WireRow | None]] = [
        (RowAnswer(id=one.row.id, rev=0, verdict="stored"), one.row) for one in kept
    ]
    answers = tuple(store_rows(server, caller, read, now))
    for one, answer in zip(kept, answers, strict=True):
        if answer.verdict == "refused":
            warnings.append(f"event {one.number} is not kept: {answer.why}")
    return TakenEvents(received=len(events), warnings=tuple(warnings), answers=answers, size=len(plain))


def _name_client(found: Mapping[str, Any]) -> dict[str, WireValue]:
    """Return what a body says of its sender."""
    client = found.get("client")
    told = client if isinstance(client, dict) else {}
    version, platform = told.get("version"), told.get("platform")
    name = f"earlyexit {version}" if isinstance(version, str) else "earlyexit"
    return {"client": name, "platform": platform if isinstance(platform, str) else None}


def _read_event(event: object, caller: Caller, now: datetime, client: Mapping[str, WireValue]) -> Iterator[WireRow]:
    """Yield the rows of one event.

    Raises:
        WireError: it is none that is known here.
    """
    data = event.get("data") if isinstance(event, dict) else None
    sort = event.get("type") if isinstance(event, dict) else None
    key = data.get("execution_id") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(key, str) or not key or sort not in {"execution", "match_event"}:
        raise WireError("it is no execution and no match_event with an execution_id")
    told = {name: value for name, value in data.items() if value is not None}
    execution = make_row_id(_CLIENT, "execution", key)
    made = partial(_make_row, at=_read_time(told.get("timestamp"), now))
    if sort == "match_event":
        parts = (key, str(told.get("match_number")), str(told.get("line_number")))
        yield made("match_event", parts, {**told, "execution": execution.hex()})
        return
    yield made("execution", (key,), {"exit_reason": "unknown", **told, **client, **_hash_texts(caller, told)})
    given = {ours: told[theirs] for theirs, ours in _FEEDBACK.items() if told.get(theirs) not in {None, 0, ""}}
    if given:
        flags = {name: bool(value) for name, value in given.items() if name in _FLAGS}
        yield made("feedback", (key,), {**given, **flags, "execution": execution.hex()})


def _make_row(kind: str, parts: Sequence[str], data: Mapping[str, Any], *, at: datetime) -> WireRow:
    """Return a row of what has our form in such data.

    Raises:
        WireError: what every such row has is not there.
    """
    return WireRow(kind=kind, id=make_row_id(_CLIENT, kind, *parts), rev=0, at=at, data=keep_fields(kind, data))


def _hash_texts(caller: Caller, data: Mapping[str, Any]) -> dict[str, WireValue]:
    """Return the hashes by which this team's runs of such clients are grouped."""
    team = caller.team.encode()
    found: dict[str, WireValue] = {}
    for theirs, ours in (("command_hash", "team_hash"), ("pattern", "pattern_hash")):
        value = data.get(theirs)
        if isinstance(value, str) and value:
            found[ours] = make_row_id(team[:64], ours, value).hex()
            found["team_epoch"] = _EPOCH
    return found


def _read_time(value: object, now: datetime) -> datetime:
    """Return when it was; SQLite's own form has no zone and means UTC."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else now
    except ValueError:
        return now
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return now


def _drop_texts(server: TeamServer, events: Sequence[_OldEvent], warnings: list[str]) -> Iterator[_OldEvent]:
    """Yield the events, those with a secret in a text without their texts."""
    found = server.scan.find([event.row for event in events])
    for place, event in enumerate(events):
        bare = limit_level(event.row, "counts") if place in found else event.row
        if place in found:
            warnings.append(f"event {event.number} is kept without its texts: {found[place]}")
        if bare is not None:
            yield event._replace(row=bare)
