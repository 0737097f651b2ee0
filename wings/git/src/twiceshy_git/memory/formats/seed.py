r"""The files of ``.git-ml``: commits, chats, actions, sessions and their agents, as an older collector wrote them.

>>> [one.type for one in read_documents(b'{"hash": "ab", "message": "m"}\n{"x": 1}\ntorn {', lines=True).records]
['commit']
"""

import json
import re
import zlib
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final, NamedTuple

from twiceshy.records.memory import MemoryRecord, MemoryValue

_LARGEST: Final = 64 << 20
"""Bytes that a packed field may unfold to (guess, 2026-11-23: a chunk was to have 50 KB)."""
_SHAPES: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("commit", frozenset({"hash", "message"})),
    ("chat", frozenset({"id", "query", "response"})),
    ("action", frozenset({"id", "action_type"})),
    ("orchestration", frozenset({"total_sub_agents", "batches"})),
    ("session", frozenset({"id", "started_at", "chat_ids"})),
    ("session", frozenset({"session_id", "queries"})),
)
"""What a record is, by the keys that only it has."""
_LEFT_OUT: Final = frozenset({"author", "hunks", "parent_transcript_path"})
"""Git's own object names the author; hunks stand in git; a path leads to another machine."""
_NAMES: Final = {
    "id": "foreign_id",
    "exchange_count": "exchanges",
    "files_read": "files_referenced",
    "files_edited": "files_modified",
    "parent_session_id": "session_id",
}
"""Keys of older versions, and of the envelope, with the names that they have here."""
_OWN: Final = frozenset({"at", "type", "v", "writer"})
_TIMES: Final = ("timestamp", "extracted_at", "ended_at", "started_at")
_OFFSET: Final = re.compile(r" ([+-]\d\d):?(\d\d)\Z")


class SeedRecord(NamedTuple):
    """One record, as its file has it."""

    type: str
    key: str
    """Its own id, or what stands for one: two records of one type and key are the same, and the later one wins."""
    data: Mapping[str, Any]


@dataclass(slots=True)
class SeedDocuments:
    """What a file holds."""

    records: list[SeedRecord] = field(default_factory=list)
    other: int = 0
    """Documents that are none of these records."""
    damaged: int = 0
    """Lines that are no JSON, and packed fields that cannot be unfolded."""


def read_documents(text: bytes, *, lines: bool) -> SeedDocuments:
    """Return the records of a file: one document, or one a line."""
    found = SeedDocuments()
    for part in text.split(b"\n") if lines else [text]:
        if not part.strip():
            continue
        try:
            value = json.loads(part)
            record = _recognise(value) if isinstance(value, dict) else None
        except (ValueError, RecursionError, zlib.error):
            found.damaged += 1
            continue
        if record is None:
            found.other += 1
        else:
            found.records.append(record)
    return found


def _recognise(value: dict[str, Any]) -> SeedRecord | None:
    """Return a document as a record; None where it is none.

    Raises:
        ValueError: a packed field cannot be unfolded.
        zlib.error: as above.
    """
    data = value.get("data")
    if "record_type" in value and isinstance(data, dict):
        value = _unfold(data)
    for kind, keys in _SHAPES:
        if keys <= value.keys():
            key = value.get("hash") or value.get("id") or value.get("session_id") or value.get("parent_session_id")
            return SeedRecord(kind, str(key), value) if key else None
    return None


def _unfold(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a chunk with its packed fields as they were.

    Raises:
        ValueError: one is no base64 or no JSON, or is too large.
        zlib.error: one is damaged.
    """
    plain = {key: value for key, value in data.items() if not key.startswith("_")}
    for key in [key for key in plain if data.get(f"_{key}_compressed")]:
        opened = zlib.decompressobj()
        text = opened.decompress(b64decode(str(plain[key]), validate=True), _LARGEST).decode("utf-8", "replace")
        if not opened.eof:
            raise ValueError(key)
        plain[key] = json.loads(text) if data.get(f"_{key}_was_list") else text
    return plain


def merge_records(found: list[SeedRecord]) -> list[SeedRecord]:
    """Return each record once; fields of a later one win."""
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for one in found:
        merged.setdefault((one.type, one.key), {}).update(one.data)
    return [SeedRecord(kind, key, data) for (kind, key), data in merged.items()]


def encode_record(one: SeedRecord, scrub: Callable[[dict[str, Any]], Mapping[str, MemoryValue]]) -> MemoryRecord | None:
    """Return a record of memory; None where it has no time.

    Unknown is an absent key. Its times have no zone where the collector's had none: they are taken for UTC.
    """
    at = next((found for key in _TIMES if (found := _parse_time(one.data.get(key)))), None)
    if at is None:
        return None
    known = {_NAMES.get(key, key): value for key, value in one.data.items() if key not in _LEFT_OUT}
    fields = {key: _drop_odd(value) for key, value in known.items() if key not in _OWN and value is not None}
    return MemoryRecord(type=one.type, at=at, fields=scrub(fields))


def _drop_odd(value: object) -> object:
    """Return the value without what JSON of other programs cannot hold, and without what is not known."""
    if isinstance(value, dict):
        return {str(key): _drop_odd(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_drop_odd(part) for part in value if part is not None]
    return 0 if isinstance(value, float) and not isfinite(value) else value


def _parse_time(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(_OFFSET.sub(r"\1:\2", value.strip()))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
