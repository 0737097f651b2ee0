"""Files of an older collector: records are known by their keys, chunks are unfolded."""

import json
import zlib
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from twiceshy.records.memory import MemoryValue
from twiceshy_git.memory.formats.seed import SeedRecord, encode_record, merge_records, read_documents

CHAT = {"id": "chat-1", "timestamp": "2025-12-16T00:14:09.112Z", "query": "q", "response": "r"}


def keep(fields: Mapping[str, Any]) -> Mapping[str, MemoryValue]:
    """Stand for a scrubber that finds nothing."""
    return fields


def fold(text: bytes) -> str:
    """Pack a text as chunks have it."""
    return b64encode(zlib.compress(text, 6)).decode()


SHAPES = [
    ({"hash": "ab", "message": "m"}, "commit", "ab"),
    (CHAT, "chat", "chat-1"),
    ({"id": "A-1", "action_type": "read"}, "action", "A-1"),
    ({"session_id": "s", "queries": []}, "session", "s"),
    ({"id": "e0cf", "started_at": "t", "chat_ids": []}, "session", "e0cf"),
    ({"parent_session_id": "p", "total_sub_agents": 1, "batches": []}, "orchestration", "p"),
    ({"record_type": "chat", "record_id": "chat-1", "data": CHAT}, "chat", "chat-1"),
]


@pytest.mark.parametrize(("value", "kind", "key"), SHAPES)
def test_a_record_is_known_by_its_keys(value: dict[str, object], kind: str, key: str) -> None:
    """In a file of its own, in a line, or in a chunk."""
    text = json.dumps(value).encode()

    for found in (read_documents(text, lines=False), read_documents(b"\n" + text + b"\n", lines=True)):
        assert [(one.type, one.key) for one in found.records] == [(kind, key)]


def test_packed_fields_are_unfolded() -> None:
    """Texts and lists."""
    data = {
        **{key: value for key, value in CHAT.items() if key != "response"},
        "response": fold(b"a long reply"),
        "_response_compressed": True,
        "tools_used": fold(b'["Read"]'),
        "_tools_used_compressed": True,
        "_tools_used_was_list": True,
    }
    found = read_documents(json.dumps({"record_type": "chat", "data": data}).encode(), lines=True)

    assert found.records[0].data == {**CHAT, "response": "a long reply", "tools_used": ["Read"]}


@pytest.mark.parametrize("packed", ["%%%", b64encode(b"no zlib").decode(), fold(b"x" * (65 << 20))])
def test_what_cannot_be_unfolded_is_counted(packed: str) -> None:
    """Damaged, or larger than any record; the rest is read."""
    data = {**CHAT, "response": packed, "_response_compressed": True}
    lines = [json.dumps({"record_type": "chat", "data": data}), json.dumps(CHAT), "torn {", "[]"]
    found = read_documents("\n".join(lines).encode(), lines=True)

    assert (len(found.records), found.damaged, found.other) == (1, 2, 1)


def test_a_later_record_of_the_same_id_wins() -> None:
    """Field by field."""
    older, newer = SeedRecord("chat", "c", {"a": 1, "b": 1}), SeedRecord("chat", "c", {"b": 2})

    assert merge_records([older, newer]) == [SeedRecord("chat", "c", {"a": 1, "b": 2})]


TIMES = [
    ("2025-12-15 13:33:33 +0100", datetime(2025, 12, 15, 12, 33, 33, tzinfo=UTC)),
    ("2025-12-15T23:28:36", datetime(2025, 12, 15, 23, 28, 36, tzinfo=UTC)),
    ("2025-12-15T23:28:36Z", datetime(2025, 12, 15, 23, 28, 36, tzinfo=UTC)),
]


@pytest.mark.parametrize(("text", "at"), TIMES)
def test_a_record_has_our_names_and_its_time(text: str, at: datetime) -> None:
    """Unknown is absent; an author, hunks and what another key of ours means are left out."""
    data = {"id": "chat-1", "timestamp": text, "author": "Ann", "hunks": [1], "v": 9, "files_read": ["a"], "x": None}
    record = encode_record(SeedRecord("chat", "chat-1", data), keep)

    assert record is not None
    assert (record.type, record.at) == ("chat", at)
    assert record.fields == {"foreign_id": "chat-1", "timestamp": text, "files_referenced": ["a"]}


@pytest.mark.parametrize("text", [None, 7, "", "yesterday", "9999-99-99"])
def test_a_record_without_a_time_is_none(text: object) -> None:
    """A fact of memory has one."""
    assert encode_record(SeedRecord("chat", "c", {"timestamp": text}), keep) is None
