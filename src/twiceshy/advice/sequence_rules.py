"""Rules from promoted lessons that name a sequence: what has to come before a command, or must not.

A lesson's trigger names the commands that it is about (``parameter`` is ``head``, ``common_mistakes`` their first
two words) and what has to stand among the last ten calls of the dialogue, by program and subcommand. What would have to
come before itself says nothing. Nobody replayed them, so only a person activates them.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from twiceshy.advice.phrase import phrase_sequence
from twiceshy.commands.keys.gate_keys import head_words_of, key_of_head, make_spool_run, name_condition, name_run
from twiceshy.records.lessons import Lesson, LessonState
from twiceshy.records.rules import TrialSummary
from twiceshy.stats.text.foreign_names import quote_name


class SequenceRule(NamedTuple):
    """One lesson at one command, before its words are scrubbed."""

    key: bytes
    slug: str
    condition: str
    words: str
    tried: TrialSummary


def build_sequence_rules(known: Iterable[Lesson], salt: bytes) -> Iterator[SequenceRule]:
    """Yield a rule for each command that such a lesson names."""
    for lesson in known:
        if lesson.state is LessonState.PROMOTED and lesson.trigger.parameter == "head" and lesson.trigger.sequence:
            yield from _build_rules(lesson, salt)


def _build_rules(lesson: Lesson, salt: bytes) -> Iterator[SequenceRule]:
    """Yield a rule for each command and condition of one lesson; none for what would have to come before itself."""
    before = {name_run(part) for part in lesson.trigger.sequence if not part.startswith("!")}
    heads = [head for head in lesson.trigger.common_mistakes if head_words_of(head) and name_run(head) not in before]
    tried = TrialSummary(n=lesson.observations, wrong=lesson.observations, sessions=lesson.sessions)
    for condition, what in _list_conditions(lesson, salt):
        for head in heads:
            key = key_of_head(head_words_of(head), salt)
            words = phrase_sequence(quote_name(head), what, lesson.description, lesson.observations, lesson.sessions)
            yield SequenceRule(key, f"{lesson.slug} {condition}", condition, words, tried)


def _list_conditions(lesson: Lesson, salt: bytes) -> Iterator[tuple[str, str]]:
    """Yield each condition for the gate, and the same in words."""
    before = [part for part in lesson.trigger.sequence if not part.startswith("!")]
    after = [part[1:] for part in lesson.trigger.sequence if part.startswith("!")]
    if before:
        yield (
            name_condition("without", [make_spool_run(part, salt) for part in before]),
            f"without {' and '.join(map(_quote_part, before))}",
        )
    if after:
        yield (
            name_condition("with", [make_spool_run(part, salt) for part in after]),
            f"after {' or '.join(map(_quote_part, after))}",
        )


def _quote_part(part: str) -> str:
    """Return a tool or a command's beginning in quotes; of an odd one only that there is one."""
    return quote_name(part) or "another command"
