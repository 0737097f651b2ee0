# ruff: noqa: S608  # what is put into the statement is a constant of this package
"""Keep where each session's time went, by cell: the ``time`` kind of `derived`, and whether what is kept is still good.

What is usual in a project is learned when a session is looked at: later sessions do not change what is kept of it.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from typing import Final, NamedTuple

import orjson

from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.base.values import Scope
from twiceshy.records.codec import DamagedValue, read_value
from twiceshy.records.session_time import KeptTime, PermissionWait, TimeCause, TimeKey

KIND: Final = "time"
VERSION: Final = 2
"""Of the rules that part a session's time."""
_STATES: Final = f"""
SELECT s.id, s.uid, s.project_id, p.name, s.agent,
  (SELECT max(rank) FROM prompt WHERE session_id = s.id), (SELECT max(rank) FROM call WHERE session_id = s.id),
  (SELECT max(rank) FROM result WHERE session_id = s.id), (SELECT max(rank) FROM reply WHERE session_id = s.id),
  (SELECT max(rank) FROM mark WHERE session_id = s.id), s.reader
FROM session s JOIN project p ON p.id = s.project_id WHERE s.real = 1 AND {IN_SCOPE} ORDER BY s.id"""


class TimeState(NamedTuple):
    """A session, and what the account of its time is made of."""

    id: int
    """Its row id."""
    project: int
    """Its row id."""
    name: str
    """The project's."""
    agent: str
    input_hash: bytes
    """Changes with its events."""


def read_time_states(connection: sqlite3.Connection, scope: Scope) -> dict[bytes, TimeState]:
    """Return the sessions in scope by uid, the oldest row first."""
    return {
        uid: TimeState(id_, project, name, agent, blake2b(repr(seen).encode(), digest_size=8).digest())
        for id_, uid, project, name, agent, *seen in connection.execute(_STATES, scope_values(scope))
    }


def read_kept_times(connection: sqlite3.Connection, states: Mapping[bytes, TimeState]) -> dict[bytes, KeptTime | None]:
    """Return what is kept of these sessions and still good, by uid: None where a log has no times.

    What cannot be read is computed again.
    """
    kept = connection.execute(
        "SELECT key, input_hash, value FROM derived WHERE kind = ? AND rule_version = ?", (KIND, VERSION)
    )
    found: dict[bytes, KeptTime | None] = {}
    for key, input_hash, value in kept:
        state = states.get(key)
        if state is not None and state.input_hash == input_hash:
            with suppress(DamagedValue):
                found[key] = _decode(value)
    return found


def encode_times(found: Mapping[bytes, KeptTime | None], states: Mapping[bytes, TimeState]) -> Iterable[DerivedValue]:
    """Return sessions' times as values to store."""
    return [DerivedValue(uid, states[uid].input_hash, _encode(time)) for uid, time in found.items()]


def _encode(time: KeptTime | None) -> bytes:
    if time is None:
        return b"null"
    cells = [[key.cause.value, key.item, key.inferred, ms] for key, ms in time.cells.items()]
    waits = [[one.uid.hex(), one.ms, one.inferred] for one in time.waits]
    return orjson.dumps([time.begin, time.wall, time.parallel, cells, waits])


def _decode(value: bytes) -> KeptTime | None:
    with read_value("time of a session"):
        found = orjson.loads(value)
        if found is None:
            return None
        begin, wall, parallel, cells, waits = found
        keyed = {TimeKey(_CAUSES[cause], item, bool(inferred)): int(ms) for cause, item, inferred, ms in cells}
        told = tuple(PermissionWait(bytes.fromhex(uid), int(ms), bool(inferred)) for uid, ms, inferred in waits)
        return KeptTime(int(begin), int(wall), int(parallel), keyed, told)


_CAUSES: Final = {one.value: one for one in TimeCause}
