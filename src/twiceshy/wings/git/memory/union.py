"""What several writers know together: the union of their records, less what any of them has forgotten.

Union is the same in every order, and twice is once: so no merge has a conflict.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from twiceshy.records.codec import DamagedValue, read_value
from twiceshy.wings.git.memory.segments import TOMBSTONE, parse_line

_MARK: Final = b'"type":"tombstone"'
"""As canonical JSON has it; a line without it is no tombstone."""
_ID_BYTES: Final = 16  # as defined by ``envelope``, 2026-11-23


def unite(sets: Iterable[Mapping[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return all lines by id, tombstones and what they forget included."""
    found: dict[bytes, bytes] = {}
    for one in sets:
        found.update(one)
    return found


def find_forgotten(lines: Iterable[bytes]) -> set[bytes]:
    """Return the ids that tombstones among the lines name; a tombstone that names none is passed over."""
    return {subject for line in lines if (subject := _read_subject(line))}


def drop_forgotten(lines: Mapping[bytes, bytes], forgotten: set[bytes]) -> dict[bytes, bytes]:
    """Return the lines that nobody has forgotten; a tombstone itself cannot be forgotten."""
    return {key: line for key, line in lines.items() if key not in forgotten or _read_subject(line)}


def _read_subject(line: bytes) -> bytes:
    """Return the id that a tombstone names; empty where the line is none."""
    if _MARK not in line:
        return b""
    try:
        with read_value("tombstone"):
            row = parse_line(line)
            subject = bytes.fromhex(row["subject"]) if row["type"] == TOMBSTONE else b""
    except DamagedValue:
        return b""
    return subject if len(subject) == _ID_BYTES else b""
