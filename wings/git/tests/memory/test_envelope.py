"""A fact has one form and one id, everywhere."""

import json
import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import MemoryRecord
from twiceshy_git.memory import envelope

NOON = datetime(2026, 11, 23, 12, 0, 0, 123_456, tzinfo=UTC)
COMMIT = MemoryRecord(type="commit", at=NOON, fields={"message": Scrubbed("naïve fix\n"), "files": [Scrubbed("b"), 2]})


def test_it_comes_back_as_it_was() -> None:
    """Encoded and decoded, a record says the same, but for what is finer than a millisecond."""
    back = envelope.decode(envelope.encode(COMMIT))

    assert back.fields == COMMIT.fields
    assert back.at == NOON.replace(microsecond=123_000)
    assert envelope.identify(back) == envelope.identify(COMMIT) == envelope.read_id(envelope.encode(COMMIT))


def test_the_id_knows_no_writer_no_zone_and_no_order_of_keys() -> None:
    """Two machines that learn the same fact write the same id."""
    elsewhere = MemoryRecord(
        type="commit",
        at=NOON.astimezone(timezone(timedelta(hours=9))),
        fields=dict(reversed(list(COMMIT.fields.items()))),
        writer="ab" * 8,
    )

    assert envelope.identify(elsewhere) == envelope.identify(COMMIT)
    assert json.loads(envelope.encode(elsewhere))["writer"] == "ab" * 8


def test_another_fact_has_another_id() -> None:
    """A changed field, type, version or time is another record."""
    others = [
        MemoryRecord(type="commit", at=NOON, fields={**COMMIT.fields, "message": Scrubbed("naive fix\n")}),
        MemoryRecord(type="link", at=NOON, fields=COMMIT.fields),
        MemoryRecord(type="commit", v=2, at=NOON, fields=COMMIT.fields),
        MemoryRecord(type="commit", at=NOON + timedelta(seconds=1), fields=COMMIT.fields),
    ]

    assert len({envelope.identify(one) for one in [COMMIT, *others]}) == len(others) + 1


def test_unknown_keys_are_kept() -> None:
    """A newer version's field survives an older version's reading and writing."""
    line = envelope.encode(MemoryRecord(type="new-kind", v=7, at=NOON, fields={"later": [{"a": 1}]}))

    assert envelope.encode(envelope.decode(line)) == line


@pytest.mark.parametrize("fields", [{"id": 1}, {"share": math.nan}])
def test_what_has_no_form_is_refused(fields: dict[str, float]) -> None:
    """A field with the envelope's name, and a number that is none, do not get in."""
    with pytest.raises(ValueError, match=r"id|JSON"):
        envelope.encode(MemoryRecord(type="ci", at=NOON, fields=fields))


@pytest.mark.parametrize("line", [b"", b"[]", b'{"type":"ci","v":1,"at":"yesterday"}', b'{"v":1}', b"\xff"])
def test_a_damaged_line_says_so(line: bytes) -> None:
    """What is no record is named, not guessed at."""
    with pytest.raises(DamagedValue):
        envelope.decode(line)
