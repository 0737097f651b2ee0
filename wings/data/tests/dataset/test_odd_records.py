"""twiceshy_data.dataset.odd_records: each kind with its level, and the newest ids."""

from datetime import timedelta
from typing import Any

import pytest
from wings.data.tests.dataset.quality_builders import DAY, a_chat, a_commit, a_history, a_session, a_task

from twiceshy.records.exports import Split
from twiceshy.records.outcomes import Answer, SessionResult
from twiceshy_data.dataset.odd_records import gather_heaps, list_anomalies, list_split_lines

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


# twiceshy_data.dataset.split_lines: what each part has, and what the last one shares with the first.

ONE, TWO, THREE = (bytes([at] * 16) for at in (1, 2, 3))
PARTS = {ONE: Split.TRAIN, TWO: Split.TRAIN, THREE: Split.TEST}


def test_nothing_has_no_line() -> None:
    """Nor does a part that holds no task."""
    assert list_split_lines(a_history()) == []


def test_parts_are_told_with_what_the_last_one_has_seen() -> None:
    """By sessions, tasks, prompts and files; short prompts are asked everywhere."""
    chats = [
        a_chat(1, session=ONE, wording=b"same"),
        a_chat(2, session=THREE, wording=b"same"),
        a_chat(3, session=THREE, wording=b"other"),
        a_chat(4, session=THREE, wording=b"same", words=1),
    ]
    tasks = {
        ONE: SessionResult(session=ONE, tasks=(a_task(1, Answer.YES), a_task(1))),
        THREE: SessionResult(session=THREE, tasks=(a_task(2, Answer.NO),)),
    }
    edited = {ONE: {b"a", b"b"}, TWO: {b"c"}, THREE: {b"b", b"c", b"d"}}
    facts = a_history(splits=PARTS, chats=chats, results=tasks, edited=edited, groups={ONE: ONE, TWO: ONE})

    assert {line.name: (line.rate.hits, line.rate.n) for line in list_split_lines(facts)} == {
        "sessions to learn from": (2, 3),
        "sessions to choose by": (0, 3),
        "sessions to test on": (1, 3),
        "tasks to learn from, known good": (1, 2),
        "tasks to test on, known good": (0, 1),
        "tested prompts that begin as a learned one": (1, 2),
        "tested files that are learned too": (2, 3),
        "groups on both sides of a cut": (0, 1),
    }


def test_a_group_in_two_parts_is_seen() -> None:
    """What belongs to no group is in none."""
    heaps = gather_heaps(a_history(splits=PARTS, groups={TWO: TWO, THREE: TWO}))

    assert heaps == {TWO: {Split.TRAIN, Split.TEST}}
