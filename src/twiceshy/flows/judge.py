"""Judging: each session whose steps changed gets its behaviour counted again and kept as ``derived``."""

import json
from collections.abc import Iterator
from dataclasses import fields

from twiceshy.outcomes.behaviour import VERSION, behaviour
from twiceshy.records.behaviour import Behaviour, Count
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.reads import steps

KIND = "behaviour"
AT_ONCE = 200
"""Sessions a transaction: a killed run loses no more than these (guess)."""


def judge_behaviour(store: Store) -> int:
    """How many sessions were judged; those whose steps are as they were are left alone."""
    hashes = steps.inputs(store.connection)
    stale = store.stale(KIND, hashes, VERSION)
    for start in range(0, len(stale), AT_ONCE):
        some = stale[start : start + AT_ONCE]
        store.put_derived(KIND, list(judged(store, some, hashes)), VERSION)
    return len(stale)


def judged(store: Store, sessions: list[bytes], hashes: dict[bytes, bytes]) -> Iterator[Derived]:
    """The sessions' behaviour as values to keep."""
    for uid, found in steps.steps(store.connection, sessions):
        yield Derived(uid, hashes[uid], packed(behaviour(found)))


def packed(found: Behaviour) -> bytes:
    """The behaviour as JSON without what is zero or empty."""
    value = {name: content for item in fields(found) if (content := plain(getattr(found, name := item.name)))}
    return json.dumps(value, separators=(",", ":")).encode()


def plain(value: object) -> object:
    """Counts as short lists, everything else as it is; an empty count is None."""
    if isinstance(value, Count):
        row = [value.n, value.failed, value.rejected, value.reedited, round(value.seconds, 1)]
        while row and not row[-1]:
            row.pop()
        return row
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return round(value, 1) if isinstance(value, float) else value


def unpacked(value: bytes) -> Behaviour:
    """The behaviour that ``packed`` wrote."""
    found = Behaviour()
    for name, content in json.loads(value).items():
        default = getattr(found, name)
        if isinstance(default, Count):
            setattr(found, name, Count(**dict(zip(COUNTS, content, strict=False))))
        elif name in {"commands", "errors"}:
            counts = {key: Count(**dict(zip(COUNTS, row, strict=False))) for key, row in content.items()}
            setattr(found, name, counts)
        else:
            setattr(found, name, content)
    return found


COUNTS = tuple(item.name for item in fields(Count))
