"""What usage lessons tell to do: the proposals of all sessions, put to the vote and to the test of past successes."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from twiceshy.facts.shell_words import simple
from twiceshy.lessons.calls import Call, head_of, values_of
from twiceshy.lessons.speakers import complaints
from twiceshy.lessons.validators import elected, proved
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.lessons import Kind, Lesson, Step
from twiceshy.store import derived, lesson_steps
from twiceshy.store import lessons as writing
from twiceshy.store.db import Store
from twiceshy.store.lessons import Kept
from twiceshy.store.reads import lessons as reads
from twiceshy.store.reads import successes

NOTHING = b"1"
IN_CHECK = re.compile(r"'([\w.+:-]+)' in (?:options|words)\Z")


def proposals(kept: Iterable[Kept], scrubber: Scrubber) -> bytes:
    """The steps that a session's occurrences propose, by key, as JSON that was scrubbed."""
    found: dict[str, list[object]] = {}
    for one in kept:
        if one.lesson.kind is Kind.USAGE and one.lesson.steps:
            found.setdefault(one.key.hex(), []).append([writing.plain(step) for step in one.lesson.steps])
    return str(scrubber.text(json.dumps(found, separators=(",", ":")))).encode() if found else NOTHING


def joined(known: bytes, kept: Iterable[Kept], scrubber: Scrubber) -> bytes:
    """What was proposed before, and what these occurrences propose besides."""
    more = proposals(kept, scrubber)
    if NOTHING in {known, more}:
        return more if known == NOTHING else known
    found: dict[str, list[object]] = json.loads(known)
    for key, steps in json.loads(more).items():
        found.setdefault(key, []).extend(steps)
    return json.dumps(found, separators=(",", ":")).encode()


def teach(store: Store, kind: str) -> int:
    """How many lessons say something else now."""
    keys = reads.keys(store.connection)
    by_lesson: dict[bytes, list[tuple[Step, ...]]] = {}
    for kept in derived.all_of(store.connection, kind):
        for key, proposed in steps_in(kept.value).items():
            if (known := keys.get(key)) is not None:
                by_lesson.setdefault(known, []).extend(proposed)
    taught = [
        better
        for lesson in reads.lessons(store.connection)
        if lesson.kind is Kind.USAGE
        and (better := instructed(store, lesson, by_lesson.get(writing.id_of(lesson), ()))) != lesson
    ]
    if taught:
        with store.writing() as connection:
            for lesson in taught:
                lesson_steps.teach(connection, lesson)
    return len(taught)


def steps_in(value: bytes) -> Mapping[bytes, list[tuple[Step, ...]]]:
    """The proposals of one session; none where its value is of another form."""
    found = json.loads(value) if value != NOTHING else {}
    if not isinstance(found, dict):
        return {}
    return {
        bytes.fromhex(key): [tuple(reads.step_of(step) for step in steps) for steps in proposed]
        for key, proposed in found.items()
    }


def instructed(store: Store, lesson: Lesson, proposed: Sequence[tuple[Step, ...]]) -> Lesson:
    """The lesson with the elected steps whose validators no past success contradicts."""
    if not proposed:
        return lesson
    if any(tests(step) for steps in proposed for step in steps):
        past = worked(store, lesson, word_of(proposed))
        proposed = [proved(steps, past) for steps in proposed]
    steps = elected(proposed)
    shown = next((step.validation for step in steps if step.validation is not None), None)
    return replace(lesson, steps=steps, trigger=replace(lesson.trigger, validation=shown))


def tests(step: Step) -> bool:
    """Whether a step can refuse a call."""
    return step.validation is not None and bool(step.validation.check or step.validation.regex)


def word_of(proposed: Iterable[Iterable[Step]]) -> str:
    """The word without which a command is refused by none of these; empty where they have none in common."""
    checks = {step.validation.check for steps in proposed for step in steps if step.validation and tests(step)}
    words = {found[1] if (found := IN_CHECK.match(check)) else "" for check in checks}
    return words.pop() if len(words) == 1 else ""


def worked(store: Store, lesson: Lesson, word: str) -> list[Mapping[str, object]]:
    """The inputs of every past call of the lesson's tool that worked; of command lines those that have a word."""
    if lesson.trigger.parameter != "command":
        return list(successes.inputs(store.connection, lesson.subject))
    program = lesson.subject.split(" ", 1)[0]
    return [
        values_of(part)
        for command, hidden in successes.commands(store.connection, program, word)
        for call in (Call("", {"command": command}, simple(command)),)
        if not complaints(call, hidden)
        for part in call.parts
        if lesson.subject in {head_of(part).lower(), part.program.lower()}
    ]
