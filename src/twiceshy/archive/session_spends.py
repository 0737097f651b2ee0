# ruff: noqa: S608  # what is put into the statement is a constant of this package
"""Keep what each session cost, by cell: the ``spend`` kind of `derived`, and whether what is kept is still good.

Names are kept as they stand in the archive, which redacted them. Of a session some hundred cells take about 5 kB.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import astuple
from hashlib import blake2b
from typing import Final, NamedTuple

import orjson

from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.base.values import Scope
from twiceshy.records.codec import DamagedValue, read_value
from twiceshy.records.spend import (
    Amount,
    Cause,
    EarlierCut,
    HourCache,
    LoneCalls,
    LoneKind,
    LostCache,
    Mechanism,
    SessionSpend,
    SpendKey,
    StartCost,
    Work,
    WorkKey,
)

KIND: Final = "spend"
VERSION: Final = 10
"""Of the rules that divide a session's cost."""
_STATES: Final = f"""
SELECT s.id, s.uid, p.name, s.first_at,
  (SELECT max(rank) FROM prompt WHERE session_id = s.id), (SELECT max(rank) FROM call WHERE session_id = s.id),
  (SELECT max(rank) FROM result WHERE session_id = s.id), (SELECT max(rank) FROM reply WHERE session_id = s.id),
  (SELECT max(rank) FROM mark WHERE session_id = s.id), u.messages, u.tokens, u.hour, u.cost, u.unended
FROM session s JOIN project p ON p.id = s.project_id
  JOIN (SELECT session_id, count(*) AS messages, sum(input + output + cache_write + cache_read) AS tokens,
      sum(cache_write_1h) AS hour, total(cost) AS cost, sum(unended) AS unended
    FROM usage GROUP BY session_id
    UNION ALL SELECT DISTINCT session_id, 0, 0, 0, 0, 0 FROM mark WHERE kind = 'subagent'
      AND session_id NOT IN (SELECT session_id FROM usage)) u ON u.session_id = s.id
WHERE s.real = 1 AND {IN_SCOPE} ORDER BY s.id"""


class SpendState(NamedTuple):
    """A session that used tokens, and what its account is made of."""

    id: int
    """Its row id."""
    project: str
    first_at: str | None
    """Of its first event, as it is stored."""
    input_hash: bytes
    """Changes with its events, its tokens and the prices."""


def read_spend_states(connection: sqlite3.Connection, scope: Scope, prices: bytes) -> dict[bytes, SpendState]:
    """Return the sessions in scope that used tokens, or whose subagents did, by uid, the oldest row first.

    Args:
        connection: of the store.
        scope: which sessions.
        prices: changes with the prices that hold.
    """
    return {
        uid: SpendState(id_, project, first_at, blake2b(repr(seen).encode(), digest_size=8, key=prices).digest())
        for id_, uid, project, first_at, *seen in connection.execute(_STATES, scope_values(scope))
    }


def read_kept_spends(connection: sqlite3.Connection, states: Mapping[bytes, SpendState]) -> dict[bytes, SessionSpend]:
    """Return what is kept of these sessions and still good, by uid; what cannot be read is computed again."""
    kept = connection.execute(
        "SELECT key, input_hash, value FROM derived WHERE kind = ? AND rule_version = ?", (KIND, VERSION)
    )
    found = {}
    for key, input_hash, value in kept:
        state = states.get(key)
        if state is not None and state.input_hash == input_hash:
            with suppress(DamagedValue):
                found[key] = _decode(value)
    return found


def encode_spends(found: Mapping[bytes, SessionSpend], states: Mapping[bytes, SpendState]) -> Iterable[DerivedValue]:
    """Return sessions' accounts as values to store."""
    return [DerivedValue(uid, states[uid].input_hash, _encode(spend)) for uid, spend in found.items()]


def _encode(spend: SessionSpend) -> bytes:
    cells: dict[str, dict[str, dict[str, list[int]]]] = defaultdict(lambda: defaultdict(dict))
    for key, amount in spend.cells.items():
        cells[key.cause.value][key.item][key.mechanism.value] = [*amount]
    replayed = [[list(one) for one in some] for some in (spend.losses, spend.earlier_cuts)]
    lone = [list(astuple(one)) for one in spend.lone_calls]
    main = [one and [*one] for one in (spend.start, spend.hour_cache)]
    work = [[*key, *amount] for key, amount in spend.work.items()]
    head = [spend.used, spend.unpriced, spend.partial, cells]
    return orjson.dumps([*head, *replayed, lone, *main, work, [*spend.lone_looks], spend.turns])


def _decode(value: bytes) -> SessionSpend:
    with read_value("account of a session"):
        used, unpriced, partial, cells, losses, cuts, lone, start, hour, work, looks, turns = orjson.loads(value)
        return SessionSpend(
            cells={
                SpendKey(_CAUSES[cause], item, _MECHANISMS[mechanism]): Amount(*amount)
                for cause, by_item in cells.items()
                for item, by_mechanism in by_item.items()
                for mechanism, amount in by_mechanism.items()
            },
            losses=tuple(LostCache(place, _MECHANISMS[why], *rest) for place, why, *rest in losses),
            earlier_cuts=tuple(EarlierCut(*cut) for cut in cuts),
            lone_calls=tuple(LoneCalls(_LONE[kind], *rest) for kind, *rest in lone),
            start=StartCost(*start) if start else None,
            hour_cache=HourCache(*hour) if hour else None,
            work={WorkKey(model, _WORKS[name]): Amount(*amount) for model, name, *amount in work},
            lone_looks=Amount(*looks),
            turns=tuple((place, spent) for place, spent in turns),
            used=bool(used),
            unpriced=int(unpriced),
            partial=int(partial),
        )


_CAUSES: Final = {one.value: one for one in Cause}
_MECHANISMS: Final = {one.value: one for one in Mechanism}
_LONE: Final = {one.value: one for one in LoneKind}
_WORKS: Final = {one.value: one for one in Work}
