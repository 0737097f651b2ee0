"""Tie a table's columns to a record's fields: one list for what is written and what is read.

A column is named as its field unless said otherwise. Times are ISO 8601, truths 0 or 1, enums their values; a record or
list within is JSON.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar, get_args, get_type_hints

from twiceshy.archive.times import format_time, parse_time
from twiceshy.records.codec import Codec, read_value

T = TypeVar("T")


class ColumnForm(NamedTuple):
    """From a field's value to what SQLite stores, and back."""

    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]


def in_json(codec: Codec[Any]) -> ColumnForm:
    """Return the form of a column that holds JSON."""
    return ColumnForm(lambda value: codec.encode(value).decode(), codec.decode)


class Table(Generic[T]):
    """A table whose columns are fields of a record."""

    def __init__(
        self,
        name: str,
        record: type[T],
        fields: str = "",
        *,
        keys: str = "",
        names: Mapping[str, str] = MappingProxyType({}),
        forms: Mapping[str, ColumnForm] = MappingProxyType({}),
    ) -> None:
        """Tie a table to a record.

        Args:
            name: of the table.
            record: its class.
            fields: the fields that are columns, with spaces between; empty: all.
            keys: columns before these that are no fields.
            names: of columns that are not named as their field.
            forms: of columns whose form does not follow from the field's type.
        """
        self.name = name
        self.record = record
        self.fields: tuple[str, ...] = tuple(fields.split() or _list_fields(record))
        self.columns = tuple(names.get(name, name) for name in self.fields)
        self.keys = tuple(keys.split())
        self._given = forms

    @cached_property
    def forms(self) -> dict[str, ColumnForm]:
        """The form of each field's column."""
        hints = get_type_hints(self.record)
        return {name: self._given.get(name) or _find_form(hints[name]) for name in self.fields}

    def insert(self, otherwise: str = "", ending: str = "") -> str:
        """Return the statement that adds a row: the keys' values, then those of ``pack``."""
        columns = (*self.keys, *self.columns)
        marks = ", ".join("?" * len(columns))
        return f"INSERT {otherwise} INTO {self.name} ({', '.join(columns)}) VALUES ({marks}) {ending}"  # noqa: S608  # literals of this room

    def select(self, alias: str = "", **instead: str) -> str:
        """Return the columns as a query lists them; ``instead`` are expressions in place of some."""
        before = alias and f"{alias}."
        return ", ".join(instead.get(name, before + name) for name in self.columns)

    def pack(self, record: T) -> tuple[Any, ...]:
        """Return the record's values in the order of the columns."""
        return tuple(form.pack(value) for form, value in zip(self.forms.values(), self._get(record), strict=True))

    @cached_property
    def _get(self) -> Callable[[T], tuple[Any, ...]]:
        return attrgetter(*self.fields)

    def unpack(self, row: Sequence[Any], **given: object) -> T:
        """Return the record from what ``select`` lists; ``given`` are fields that are no columns.

        Raises:
            DamagedValue: a column holds what was never written there.
        """
        with read_value(f"row of the table {self.name}"):
            values = {name: form.unpack(value) for (name, form), value in zip(self.forms.items(), row, strict=True)}
            return self.record(**values, **given)


def _list_fields(record: type) -> list[str]:
    return [field.name for field in fields_of(record)] if is_dataclass(record) else list(record._fields)  # type: ignore[attr-defined]  # a NamedTuple


def _as_it_is(value: Any) -> Any:  # whatever SQLite can hold
    return value


def _find_form(hint: Any) -> ColumnForm:  # a type in any of its spellings
    """Return the form of a column by the type of its field, which may be None."""
    kinds = [kind for kind in get_args(hint) or (hint,) if isinstance(kind, type)]
    kind = kinds[0] if kinds else object
    if kind is datetime:
        return ColumnForm(format_time, parse_time)
    unpack = kind if kind is bool or issubclass(kind, Enum) else None
    return ColumnForm(
        _as_it_is, _as_it_is if unpack is None else lambda value: None if value is None else unpack(value)
    )
