"""Any record as JSON with a schema version: ``{"schema": "twiceshy/sessions/1", ...}``.

One encoder for every verb, so that a field means and looks the same everywhere: times are ISO 8601 with ``Z``, bytes
are hex, a number that is not finite is null, and nothing is left out because it is empty. Characters that nobody sees
are escapes, as a terminal may be the reader.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from math import isfinite
from pathlib import PurePath

from twiceshy.stats.text.quoting import escape_json

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


def to_json(verb: str, record: object, *, version: int = 1) -> str:
    """Return the record as JSON with ``schema`` in front; no record or mapping: it stands under ``answer``.

    Raises:
        TypeError: the record holds something that has no form in JSON.
    """
    body = to_json_value(record)
    whole: dict[str, Plain] = {"schema": f"twiceshy/{verb}/{version}"}
    whole.update(body if isinstance(body, dict) else {"answer": body})
    # Where the stream is not UTF-8, its own escapes would not be JSON's.
    ascii_only = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") != "utf8"
    return escape_json(json.dumps(whole, indent=2, ensure_ascii=ascii_only, allow_nan=False))


def to_json_value(value: object) -> Plain:
    """Return the value in JSON's own types.

    Raises:
        TypeError: there is no form for it.
    """
    if isinstance(value, Enum):
        return to_json_value(value.value)
    if isinstance(value, float):
        return value if isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    return _container_to_json_value(value)


def _container_to_json_value(value: object) -> Plain:
    """Return a record, mapping or sequence in JSON's own types.

    Raises:
        TypeError: it is none of these.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json_value(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return to_json_value(value._asdict())
    if isinstance(value, Mapping):
        return {str(to_json_value(key)): to_json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json_value(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((to_json_value(item) for item in value), key=repr)
    raise TypeError(f"no JSON form for {type(value).__qualname__}")
