"""Lessons that a person promoted and that name a sequence, as rules: what has to come before a command, or must not.

A lesson's trigger names the commands that it is about (``parameter`` is ``head``, ``common_mistakes`` their first two
words) and what has to stand among the last ten calls of the dialogue; the gate knows these by their program alone, so a
rule keeps silent where another command of that program ran. Nobody replayed them, so only a person makes them speak.
"""

from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.advice.keys import of_head, word
from twiceshy.advice.phrase import Told, sequence_words
from twiceshy.facts.first_word import first_word
from twiceshy.flows.lesson_trials import Form
from twiceshy.lessons.quoting import quoted
from twiceshy.records.lessons import Lesson, State
from twiceshy.records.rules import Tried
from twiceshy.store.db import Store
from twiceshy.store.reads import lessons as reads

LONGEST_NAME, LONGEST_GOOD = 80, 160
"""Characters of what is quoted."""


def lesson_facts(form: Form) -> Told:
    """What is quoted of a usage lesson; of an example its first lines, as one."""
    wrong = form.wrong
    return Told(
        subject=quoted(wrong.subject, LONGEST_NAME),
        parameter="" if form.runs else quoted(wrong.parameter, LONGEST_NAME),
        expected=quoted(wrong.expected, LONGEST_NAME),
        first=quoted(wrong.first, LONGEST_NAME),
        good=quoted("; ".join((form.lesson.good or "").split("\n")), LONGEST_GOOD),
    )


class SequenceRule(NamedTuple):
    """One lesson at one command, before its words are scrubbed."""

    key: bytes
    slug: str
    condition: str
    words: str
    tried: Tried


def sequence_rules(store: Store) -> Iterator[SequenceRule]:
    """A rule for each command that such a lesson names."""
    for lesson in reads.lessons(store.connection):
        if lesson.state is not State.PROMOTED or lesson.trigger.parameter != "head" or not lesson.trigger.sequence:
            continue
        tried = Tried(n=lesson.observations, wrong=lesson.observations, sessions=lesson.sessions)
        for condition, what in conditions(lesson, store.salt):
            for head in lesson.trigger.common_mistakes:
                if (key := of_head(head, store.salt)) is not None:
                    words = sequence_words(head, what, lesson.description, lesson.observations, lesson.sessions)
                    yield SequenceRule(key, f"{lesson.slug} {condition}", condition, words, tried)


def conditions(lesson: Lesson, salt: bytes) -> Iterator[tuple[str, str]]:
    """What the gate looks at, and the same in words."""
    before = [part for part in lesson.trigger.sequence if not part.startswith("!")]
    after = [part[1:] for part in lesson.trigger.sequence if part.startswith("!")]
    if before:
        yield "without:" + ",".join(word(first_word(part), salt) for part in before), f"without {' and '.join(before)}"
    if after:
        yield "with:" + ",".join(word(first_word(part), salt) for part in after), f"after {' or '.join(after)}"
