"""Store what went wrong in a session as it was before it was merged into lessons, so that it can be merged anew.

Which lesson a case belongs to hangs on all the lessons that are known, so cases of many stores are merged from these
and not from their lessons. Only who will merge keeps them. Times of a lesson are left out: its cases give them.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from twiceshy.records.codec import Codec, Layout, read_value
from twiceshy.records.lessons import Lesson, LessonOccurrence, Occurrence

KIND = "lesson-cases"
_WORDS = Layout(
    Lesson,
    (
        *("id", "slug", "kind", "subject", "category", "severity", "description", "root_cause", "trigger", "steps"),
        *("scope_of", "actor", "quoted"),
    ),
)
_PLACE = Layout(
    Occurrence,
    ("event", "at", "project", "file", "model", "agent", "message", "code", "source", "cost_s", "fix"),
    given={"session": b""},
)


class _KeptCase(NamedTuple):
    """One case, and which of the session's words it has."""

    words: int
    key: bytes
    fixed: bool
    occurrence: Occurrence


class _KeptCases(NamedTuple):
    """All cases of a session."""

    words: list[Lesson]
    cases: list[_KeptCase]


class CaseParts(NamedTuple):
    """A session's cases in pieces."""

    words: list[str]
    """What they say of their lessons, each once."""
    cases: list[tuple[int, str]]
    """Each case, and which of the words it has."""


_FORM = Codec(_KeptCases, _WORDS, _PLACE)
_LESSON = Codec(Lesson, _WORDS)
_CASE = Codec(_KeptCase, _PLACE)


def encode_cases(kept: Iterable[LessonOccurrence]) -> bytes:
    """Encode a session's cases as JSON; their texts are scrubbed."""
    words: dict[bytes, int] = {}
    lessons: list[Lesson] = []
    cases = []
    for one in kept:
        lesson = replace(one.lesson, first_seen=None, last_seen=None)
        number = words.setdefault(_LESSON.encode(lesson), len(words))
        if number == len(lessons):
            lessons.append(lesson)
        cases.append(_KeptCase(number, one.key, one.fixed, one.occurrence))
    return _FORM.encode(_KeptCases(lessons, cases))


def split_cases(value: bytes) -> CaseParts:
    """Return the parts of what ``encode_cases`` wrote, to be stored one by one.

    Raises:
        DamagedValue: it wrote something else.
    """
    with read_value("list of cases"):
        lessons, cases = json.loads(value)
        words = [json.dumps(one, separators=(",", ":")) for one in lessons]
        return CaseParts(words, [(one[0], json.dumps(one, separators=(",", ":"))) for one in cases])


def join_case(session: bytes, words: Lesson, case: str) -> LessonOccurrence:
    """Return a case of ``split_cases`` as it was told; ``words`` as ``decode_words`` returns them.

    Raises:
        DamagedValue: it is none.
    """
    kept = _CASE.decode(case)
    return LessonOccurrence(kept.key, words, replace(kept.occurrence, session=session), kept.fixed)


def decode_words(words: str) -> Lesson:
    """Return what a case says of its lesson.

    Raises:
        DamagedValue: it says nothing.
    """
    return _LESSON.decode(words)
