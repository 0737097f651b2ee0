"""Take a batch of rows: unpack it within bounds, read it, search it for secrets, store it, and answer each row.

A row that cannot be taken is refused with the field or the rule; the rest of its batch is stored. Nothing that is said
of a row quotes it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from twiceshy.privacy.wire.batches import MOST_BYTES, MOST_ROWS, name_batch
from twiceshy.privacy.wire.packed_bodies import BodyTooLarge, unpack_body
from twiceshy.privacy.wire.row_kinds import KINDS, Level
from twiceshy.privacy.wire.wire_rows import LONGEST_LINE, WireError, limit_level, make_row
from twiceshy.records.team import Caller, RowAnswer, WaitingRow, WireRow
from twiceshy.wings.team.serve.team_server import TeamServer

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
