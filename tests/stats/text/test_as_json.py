"""Any record as JSON."""

import io
import json
import sys
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NamedTuple

import pytest

from twiceshy.stats.text.as_json import to_json, to_json_value


class Kind(StrEnum):
    READ = "read"


class Pair(NamedTuple):
    left: int
    right: bytes


@dataclass(frozen=True, slots=True)
class Record:
    at: datetime
    pair: Pair


AT = datetime(2026, 11, 21, 14, 2, 3, 456789, tzinfo=timezone(timedelta(hours=2)))
FORMS: list[tuple[object, object]] = [
    (None, None),
    ([], []),
    (True, True),
    (0.5, 0.5),
    ("a", "a"),
    (Kind.READ, "read"),
    (b"\xab\x01", "ab01"),
    (AT, "2026-11-21T12:02:03.456Z"),
    (date(2026, 11, 21), "2026-11-21"),
    (PurePosixPath("/a/b"), "/a/b"),
    (OrderedDict({Kind.READ: (1, b"\x02")}), {"read": [1, "02"]}),
    (frozenset({"b", "a"}), ["a", "b"]),
    (
        Record(datetime(2026, 1, 2, tzinfo=UTC), Pair(1, b"\x00")),
        {"at": "2026-01-02T00:00:00.000Z", "pair": {"left": 1, "right": "00"}},
    ),
]


@pytest.mark.parametrize(("value", "expected"), FORMS, ids=[type(row[0]).__name__ for row in FORMS])
def test_every_kind_of_value_has_one_form(value: object, expected: object) -> None:
    """Times in UTC with Z, bytes in hex, records by their fields."""
    assert to_json_value(value) == expected


def test_what_has_no_form_is_an_error() -> None:
    """Better none than a wrong one."""
    with pytest.raises(TypeError, match="no JSON form for complex"):
        to_json_value([1j])


def test_an_answer_begins_with_its_schema() -> None:
    """The verb and a version stand first; what is no object is wrapped."""
    assert list(json.loads(to_json("sessions", Pair(1, b"\x00"), version=2)).items()) == [
        ("schema", "twiceshy/sessions/2"),
        ("left", 1),
        ("right", "00"),
    ]
    assert json.loads(to_json("x", [1])) == {"schema": "twiceshy/x/1", "answer": [1]}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_an_answer_is_valid_json_in_every_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the stream has no UTF-8 the escapes are JSON's own."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="backslashreplace")
    monkeypatch.setattr(sys, "stdout", stream)

    stream.write(to_json("x", {"text": "naïve → \udc80"}))
    stream.flush()

    assert json.loads(raw.getvalue().decode(encoding))["text"] == "naïve → \udc80"
