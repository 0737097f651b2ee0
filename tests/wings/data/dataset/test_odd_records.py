"""wings.data.dataset.odd_records: each kind with its level, and the newest ids."""

from datetime import timedelta
from typing import Any

import pytest
from tests.wings.data.dataset.quality_builders import DAY, a_chat, a_commit, a_history, a_session

from twiceshy.records.exports import Split
from twiceshy.wings.data.dataset.odd_records import list_anomalies

KINDS: list[tuple[str, str, dict[str, Any]]] = [
    ("texts-missing", "problem", {"chats": [a_chat(prompt_bytes=None)]}),
    ("texts-missing", "problem", {"chats": [a_chat(answer_bytes=None)]}),
    ("chats-without-answer", "note", {"chats": [a_chat(answers=0, answer_bytes=0, calls=0)]}),
    ("chats-redacted", "note", {"chats": [a_chat(redacted=0.51)]}),
    ("sessions-in-the-future", "problem", {"sessions": [a_session(day=3)]}),
    ("sessions-backwards", "problem", {"sessions": [a_session(last_at=DAY - timedelta(hours=1))]}),
    ("sessions-without-time", "warning", {"sessions": [a_session(first_at=None, last_at=None)]}),
    ("sessions-without-chat", "note", {"sessions": [a_session(chats=0)]}),
    (
        "groups-parted",
        "problem",
        {"splits": {b"1" * 16: Split.TRAIN, b"2" * 16: Split.TEST}, "groups": {b"1" * 16: b"1", b"2" * 16: b"1"}},
    ),
    ("commits-without-files", "note", {"commits": [a_commit(files=0)]}),
]


@pytest.mark.parametrize(("kind", "level", "values"), KINDS, ids=[f"{row[0]}-{at}" for at, row in enumerate(KINDS)])
def test_each_kind_is_found(kind: str, level: str, values: dict[str, Any]) -> None:
    """Alone, with the record's id."""
    (found,) = list_anomalies(a_history(**values), DAY)

    assert (found.kind, found.level) == (kind, level)
    assert found.count == len(found.ids) == (2 if kind == "groups-parted" else 1)


def test_what_is_usual_is_not_odd() -> None:
    """A merge changes no file of its own; an agent may work without a word; a session may be empty."""
    facts = a_history(
        sessions=[a_session(), a_session(chats=0, calls=0)],
        chats=[a_chat(1, answers=0, answer_bytes=0), a_chat(2, at=None), a_chat(3, at=None)],
        commits=[a_commit(files=0, merge=True)],
    )

    assert list_anomalies(facts, DAY) == []


@pytest.mark.parametrize(("others", "level"), [(3, "warning"), (150, "note")])
def test_copies_matter_where_there_are_many(others: int, level: str) -> None:
    """A chat at the same time with the same prompt is one; the first of them is not."""
    same = {"at": "2026-11-01T10:00:00.000Z", "prompt": b"same"}
    chats = [a_chat(1, **same), a_chat(2, **same), *(a_chat(9, at=f"{at}") for at in range(others))]
    (found,) = list_anomalies(a_history(chats=chats), DAY)

    assert (found.kind, found.level, found.ids) == ("chats-twice", level, ["c-02020202"])


def test_the_newest_ids_are_told_and_the_worst_kind_comes_first() -> None:
    """All are counted."""
    chats = [a_chat(at, answers=0, answer_bytes=0, calls=0) for at in range(1, 9)] + [a_chat(9, prompt_bytes=None)]
    first, second = list_anomalies(a_history(chats=chats), DAY)

    assert first.kind == "texts-missing"
    assert second.count == 8
    assert second.ids == [f"c-{at:02}{at:02}{at:02}{at:02}" for at in (8, 7, 6, 5, 4)]
