"""Take a batch of rows: unpack it within bounds, read it, search it for secrets, store it, and answer each row.

A row that cannot be taken is refused with the field or the rule; the rest of its batch is stored. Nothing that is said
of a row quotes it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import orjson

from twiceshy.privacy.wire.batches import MOST_BYTES, MOST_ROWS, name_batch
from twiceshy.privacy.wire.packed_bodies import BodyTooLarge, unpack_body
from twiceshy.privacy.wire.row_kinds import KINDS, Level
from twiceshy.privacy.wire.wire_rows import LONGEST_LINE, WireError, keep_fields, limit_level, make_row, make_row_id
from twiceshy.records.team import Caller, RowAnswer, WaitingRow, WireRow, WireValue
from twiceshy_team.serve.team_server import TeamServer

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBatch:
    """What became of a batch."""

    answers: tuple[RowAnswer, ...]
    """In the order of the rows."""
    size: int
    """Bytes, unpacked."""


def accept_batch(  # what was sent, by whom, and how it is packed
    server: TeamServer, caller: Caller, body: bytes, now: datetime, *, encoding: str = "", name: str = ""
) -> TakenBatch:
    """Store the rows of a request; answer each.

    Args:
        server: the open server.
        caller: who sent it.
        body: one row a line, packed as ``encoding`` says.
        now: by the server's clock.
        encoding: of ``Content-Encoding``.
        name: the request's ``Idempotency-Key``; empty where it has none.

    Raises:
        BodyTooLarge: there is more than one request may hold.
        WireError: a line has no id to answer to, or the rows are not those that the request names.
        StoreUnwritable: nothing was stored.
    """
    plain = unpack_body(body, encoding, MOST_BYTES)
    lines = [line for line in plain.split(b"\n") if line]
    if len(lines) > MOST_ROWS:
        raise BodyTooLarge(f"it has more than {MOST_ROWS} rows")
    read = [_read_line(line, number) for number, line in enumerate(lines, start=1)]
    if name and name != name_batch([WaitingRow(id=one.id, rev=one.rev, kind="", body=b"") for one, _ in read]):
        raise WireError("the rows are not those of the Idempotency-Key: the body is not whole")
    return TakenBatch(answers=tuple(store_rows(server, caller, read, now)), size=len(plain))


def store_rows(
    server: TeamServer, caller: Caller, read: Sequence[tuple[RowAnswer, WireRow | None]], now: datetime
) -> Iterator[RowAnswer]:
    """Store what was read and is clean; yield the answer to each row, in order.

    Each of ``read`` is a row with the answer of its store to come, or no row with the refusal.

    Raises:
        StoreUnwritable: nothing was stored.
    """
    rows = [_limit_row(server.level, answer, row) for answer, row in read]
    found = server.scan.find([row for _, row in rows if row is not None])
    clean: list[WireRow] = []
    answers: list[RowAnswer | None] = []
    number = 0
    for answer, row in rows:
        if row is None:
            answers.append(answer)
            continue
        if number in found:
            answers.append(answer._replace(verdict="refused", why=found[number]))
        else:
            answers.append(None)
            clean.append(row)
        number += 1
    stored = iter(server.store.accept(caller, clean, now) if clean else ())
    yield from (next(stored) if one is None else one for one in answers)


def _read_line(line: bytes, number: int) -> tuple[RowAnswer, WireRow | None]:
    """Return a line's row, and the answer where it is none.

    Raises:
        WireError: there is no id to answer to.
    """
    try:
        found: Any = orjson.loads(line) if len(line) <= LONGEST_LINE else None
    except orjson.JSONDecodeError as exc:
        raise WireError(f"line {number} is no JSON") from exc
    answer = _find_name(found)
    if answer is None:
        raise WireError(f"line {number} has no id and rev of a row, or more than {LONGEST_LINE} bytes")
    try:
        return answer, make_row(found)
    except WireError as exc:
        return answer._replace(verdict="refused", why=str(exc)), None


def _find_name(found: object) -> RowAnswer | None:
    """Return which row a line is about; None where it does not say so."""
    if not isinstance(found, dict):
        return None
    key, rev = found.get("id"), found.get("rev")
    if not isinstance(key, str) or not _ID.fullmatch(key) or type(rev) is not int:
        return None
    return RowAnswer(id=bytes.fromhex(key), rev=rev, verdict="stored")


def _limit_row(level: Level, answer: RowAnswer, row: WireRow | None) -> tuple[RowAnswer, WireRow | None]:
    """Return what is kept of a row here, and the refusal where that is nothing."""
    kept = limit_level(row, level) if row is not None else None
    if row is not None and kept is None:
        return answer._replace(verdict="refused", why=f"this server keeps no {KINDS[row.kind].name}"), None
    return answer, kept


# Take the events of earlyexit's own sender as they are.
#
# Their form: https://github.com/rsleedbx/earlyexit, ``docs/learnings/TELEMETRY_BACKENDS.md``, read on 2026-11-23.
#
# Its fields have our names where they mean the same. It hashes a command without a key: equal commands are grouped
# among such clients only, never with those of members who have the team's key. Its sender keeps nothing and sends
# nothing twice, so that a text with a secret costs the text and not the run.

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
