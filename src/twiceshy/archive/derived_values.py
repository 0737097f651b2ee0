"""Values computed from the archive, stored with a hash of their input, so that only what changed is recomputed.

One mechanism for every room: a value belongs to a kind and a key, and is good as long as the hash of its input and the
version of its rules are the same. It can always be computed again, so it may be deleted at any time.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from twiceshy.base.values import Scrubbed


class DerivedValue(NamedTuple):
    """A stored value, and the hash of what it was computed from."""

    key: bytes
    """``Session.uid``, a content hash ..."""
    input_hash: bytes
    value: bytes
    """JSON."""


class DerivedRow(NamedTuple):
    """A value with all that says whether it is good: what one worker computes for another's store."""

    kind: str
    rule_version: int
    value: DerivedValue


def put(connection: sqlite3.Connection, kind: str, entries: Iterable[DerivedValue], rule_version: int) -> None:
    """Store values, in place of older ones with the same keys. The caller holds the transaction."""
    connection.executemany(
        """INSERT INTO derived (kind, key, input_hash, rule_version, value) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, key) DO UPDATE SET input_hash = excluded.input_hash, rule_version = excluded.rule_version,
          value = excluded.value""",
        [(kind, entry.key, entry.input_hash, rule_version, entry.value) for entry in entries],
    )


def put_rows(connection: sqlite3.Connection, rows: Iterable[DerivedRow]) -> None:
    """Store values of several kinds, as ``put`` does."""
    for (kind, version), some in groupby(rows, key=lambda one: (one.kind, one.rule_version)):
        put(connection, kind, (one.value for one in some), version)


def get(connection: sqlite3.Connection, kind: str, key: bytes) -> DerivedValue | None:
    """Return the value stored for a key, however old its input or rules; None where there is none."""
    row = connection.execute(
        "SELECT key, input_hash, value FROM derived WHERE kind = ? AND key = ?", (kind, key)
    ).fetchone()
    return DerivedValue(*row) if row else None


def read_all(connection: sqlite3.Connection, kind: str) -> list[DerivedValue]:
    """Return all values of a kind, by key."""
    rows = connection.execute("SELECT key, input_hash, value FROM derived WHERE kind = ? ORDER BY key", (kind,))
    return [DerivedValue(*row) for row in rows]


def list_keys(connection: sqlite3.Connection, kind: str) -> set[bytes]:
    """Return the keys of which there is a value, however old."""
    return {key for (key,) in connection.execute("SELECT key FROM derived WHERE kind = ?", (kind,))}


def text_of(kept: str) -> Scrubbed:
    """Return a text from a value as scrubbed: it was redacted before it was stored."""
    return Scrubbed(kept)


def find_stale(
    connection: sqlite3.Connection, kind: str, inputs: Mapping[bytes, bytes], rule_version: int
) -> list[bytes]:
    """Return the keys of ``inputs`` (key to hash of its present input) whose value is missing or outdated.

    Their order is that of ``inputs``.
    """
    found = connection.execute(
        "SELECT key, input_hash FROM derived WHERE kind = ? AND rule_version = ?", (kind, rule_version)
    )
    good: dict[bytes, bytes] = dict(found)
    return [key for key, input_hash in inputs.items() if good.get(key) != input_hash]
