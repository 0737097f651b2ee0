"""Decide what usage lessons advise: elect steps from all sessions' proposals, tested against past successes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from twiceshy.facts.shell.shell_words import parse_simple_commands
from twiceshy.lessons.output_speakers import extract_complaints
from twiceshy.lessons.tool_calls import ToolInvocation, head_of, values_of
from twiceshy.lessons.validators import elect_steps, filter_proven
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.codec import Codec
from twiceshy.records.lessons import Lesson, LessonKind, PreventionStep
from twiceshy.store import derived_values
from twiceshy.store import lesson_rows as writing
from twiceshy.store.db import Store
from twiceshy.store.lesson_rows import LessonOccurrence
from twiceshy.store.lesson_table import KEYED
from twiceshy.store.reads import lessons as reads
from twiceshy.store.reads import successful_calls

NOTHING = b"1"
_PROPOSALS = Codec(dict[bytes, list[tuple[PreventionStep, ...]]], *KEYED)
_IN_CHECK = re.compile(r"'([\w.+:-]+)' in (?:options|words)\Z")


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


def teach(store: Store, kind: str) -> int:
    """Update the lessons' steps from all proposals; return how many lessons changed."""
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
        and (better := _elect_steps(store, lesson, by_lesson.get(writing.id_of(lesson), ()))) != lesson
    ]
    if taught:
        with store.begin_writing() as connection:
            for lesson in taught:
                writing.set_steps(connection, lesson)
    return len(taught)


def decode_steps(value: bytes) -> Mapping[bytes, list[tuple[PreventionStep, ...]]]:
    """Decode the proposals of one session; empty if its value has another form."""
    return _PROPOSALS.decode(value) if value.startswith(b"{") else {}


def _elect_steps(store: Store, lesson: Lesson, proposed: Sequence[tuple[PreventionStep, ...]]) -> Lesson:
    """Return the lesson with the elected steps whose validators no past success contradicts."""
    if not proposed:
        return lesson
    if any(can_refuse(step) for steps in proposed for step in steps):
        past = read_successes(store, lesson, _common_word(proposed))
        proposed = [filter_proven(steps, past) for steps in proposed]
    steps = elect_steps(proposed)
    shown = next((step.validation for step in steps if step.validation is not None), None)
    return replace(lesson, steps=steps, trigger=replace(lesson.trigger, validation=shown))


def can_refuse(step: PreventionStep) -> bool:
    """Tell whether a step can refuse a call."""
    return step.validation is not None and bool(step.validation.check or step.validation.regex)


def _common_word(proposed: Iterable[Iterable[PreventionStep]]) -> str:
    """Return the word that a command must contain for any of these steps to refuse it.

    Empty if they have no such word in common.
    """
    checks = {step.validation.check for steps in proposed for step in steps if step.validation and can_refuse(step)}
    words = {found[1] if (found := _IN_CHECK.match(check)) else "" for check in checks}
    return words.pop() if len(words) == 1 else ""


def read_successes(store: Store, lesson: Lesson, word: str) -> list[Mapping[str, object]]:
    """Return the inputs of every past call of the lesson's tool that worked.

    If the lesson is about command lines, only those with that word are read.
    """
    if lesson.trigger.parameter != "command":
        return list(successful_calls.read_inputs(store.connection, lesson.subject))
    program = lesson.subject.split(" ", 1)[0]
    return [
        values_of(part)
        for command, hidden in successful_calls.read_commands(store.connection, program, word)
        for call in (ToolInvocation("", {"command": command}, parse_simple_commands(command)),)
        if not extract_complaints(call, hidden)
        for part in call.parts
        if lesson.subject in {head_of(part).lower(), part.program.lower()}
    ]
