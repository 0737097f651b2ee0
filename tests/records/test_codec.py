"""Records come back as they were stored, in few bytes, and what earlier versions stored is still read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import Codec, Layout


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Point(NamedTuple):
    x: int
    y: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    key: bytes
    colour: Colour = Colour.RED
    at: datetime | None = None
    share: float | None = None
    good: bool = False
    words: Scrubbed = Scrubbed("")  # noqa: RUF009  # a test's own text
    way: Literal["a", "b"] = "a"
    points: tuple[Point, ...] = ()
    pair: tuple[int, bytes] = (0, b"")
    tags: frozenset[Colour] = frozenset()
    counts: Mapping[bytes, Point] = field(default_factory=dict)
    names: Sequence[str] = ()
    odd: int | str = 0


EMPTY = Thing(key=b"\x01")
FULL = Thing(
    key=b"k",
    colour=Colour.BLUE,
    at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
    share=0.25,
    good=True,
    words=Scrubbed("said"),
    way="b",
    points=(Point(1, 2), Point(3)),
    pair=(4, b"p"),
    tags=frozenset({Colour.RED, Colour.BLUE}),
    counts={b"c": Point(5)},
    names=("n",),
    odd="o",
)
FULL_ROW = (
    b'["6b","blue","2026-11-21T09:00:00+00:00",0.25,1,"said","b",[[1,2],[3]],[4,"70"],["blue","red"],'
    b'{"63":[5]},["n"],"o"]'
)


@pytest.mark.parametrize(
    ("codec", "value", "stored"),
    [
        pytest.param(Codec(Thing), EMPTY, b'["01"]', id="defaults at the end are left out"),
        pytest.param(Codec(Thing), FULL, FULL_ROW, id="every kind of field"),
        pytest.param(Codec(Thing, Layout(Thing, keyed=True)), EMPTY, b'{"key":"01"}', id="keyed without defaults"),
        pytest.param(
            Codec(Thing, Layout(Thing, keyed=True, names={"key": "k", "good": "g"})),
            Thing(key=b"k", good=True),
            b'{"k":"6b","g":1}',
            id="keyed by other names",
        ),
        pytest.param(
            Codec(Thing, Layout(Thing, ("good", "share"), given={"key": b"k"})),
            Thing(key=b"k", good=True, share=0.5),
            b"[1,0.5]",
            id="some fields in another order, one of them given",
        ),
        pytest.param(Codec(Thing, Layout(Thing, ("key",))), EMPTY, b'["01"]', id="one field alone"),
        pytest.param(Codec(Point), Point(1), b"[1]", id="a named tuple"),
        pytest.param(Codec(list[Point]), [Point(1), Point(2, 3)], b"[[1],[2,3]]", id="a list of records"),
        pytest.param(Codec(dict[str, int]), {"a": 1}, b'{"a":1}', id="a plain mapping"),
        pytest.param(Codec(dict[bytes, int]), {b"a": 1}, b'{"61":1}', id="a mapping by bytes"),
        pytest.param(Codec(str), "plain", b'"plain"', id="what JSON knows itself"),
        pytest.param(Codec(str), "\ud800", b'"\\ud800"', id="half a character, which UTF-8 cannot spell"),
    ],
)
def test_values_come_back(codec: Codec[Any], value: object, stored: bytes) -> None:
    """What is decoded equals what was encoded; the form is exactly this one, as it lies in people's stores."""
    assert codec.encode(value) == stored
    assert codec.decode(stored) == value
    assert codec.decode(stored.decode()) == value


@pytest.mark.parametrize("keyed", [False, True])
def test_both_forms_are_read(keyed: bool) -> None:
    """A kind may change its layout and still read what it stored; what a later version added is left out."""
    codec = Codec(Point, Layout(Point, keyed=keyed))

    assert codec.decode(b"[1,2,3]" if keyed else b'{"x":1,"y":2,"z":3}') == Point(1, 2)
    assert codec.decode(b"[1]") == codec.decode(b'{"x":1}') == Point(1)


def test_numbers_are_rounded() -> None:
    """To the places that were asked for, and a rounded default is left out."""
    codec = Codec(Thing, Layout(Thing, ("share", "good"), given={"key": b""}), digits=2)

    assert codec.encode(Thing(key=b"", share=1 / 3, good=True)) == b"[0.33,1]"


@pytest.mark.parametrize("kind", [complex, int | bytes, list[complex]])
def test_what_has_no_form_is_refused(kind: Any) -> None:
    """At once, not when it is read back."""
    with pytest.raises(TypeError, match="stored form"):
        Codec(kind).encode(0)
