"""Judge behaviour: count it again for each session whose steps changed, and store it as ``derived``."""

import json
from collections.abc import Iterator
from dataclasses import fields

from twiceshy.outcomes.behaviour_counts import VERSION, count_behaviour
from twiceshy.records.stories import Behaviour, Count
from twiceshy.store.db import Store
from twiceshy.store.derived_values import DerivedValue
from twiceshy.store.reads import steps

KIND = "behaviour"
_AT_ONCE = 200
"""Sessions a transaction: a killed run loses no more than these (guess)."""


def judge_behaviour(store: Store) -> int:
    """Judge the sessions whose steps changed; return how many that were."""
    hashes = steps.hash_inputs(store.connection)
    stale = store.find_stale(KIND, hashes, VERSION)
    for start in range(0, len(stale), _AT_ONCE):
        some = stale[start : start + _AT_ONCE]
        store.put_derived(KIND, list(_judge_sessions(store, some, hashes)), VERSION)
    return len(stale)


def _judge_sessions(store: Store, sessions: list[bytes], hashes: dict[bytes, bytes]) -> Iterator[DerivedValue]:
    """Yield the sessions' behaviour as values to store."""
    for uid, found in steps.read_steps(store.connection, sessions):
        yield DerivedValue(uid, hashes[uid], encode_behaviour(count_behaviour(found)))


def encode_behaviour(found: Behaviour) -> bytes:
    """Return the behaviour as JSON without what is zero or empty."""
    value = {name: content for item in fields(found) if (content := _to_plain(getattr(found, name := item.name)))}
    return json.dumps(value, separators=(",", ":")).encode()


def _to_plain(value: object) -> object:
    """Return a count as a short list, anything else as it is; an empty count as an empty list."""
    if isinstance(value, Count):
        row = [value.n, value.failed, value.rejected, value.reedited, round(value.seconds, 1)]
        while row and not row[-1]:
            row.pop()
        return row
    if isinstance(value, dict):
        return {key: _to_plain(item) for key, item in value.items()}
    return round(value, 1) if isinstance(value, float) else value


def decode_behaviour(value: bytes) -> Behaviour:
    """Return the behaviour that ``encode_behaviour`` wrote."""
    found = Behaviour()
    for name, content in json.loads(value).items():
        default = getattr(found, name)
        if isinstance(default, Count):
            setattr(found, name, Count(**dict(zip(_COUNTS, content, strict=False))))
        elif name in {"commands", "errors"}:
            counts = {key: Count(**dict(zip(_COUNTS, row, strict=False))) for key, row in content.items()}
            setattr(found, name, counts)
        else:
            setattr(found, name, content)
    return found


_COUNTS = tuple(item.name for item in fields(Count))
