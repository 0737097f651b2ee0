"""Write rows as lines of JSON and read them again, field by field after ``row_kinds``.

>>> from datetime import UTC, datetime
>>> at = datetime(2026, 11, 23, tzinfo=UTC)
>>> row = WireRow(kind="tombstone", id=bytes(16), rev=0, at=at, data={"target": "0" * 32})
>>> decode_row(encode_row(row)) == row
True
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from twiceshy.privacy.wire.row_kinds import KINDS, LEVELS, Field, Form, Level, RowKind
from twiceshy.records.team import WireRow, WireValue

SCHEMA = "twiceshy/sync/1"
LONGEST_LINE = 64 << 10
"""Bytes of one row (guess, 2026-11-23: an execution with its texts takes 2 KB)."""
LONGEST_TEXT = 8 << 10
"""Characters of one text (guess, 2026-11-23: as the longest line that a run keeps)."""
_LINE_FRAME = 300  # bytes of a line around its data, at most (measured on 2026-11-23: 180)
_MOST_WORDS = 200  # in a list or mapping of words (guess, 2026-11-23: a session calls some 20 tools)
_MOST_COUNT = 2**53  # by RFC 8259: every reader of JSON keeps such whole numbers (2026-11-23)
_MOST_REV = 1_000_000  # changes of one row (guess, 2026-11-23: one a minute for two years)
_HASH = re.compile(r"[0-9a-f]{32}")
_WORD = re.compile(r"[A-Za-z0-9_.:/@+\-\[\]() ]{1,120}")


class WireError(ValueError):
    """A row is not of the form that may leave; the message names the field and never its value."""


def make_row_id(key: bytes, *parts: bytes | str) -> bytes:
    """Return the 16 bytes that identify a row made of these parts; nobody without the key can test a guess."""
    text = b"\0".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return blake2b(text, key=key[:64], digest_size=16, person=b"wire row").digest()


def encode_row(row: WireRow) -> bytes:
    """Return the line of a row, without its end.

    Raises:
        WireError: a field is not of the table, or not of its form.
    """
    _check_data(_find_kind(row.kind), row.data)
    line = {
        "schema": SCHEMA,
        "kind": row.kind,
        "id": row.id.hex(),
        "rev": row.rev,
        "at": _format_time(row.at),
        "data": {name: value for name, value in row.data.items() if value is not None},
    }
    found = json.dumps(line, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()
    if len(found) > LONGEST_LINE:
        raise WireError(f"{row.kind}: longer than {LONGEST_LINE} bytes")
    return found


def decode_row(line: bytes) -> WireRow:
    """Return the row of a line that somebody else wrote.

    Raises:
        WireError: it is none; the message says why, and quotes nothing of it.
    """
    if len(line) > LONGEST_LINE:
        raise WireError(f"longer than {LONGEST_LINE} bytes")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise WireError("no JSON") from exc
    return make_row(found)


def make_row(found: object) -> WireRow:
    """Return the row of what a line held.

    Raises:
        WireError: it is none.
    """
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise WireError(f"schema is not {SCHEMA}")
    if set(found) != {"schema", "kind", "id", "rev", "at", "data"}:
        raise WireError("a row has schema, kind, id, rev, at and data")
    key, rev, data = found["id"], found["rev"], found["data"]
    kind = _find_kind(found["kind"])
    if not isinstance(key, str) or not _HASH.fullmatch(key):
        raise WireError("id is no 32 hexadecimal digits")
    if type(rev) is not int or not 0 <= rev <= _MOST_REV or (rev and not kind.changes):
        raise WireError("rev is no revision of this kind")
    if not isinstance(data, dict):
        raise WireError("data is no mapping")
    _check_data(kind, data)
    return WireRow(kind=kind.name, id=bytes.fromhex(key), rev=rev, at=_parse_time(found["at"], "at"), data=data)


def keep_fields(kind: str, data: Mapping[str, Any]) -> dict[str, WireValue]:
    """Return what of foreign data is a field of a kind and has its form; the rest is left out.

    Raises:
        WireError: a field that every such row has is not there.
    """
    known = KINDS[kind]
    kept = {one.name: data[one.name] for one in known.fields if one.name in data and _has_form(one, data[one.name])}
    _check_data(known, kept)
    return kept


def limit_level(row: WireRow, level: Level) -> WireRow | None:
    """Return what of a row may leave at a level; None where such a row may not leave at all."""
    allowed = _ALLOWED[row.kind, level]
    if allowed is None:
        return None
    if row.data.keys() <= allowed and None not in row.data.values():
        return row
    kept = {name: value for name, value in row.data.items() if value is not None and name in allowed}
    return WireRow(kind=row.kind, id=row.id, rev=row.rev, at=row.at, data=kept)


def fit_row(row: WireRow) -> WireRow:
    """Return a row that can be encoded: without optional values that are not of their form, texts cut to their bound.

    Where it would be longer than a line may be, its texts are left out.
    """
    fields = _FIELDS[row.kind]
    kept = {
        name: _cut_text(fields[name], value)
        for name, value in row.data.items()
        if fields[name].required or (value is not None and _FORMS[fields[name].form](_cut_text(fields[name], value)))
    }
    if len(json.dumps(kept)) > LONGEST_LINE - _LINE_FRAME:
        kept = {name: value for name, value in kept.items() if fields[name].form != "text"}
    return WireRow(kind=row.kind, id=row.id, rev=row.rev, at=row.at, data=kept)


def _cut_text(field: Field, value: WireValue) -> WireValue:
    return value[:LONGEST_TEXT].replace("\0", "") if field.form == "text" and isinstance(value, str) else value


def list_texts(row: WireRow) -> Iterable[tuple[str, str]]:
    """Yield each field that could hold a secret, with its text: what a server scans again."""
    forms = _FIELDS[row.kind]
    for name, value in row.data.items():
        if isinstance(value, str):
            if forms[name].form in _FREE:
                yield name, value
        elif isinstance(value, list | dict):
            for word in value:
                yield name, word


def _find_kind(name: object) -> RowKind:
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise WireError("no kind of row that is known here")
    return kind


def _check_data(kind: RowKind, data: Mapping[str, Any]) -> None:
    checks = _CHECKS[kind.name]
    for name, value in data.items():
        check = checks.get(name)
        if check is None:
            raise WireError(f"{kind.name} has no such field")
        if value is not None and not check(value):
            raise WireError(f"{kind.name}.{name} is no {_FIELDS[kind.name][name].form}")
    for name in _REQUIRED[kind.name]:
        if data.get(name) is None:
            raise WireError(f"{kind.name}.{name} is missing")


def _has_form(field: Field, value: object) -> bool:
    return _FORMS[field.form](value)


def _is_count(value: object) -> bool:
    return type(value) is int and abs(value) <= _MOST_COUNT


def _is_number(value: object) -> bool:
    return type(value) in {int, float} and math.isfinite(value)  # type: ignore[arg-type]  # asked before


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(_WORD.fullmatch(value))


def _is_time(value: object) -> bool:
    try:
        _parse_time(value, "")
    except WireError:
        return False
    return True


_FORMS: Mapping[Form, Callable[[Any], bool]] = {
    "hash": lambda value: isinstance(value, str) and bool(_HASH.fullmatch(value)),
    "count": _is_count,
    "number": _is_number,
    "flag": lambda value: isinstance(value, bool),
    "word": _is_word,
    "time": _is_time,
    "text": lambda value: isinstance(value, str) and len(value) <= LONGEST_TEXT and "\0" not in value,
    "words": lambda value: isinstance(value, list) and len(value) <= _MOST_WORDS and all(map(_is_word, value)),
    "counts": lambda value: (
        isinstance(value, dict)
        and len(value) <= _MOST_WORDS
        and all(map(_is_word, value))
        and all(map(_is_count, value.values()))
    ),
}
_FIELDS: Mapping[str, Mapping[str, Field]] = {
    kind.name: {field.name: field for field in kind.fields} for kind in KINDS.values()
}
_CHECKS = {name: {field.name: _FORMS[field.form] for field in fields.values()} for name, fields in _FIELDS.items()}
_REQUIRED = {name: [field.name for field in fields.values() if field.required] for name, fields in _FIELDS.items()}
_FREE = frozenset({"text", "word"})
"""Forms of one text that could hold a secret."""
_ALLOWED: Mapping[tuple[str, Level], frozenset[str] | None] = {
    (kind.name, level): frozenset(field.name for field in kind.fields if LEVELS.index(field.level) <= rank)
    if LEVELS.index(kind.level) <= rank
    else None
    for kind in KINDS.values()
    for rank, level in enumerate(LEVELS)
}


def _format_time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parse_time(value: object, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and len(value) < 40 else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise WireError(f"{name} is no time with a zone")
    try:
        return found.astimezone(UTC)
    except OverflowError as exc:
        raise WireError(f"{name} is no time with a zone") from exc
