"""What pure functions made of the archive, kept with what they made it of, so that only what changed is computed again.

One mechanism for every room: a value belongs to a kind and a key, and is good as long as the hash of its input and the
version of its rules are the same. It can always be computed again, so it may be deleted at any time.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from twiceshy.records.text import Scrubbed


class Derived(NamedTuple):
    """A value, and what it was made of."""

    key: bytes
    """``Session.uid``, a content hash ..."""
    input_hash: bytes
    value: bytes
    """JSON."""


def put(connection: sqlite3.Connection, kind: str, entries: Iterable[Derived], rule_version: int) -> None:
    """Nothing; the values take the place of older ones with their keys. The caller holds the transaction."""
    connection.executemany(
        """INSERT INTO derived (kind, key, input_hash, rule_version, value) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, key) DO UPDATE SET input_hash = excluded.input_hash, rule_version = excluded.rule_version,
          value = excluded.value""",
        [(kind, entry.key, entry.input_hash, rule_version, entry.value) for entry in entries],
    )


def get(connection: sqlite3.Connection, kind: str, key: bytes) -> Derived | None:
    """The value kept for a key, however old its input or rules."""
    row = connection.execute(
        "SELECT key, input_hash, value FROM derived WHERE kind = ? AND key = ?", (kind, key)
    ).fetchone()
    return Derived(*row) if row else None


def all_of(connection: sqlite3.Connection, kind: str) -> list[Derived]:
    """All values of a kind, by key."""
    rows = connection.execute("SELECT key, input_hash, value FROM derived WHERE kind = ? ORDER BY key", (kind,))
    return [Derived(*row) for row in rows]


def text_of(kept: str) -> Scrubbed:
    """A text out of a value: it was redacted before it was kept."""
    return Scrubbed(kept)


def stale(connection: sqlite3.Connection, kind: str, inputs: Mapping[bytes, bytes], rule_version: int) -> list[bytes]:
    """The keys of ``inputs`` (key to hash of its present input) whose value is missing or was made of something else.

    Their order is that of ``inputs``.
    """
    found = connection.execute(
        "SELECT key, input_hash FROM derived WHERE kind = ? AND rule_version = ?", (kind, rule_version)
    )
    good: dict[bytes, bytes] = dict(found)
    return [key for key, input_hash in inputs.items() if good.get(key) != input_hash]
