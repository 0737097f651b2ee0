"""Store what sessions propose for usage lessons, and let all proposals decide what each lesson advises."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Protocol

from twiceshy.archive import derived_values
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.lesson_table import KEYED
from twiceshy.archive.reads import lessons as reads
from twiceshy.archive.reads import successful_calls
from twiceshy.lessons.usage_votes import elect, list_values
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.codec import Codec
from twiceshy.records.lessons import Lesson, LessonKind, LessonOccurrence, PreventionStep

NOTHING = b"1"
_PROPOSALS = Codec(dict[bytes, list[tuple[PreventionStep, ...]]], *KEYED)


def encode_proposals(kept: Iterable[LessonOccurrence], scrubber: Scrubber) -> bytes:
    """Encode the steps that a session's occurrences propose as scrubbed JSON, by key."""
    found: dict[bytes, list[tuple[PreventionStep, ...]]] = {}
    for one in kept:
        if one.lesson.kind is LessonKind.USAGE and one.lesson.steps:
            found.setdefault(one.key, []).append(one.lesson.steps)
    return str(scrubber.text(_PROPOSALS.encode(found).decode())).encode() if found else NOTHING


def join_proposals(known: bytes, kept: Iterable[LessonOccurrence], scrubber: Scrubber) -> bytes:
    """Add what these occurrences propose to the earlier proposals."""
    more = encode_proposals(kept, scrubber)
    if NOTHING in {known, more}:
        return more if known == NOTHING else known
    found = _PROPOSALS.decode(known)
    for key, steps in _PROPOSALS.decode(more).items():
        found.setdefault(key, []).extend(steps)
    return _PROPOSALS.encode(found)


class PastCalls(Protocol):
    """Where calls that worked are read: in the store, or in those of many."""

    def read_inputs(self, tool: str) -> Iterable[Mapping[str, object]]:
        """Yield what ``successful_calls.read_inputs`` does."""
        ...

    def read_commands(self, program: str, word: str) -> Iterable[tuple[str, str]]:
        """Yield what ``successful_calls.read_commands`` does."""
        ...


class StoredCalls:
    """Those of one store."""

    def __init__(self, store: Store) -> None:
        self.read_inputs = partial(successful_calls.read_inputs, store.connection)
        self.read_commands = partial(successful_calls.read_commands, store.connection)


def teach(store: Store, kind: str, past: PastCalls | None = None) -> int:
    """Update the lessons' steps from all proposals; return how many lessons changed.

    ``past``: where calls that worked are read; None: in the store.
    """
    past = past or StoredCalls(store)
    keys = reads.read_keys(store.connection)
    by_lesson: dict[bytes, list[tuple[PreventionStep, ...]]] = {}
    for kept in derived_values.read_all(store.connection, kind):
        for key, proposed in decode_steps(kept.value).items():
            if (known := keys.get(key)) is not None:
                by_lesson.setdefault(known, []).extend(proposed)
    taught = [
        better
        for lesson in reads.read_lessons(store.connection)
        if lesson.kind is LessonKind.USAGE
        and (better := elect(lesson, by_lesson.get(writing.id_of(lesson), ()), partial(read_successes, past))) != lesson
    ]
    if taught:
        with store.begin_writing() as connection:
            for lesson in taught:
                writing.set_steps(connection, lesson)
    return len(taught)


def decode_steps(value: bytes) -> Mapping[bytes, list[tuple[PreventionStep, ...]]]:
    """Decode the proposals of one session; empty if its value has another form."""
    return _PROPOSALS.decode(value) if value.startswith(b"{") else {}


def read_successes(past: PastCalls, lesson: Lesson, word: str) -> list[Mapping[str, object]]:
    """Return the inputs of every past call of the lesson's tool that worked.

    If the lesson is about command lines, only those with that word are read.
    """
    if lesson.trigger.parameter != "command":
        return list(past.read_inputs(lesson.subject))
    program = lesson.subject.split(" ", 1)[0]
    return [
        value for command, hidden in past.read_commands(program, word) for value in list_values(lesson, command, hidden)
    ]
