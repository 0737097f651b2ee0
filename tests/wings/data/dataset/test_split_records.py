"""`splits.json`: what is written is read again, and nothing else is."""

import json
from datetime import UTC, datetime

import pytest

from twiceshy.base.errors import UsageError
from twiceshy.records.exports import Split, SplitCuts, SplitRecord, SplitShares, SplitWay
from twiceshy.wings.data.dataset.split_records import encode_record, hash_member, parse_record, parse_shares

RECORD = SplitRecord(
    way=SplitWay.TIME,
    shares=SplitShares(),
    cuts=SplitCuts(None, datetime(2026, 11, 2, tzinfo=UTC)),
    sessions={Split.TRAIN: ("00aa",), Split.VALIDATION: (), Split.TEST: ("11bb", "22cc")},
)


def test_what_is_written_is_read_again() -> None:
    """Sessions are known by salted hashes."""
    assert parse_record(encode_record(RECORD)) == RECORD
    assert hash_member(b"one", b"salt") != hash_member(b"one", b"pepper")


@pytest.mark.parametrize(
    "change",
    [
        {"cuts": {"validation": None, "test": "2026-11-02T00:00:00"}},
        {"shares": [1, 2]},
        {"sessions": {}},
        {"schema_version": 9},
        {"way": "dice"},
        {"cuts": None},
        {"shares": "x"},
        {"sessions": {"train": 1}},
    ],
)
def test_anything_else_is_refused(change: dict[str, object]) -> None:
    """With what to do."""
    with pytest.raises(UsageError, match="splits"):
        parse_record(json.dumps(json.loads(encode_record(RECORD)) | change))


@pytest.mark.parametrize("text", ["", "[]", "7", "{", "[" * 100_000])
def test_what_is_no_object_is_refused(text: str) -> None:
    """However deep it is."""
    with pytest.raises(UsageError, match=r"this is no splits\.json"):
        parse_record(text)


def test_shares_are_three_numbers() -> None:
    """Of which the first is above 0."""
    assert parse_shares("70/10/20") == SplitShares(70, 10, 20)
    for text in ("80/20", "a/b/c", "-1/1/1", "0/1/1", "1/2/3/4", "9999/1/1"):
        with pytest.raises(UsageError, match="--splits"):
            parse_shares(text)
