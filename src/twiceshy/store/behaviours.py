"""Behaviour of sessions as short JSON."""

import json
from dataclasses import fields

from twiceshy.records.stories import Behaviour, Count

KIND = "behaviour"


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
