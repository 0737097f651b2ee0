"""wings.data.dataset.split_lines: what each part has, and what the last one shares with the first."""

from tests.wings.data.dataset.quality_builders import a_chat, a_history, a_task

from twiceshy.records.exports import Split
from twiceshy.records.outcomes import Answer, SessionResult
from twiceshy.wings.data.dataset.split_lines import gather_heaps, list_split_lines

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
