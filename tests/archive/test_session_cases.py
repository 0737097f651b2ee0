"""archive.session_cases: a session's cases come back as they were told, whole or one by one."""

from dataclasses import replace

import pytest
from tests.archive.conftest import NOON
from tests.lessons.builders import a_lesson

from twiceshy.archive.session_cases import decode_words, encode_cases, join_case, split_cases
from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import DamagedValue
from twiceshy.records.lessons import Lesson, LessonOccurrence, Occurrence, Trigger

SESSION = b"session of sixteen"[:16]


def case(number: int, lesson: Lesson, *, fixed: bool = False) -> LessonOccurrence:
    occurrence = Occurrence(
        session=SESSION,
        event=bytes([number]),
        at=NOON,
        project="web-shop",
        file=Scrubbed("a.py"),
        model="m",
        agent="claude-code",
        message=Scrubbed(f"no {number}"),
        cost_s=0.1 + number,
    )
    return LessonOccurrence(bytes.fromhex(lesson.id[2:]), lesson, occurrence, fixed)


def plain() -> Lesson:
    """Return a lesson with nothing but what a new one has."""
    made = a_lesson()
    return Lesson(
        id=made.id,
        slug=made.slug,
        kind=made.kind,
        subject=made.subject,
        category=made.category,
        severity=made.severity,
        description=made.description,
        root_cause=made.root_cause,
        trigger=Trigger(error_regex="TS2304", fingerprints=(b"12345678",)),
        steps=made.steps,
        scope_of="web-shop",
        actor="u-1",
        quoted=True,
        first_seen=NOON,
        last_seen=NOON,
    )


def test_cases_come_back_as_they_were_told() -> None:
    """In their order, equal words once; the times of a lesson are those of its cases."""
    other = replace(plain(), description=Scrubbed("another"))
    told = [case(1, plain()), case(2, other, fixed=True), case(3, plain())]

    parts = split_cases(encode_cases(told))

    assert len(parts.words) == 2
    back = [join_case(SESSION, decode_words(parts.words[words]), text) for words, text in parts.cases]
    untimed = [one._replace(lesson=replace(one.lesson, first_seen=None, last_seen=None)) for one in told]
    assert back == untimed


def test_a_session_without_a_case_has_none() -> None:
    """That nothing went wrong is known too."""
    assert split_cases(encode_cases([])) == ([], [])


@pytest.mark.parametrize("value", [b"", b"[1]", b"[[],[3]]"])
def test_damage_is_said(value: bytes) -> None:
    """As of every stored value."""
    with pytest.raises(DamagedValue):
        split_cases(value)
    with pytest.raises(DamagedValue):
        decode_words(value.decode() or "{")
