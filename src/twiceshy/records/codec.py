"""Encode records as short JSON for the store, and decode them: one mechanism, driven by the types of their fields.

A record is a list of its fields in their order, without the ones at its end that have their default; with ``keyed`` a
mapping without any that has its default. Both forms are always understood, and a field that is not there gets its
default, so a field with a default may be added at the end at any time. Bytes are hex, an enum is its value, a truth is
1 or 0, a time is ISO 8601, a set is a sorted list. Whoever stores says what is left out or renamed (``Layout``).

Types are read when a codec is first used: a brief waits for every import. Why not a library:
``docs/decisions/2026-11-22-one-codec.md``.

>>> from typing import NamedTuple
>>> class Pick(NamedTuple):
...     key: bytes
...     good: bool
...     why: str = ""
>>> codec = Codec(list[Pick])
>>> codec.encode([Pick(b"a", True), Pick(b"b", False, "late")])
b'[["61",1],["62",0,"late"]]'
>>> codec.decode(b'[["61",1],{"key":"62","good":0}]')
[Pick(key=b'a', good=True, why=''), Pick(key=b'b', good=False, why='')]
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property, partial
from operator import attrgetter
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Generic, Literal, NamedTuple, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_Convert = Callable[[Any], Any]
_REQUIRED = object()
"""In place of the default of a field that has none; equal to nothing else."""


class Layout(NamedTuple):
    """How records of one class are stored, where that is not a list of all their fields."""

    record: type
    fields: tuple[str, ...] = ()
    """In this order; empty: all in their own. One that is left out is given, or has a default."""
    keyed: bool = False
    """As a mapping by name."""
    names: Mapping[str, str] = MappingProxyType({})
    """Of keyed fields, where the name that is stored is another one."""
    given: Mapping[str, object] = MappingProxyType({})
    """What fields without a default are, where they are not stored."""


_Pair = tuple[_Convert | None, _Convert | None]
"""From a value to JSON's own types and back; None where both are the same."""
_AS_IT_IS: _Pair = (None, None)


DAMAGE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What taking a value apart raises where it is not of the form that was written."""


class DamagedValue(ValueError):  # noqa: N818  # as the names of errors.py
    """A stored value is not of the form in which it was written."""


@contextmanager
def read_value(name: str) -> Iterator[None]:
    """Turn what the block raises, taking a stored value apart, into a ``DamagedValue``; it must do nothing else."""
    try:
        yield
    except DamagedValue:
        raise
    except DAMAGE as exc:
        raise DamagedValue(f"a stored {name} cannot be read: {exc!r:.100}") from exc


def _name_kind(kind: object) -> str:
    return getattr(kind, "__name__", None) or str(kind)


class Codec(Generic[T]):
    """Encoder and decoder of one type: a record, or a list, tuple or dict of such."""

    def __init__(self, kind: type[T], *layouts: Layout, digits: int | None = None) -> None:
        """Take the type; ``digits`` is to how many places behind the point numbers are rounded (None: not)."""
        self._kind = kind
        self._layouts = {layout.record: layout for layout in layouts}
        self._digits = digits

    @cached_property
    def _pair(self) -> _Pair:
        return self._make_pair(self._kind)

    def encode(self, value: T) -> bytes:
        """Return the value as JSON."""
        pack, _ = self._pair
        return json.dumps(value if pack is None else pack(value), separators=(",", ":")).encode()

    def decode(self, data: bytes | str) -> T:
        """Return the value that ``encode`` wrote.

        Raises:
            DamagedValue: it wrote something else.
        """
        _, unpack = self._pair
        with read_value(_name_kind(self._kind)):
            plain = json.loads(data)
            found: T = plain if unpack is None else unpack(plain)
            return found

    def _make_pair(self, hint: Any) -> _Pair:  # a type in any of its spellings
        """Return the conversions of a type.

        Raises:
            TypeError: it has no stored form.
        """
        origin = get_origin(hint)
        if origin in {Union, UnionType}:
            return self._make_union(get_args(hint))
        if origin is not None and origin is not Literal:
            return self._make_container(origin, get_args(hint))
        while isinstance(hint, NewType):
            hint = hint.__supertype__
        if not isinstance(hint, type):
            return _AS_IT_IS
        return self._make_record(hint) if is_dataclass(hint) or hasattr(hint, "_fields") else self._make_scalar(hint)

    def _make_scalar(self, kind: type) -> _Pair:
        if issubclass(kind, Enum):
            return attrgetter("value"), {member.value: member for member in kind}.__getitem__
        if kind is float and self._digits is not None:
            digits = self._digits
            return lambda value: round(value, digits), float
        if kind not in _SCALARS:
            raise TypeError(f"{kind!r} has no stored form")
        return _SCALARS[kind]

    def _make_union(self, kinds: Sequence[Any]) -> _Pair:
        pairs = [self._make_pair(kind) for kind in kinds if kind is not NoneType]
        if len(pairs) > 1 and any(pair != _AS_IT_IS for pair in pairs):
            raise TypeError(f"the stored form would not say which of {kinds!r} it is")
        pack, unpack = pairs[0]
        return _or_none(pack), _or_none(unpack)

    def _make_container(self, origin: Any, kinds: Sequence[Any]) -> _Pair:
        pairs = [self._make_pair(kind) for kind in kinds if kind is not Ellipsis]
        if issubclass(origin, Mapping):
            (pack_key, unpack_key), (pack, unpack) = pairs
            return _convert_mapping(pack_key, pack), _convert_mapping(unpack_key, unpack)
        if origin is tuple and Ellipsis not in kinds:
            packs, unpacks = zip(*pairs, strict=True)
            return lambda values: _convert_each(packs, values), lambda values: tuple(_convert_each(unpacks, values))
        pack, unpack = pairs[0]
        if issubclass(origin, frozenset):
            return lambda values: sorted(values if pack is None else map(pack, values)), _convert_all(unpack, origin)
        return _convert_all(pack, list), _convert_all(unpack, list if origin is list else tuple)

    def _make_record(self, kind: type) -> _Pair:
        layout = self._layouts.get(kind, Layout(kind))
        hints, defaults = get_type_hints(kind), _find_defaults(kind)
        names = layout.fields or tuple(defaults)
        pairs = [self._make_pair(hints[name]) for name in names]
        plain = [
            defaults[name] if pack is None or defaults[name] is _REQUIRED else pack(defaults[name])
            for name, (pack, _) in zip(names, pairs, strict=True)
        ]
        stored = {layout.names.get(name, name): name for name in names}
        pack = _make_packer(names, [pack for pack, _ in pairs], plain, tuple(stored) if layout.keyed else ())
        make = partial(kind, **layout.given) if layout.given else kind
        in_place = names == getattr(kind, "_fields", ())  # a NamedTuple is made faster without names
        return pack, _make_unpacker(make, stored, [unpack for _, unpack in pairs], in_place=in_place)


_SCALARS: Mapping[type, _Pair] = {
    str: _AS_IT_IS,
    int: _AS_IT_IS,
    object: _AS_IT_IS,
    float: (None, float),
    bool: (int, bool),
    bytes: (bytes.hex, bytes.fromhex),
    datetime: (datetime.isoformat, datetime.fromisoformat),
}


def _find_defaults(kind: type) -> dict[str, object]:
    """Return the default of each field, ``_REQUIRED`` where it has none."""
    if not is_dataclass(kind):
        known: Mapping[str, object] = kind._field_defaults  # type: ignore[attr-defined]  # a NamedTuple
        return {name: known.get(name, _REQUIRED) for name in kind._fields}  # type: ignore[attr-defined]
    found: dict[str, object] = {}
    for field in fields(kind):
        made = _REQUIRED if field.default_factory is MISSING else field.default_factory()
        found[field.name] = made if field.default is MISSING else field.default
    return found


def _or_none(convert: _Convert | None) -> _Convert | None:
    """Return the conversion as one that leaves None as it is."""
    return None if convert is None else lambda value: None if value is None else convert(value)


def _convert_all(convert: _Convert | None, made: type) -> _Convert:
    """Return the conversion of any number of values, as a list or a tuple."""
    return made if convert is None else lambda values: made(map(convert, values))


def _convert_each(converts: Sequence[_Convert | None], values: Sequence[Any]) -> list[Any]:
    """Return the values, each in its own conversion; where one of both is shorter, so is what comes out."""
    return [one if convert is None else convert(one) for convert, one in zip(converts, values, strict=False)]


def _convert_mapping(key: _Convert | None, item: _Convert | None) -> _Convert:
    """Return the conversion of a mapping."""
    if key is None and item is None:
        return dict
    return lambda values: dict(
        zip(
            values if key is None else map(key, values),
            values.values() if item is None else map(item, values.values()),
            strict=True,
        )
    )


def _make_packer(
    names: Sequence[str], packs: Sequence[_Convert | None], defaults: Sequence[object], stored: Sequence[str]
) -> _Convert:
    """Return what makes a record a list without the defaults at its end; with ``stored`` names a mapping."""
    get = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)

    def pack_row(value: object) -> list[Any]:
        row = _convert_each(packs, get(value))
        size = len(row)
        while size and row[size - 1] == defaults[size - 1]:
            size -= 1
        del row[size:]
        return row

    def pack_mapping(value: object) -> dict[str, Any]:
        row = _convert_each(packs, get(value))
        return {name: one for name, one, default in zip(stored, row, defaults, strict=True) if one != default}

    return pack_mapping if stored else pack_row


def _make_row_unpacker(unpacks: Sequence[_Convert | None]) -> Callable[[Any], list[Any]]:
    """Return what converts a stored list; fields that are stored as they are cost nothing."""
    size = len(unpacks)
    converted = [(at, one) for at, one in enumerate(unpacks) if one is not None]

    def unpack_row(plain: Any) -> list[Any]:
        row: list[Any] = plain[:size]
        for at, convert in converted:
            if at >= len(row):
                break
            row[at] = convert(row[at])
        return row

    return unpack_row


def _make_unpacker(
    make: Callable[..., Any], stored: Mapping[str, str], unpacks: Sequence[_Convert | None], *, in_place: bool
) -> Callable[..., Any]:
    """Return what makes a list or a mapping a record; what a later version added is left out."""
    names = tuple(stored.values())
    known = {name: (field, unpack) for (name, field), unpack in zip(stored.items(), unpacks, strict=True)}
    unpack_row = _make_row_unpacker(unpacks)

    def unpack(plain: Any) -> object:
        if type(plain) is not dict:
            row = unpack_row(plain)
            return make(*row) if in_place else make(**dict(zip(names, row, strict=False)))
        values = {}
        for name, one in plain.items():
            if name in known:
                field, convert = known[name]
                values[field] = one if convert is None else convert(one)
        return make(**values)

    return unpack
