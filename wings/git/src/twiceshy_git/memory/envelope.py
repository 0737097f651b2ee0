r"""The bytes of a record, and the id that follows from them.

The form is canonical: UTF-8 JSON on one line, keys sorted, no blanks, no number that is none, times in UTC with
milliseconds at most. The same fact has the same bytes and the same id on every machine; who wrote it is no part of it.

>>> from twiceshy.records.memory import Code
>>> fact = MemoryRecord(type="ci", at=datetime(2026, 11, 23, tzinfo=UTC), fields={"result": Code("pass")})
>>> identify(fact)
'bb6cf17abe73d744e6453378d14c20cf'
>>> encode(fact)
b'{"at":"2026-11-23T00:00:00Z","id":"bb6cf17abe73d744e6453378d14c20cf","result":"pass","type":"ci","v":1}'
"""

import json
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

from twiceshy.records.codec import read_value
from twiceshy.records.memory import MemoryRecord

_ID_BYTES: Final = 16  # guess of 2026-11-23: by chance, two of 10^16 facts share one with 1 in 10^6
_OWN: Final = ("at", "id", "type", "v", "writer")
"""Keys of the envelope; no field has such a name."""


def identify(record: MemoryRecord) -> str:
    """Return the id: 32 hexadecimal digits of BLAKE2b over the record without id and writer.

    Raises:
        ValueError: a field cannot be written as JSON, or has a name of the envelope's.
    """
    return blake2b(_dump(_spread(record)), digest_size=_ID_BYTES).hexdigest()


def encode_bare(record: MemoryRecord) -> bytes:
    """Return the record without id and writer, as one line without an end: the bytes that its id is the hash of.

    Raises:
        ValueError: as ``identify``.
    """
    return _dump(_spread(record))


def hash_bare(line: bytes) -> bytes:
    """Return the 16 bytes of the id that a bare line has."""
    return blake2b(line, digest_size=_ID_BYTES).digest()


def encode(record: MemoryRecord) -> bytes:
    """Return the record with its id, and its writer where there is one, as one line without an end.

    Raises:
        ValueError: as ``identify``.
    """
    spread = _spread(record)
    known: dict[str, object] = {"id": blake2b(_dump(spread), digest_size=_ID_BYTES).hexdigest()}
    if record.writer:
        known["writer"] = record.writer
    return _dump(spread | known)


def decode(line: bytes) -> MemoryRecord:
    """Parse a line; keys that are not known stay among the fields. The id is not looked at: see ``identify``.

    The texts are as another program wrote them: whoever reads a foreign writer's line redacts it anew.

    Raises:
        DamagedValue: it is no record.
    """
    with read_value("record of memory"):
        row = json.loads(line)
        return MemoryRecord(
            type=str(row["type"]),
            v=int(row["v"]),
            at=parse_time(row["at"]),
            fields={key: value for key, value in row.items() if key not in _OWN},
            writer=str(row.get("writer", "")),
        )


def read_id(line: bytes) -> str:
    """Return the id that a line states.

    Raises:
        DamagedValue: it states none.
    """
    with read_value("record of memory"):
        return str(json.loads(line)["id"])


def format_time(at: datetime) -> str:
    """Return a time as records have it."""
    moment = at.astimezone(UTC)
    if moment.microsecond < 1000:  # by definition: a millisecond
        return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def parse_time(text: str) -> datetime:
    """Parse a time that has a zone.

    Raises:
        ValueError: it is no such time.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def _spread(record: MemoryRecord) -> dict[str, object]:
    """Return the record as one flat mapping.

    Raises:
        ValueError: a field has a name of the envelope's.
    """
    if clash := sorted(set(record.fields) & set(_OWN)):
        raise ValueError(f"a {record.type} record cannot have a field {clash[0]!r}")
    return {"type": record.type, "v": record.v, "at": format_time(record.at), **record.fields}


def _dump(row: dict[str, object]) -> bytes:
    """Write canonical JSON."""
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace")
