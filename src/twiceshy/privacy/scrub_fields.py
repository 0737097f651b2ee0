"""Scrub fields of JSON: every text in them, names of keys too."""

from collections.abc import Iterator, Mapping
from typing import Any

from twiceshy.base.values import Scrubbed
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.memory import MemoryValue


def scrub_fields(fields: Mapping[str, Any], scrubber: Scrubber) -> dict[str, MemoryValue]:
    """Return the same fields with every text scrubbed; all texts are scanned at once."""
    clean = iter(scrubber.texts(list(_list_texts(dict(fields)))))
    return {str(next(clean)): _rebuild(value, clean) for value in fields.values()}


def _list_texts(value: Any) -> Iterator[str]:
    """Yield the texts in the order in which ``_rebuild`` takes them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from _list_texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _list_texts(part)


def _rebuild(value: Any, clean: Iterator[Scrubbed]) -> MemoryValue:
    if isinstance(value, str):
        return next(clean)
    if isinstance(value, dict):
        rebuilt = {}
        for part in value.values():
            key = next(clean)
            rebuilt[str(key)] = _rebuild(part, clean)
        return rebuilt
    if isinstance(value, list):
        return [_rebuild(part, clean) for part in value]
    return value if isinstance(value, int | float) else 0
