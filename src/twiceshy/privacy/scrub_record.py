"""Scrub every text of a record, whatever it is made of, before the record leaves the machine.

What is stored was scrubbed at the level of that day; a page that a person may send away is scrubbed again at level
``strict``, as all that leaves. No field is named here, so that a new one cannot be forgotten. Enumerations and keys of
tables are our own words and stay.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, cast

Record = TypeVar("Record")
_HOME = re.compile(r"""(?:/(?:Users|home)/|\b[A-Za-z]:\\+Users\\+)\[user:[0-9a-f]{6}\][^\s"'`<>|:;,()\[\]]*""")
"""A path below a home whose user was replaced when it was stored: no rule takes what stands behind a placeholder."""


def scrub_record(
    record: Record, clean_texts: Callable[[Sequence[str]], Sequence[str]], *, keeps_homes: bool = False
) -> Record:
    """Return the record with every text in it cleaned; ``clean_texts`` gets all texts in one go.

    ``keeps_homes``: the path behind a home whose user was replaced stays.
    """
    texts: dict[str, str] = {}
    _rebuild(record, lambda text: texts.setdefault(text, text))
    clean = dict(
        zip(
            texts,
            clean_texts(list(texts) if keeps_homes else [_HOME.sub("[path]", text) for text in texts]),
            strict=True,
        )
    )
    return cast("Record", _rebuild(record, clean.__getitem__))


def _rebuild(value: Any, change: Callable[[str], str]) -> Any:
    """Return the value with every text changed."""
    if isinstance(value, str):
        return value if isinstance(value, Enum) else change(value)
    if isinstance(value, dict):
        return {key: _rebuild(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return _rebuild_row(value, change)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _rebuild(getattr(value, one.name), change) for one in fields(value)})
    return value


def _rebuild_row(row: Any, change: Callable[[str], str]) -> Any:
    """Return a list, a tuple or a named tuple with every text changed."""
    parts = [_rebuild(one, change) for one in row]
    return type(row)(*parts) if hasattr(row, "_fields") else type(row)(parts)
