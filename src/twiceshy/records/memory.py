"""A project's memory: small facts that are never changed, each known by the hash of what it says.

What becomes known later (a CI result, a revert, a link) is a fact of its own that names its subject.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from twiceshy.base.values import Scrubbed

Code = NewType("Code", str)
"""A word of ours: a hash, an id, a state, a time. Never a text that comes from a log, a message or a path."""
MemoryValue = Scrubbed | Code | int | float | Sequence["MemoryValue"] | Mapping[str, "MemoryValue"]
"""A field's value. What is not known is an absent key: never 0, an empty text or false. True and false are integers to
the type checker, and are written as JSON's own."""

TYPES = (
    "commit",
    "hunks",
    "chat",
    "action",
    "session",
    "orchestration",
    "attribution",
    "ci",
    "revert",
    "rating",
    "link",
    "body",
    "tombstone",
)
"""Every type of record that is written. A reader keeps those that it does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRecord:
    """One fact. ``wings.git.memory.envelope.identify`` makes its id."""

    type: str
    """One of ``TYPES``, or one that a newer version wrote."""
    v: int = 1
    """Version of this type's fields."""
    at: datetime
    """When it happened, not when it was written. Aware, UTC."""
    fields: Mapping[str, MemoryValue]
    """Without ``id``, ``type``, ``v``, ``at`` and ``writer``."""
    writer: str = ""
    """16 hexadecimal digits of the data folder that wrote it; empty until it is written. Not part of the id."""
