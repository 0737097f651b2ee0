"""Which fault that a scanner found in an edit did a person correct? That correction belongs to the fault's lesson.

A correction of an edit is about a fault that the edit brought in where the person's words name it. So the same
mistake, corrected three times in other words, is one lesson, and the gate can look for its pattern; the person's words
are kept with it. That the work which follows takes the fault out again says nothing: who wants another library gets rid
of what the old one lacked, and never spoke of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.lessons.raw_occurrence import RawOccurrence
from twiceshy.lessons.scanner_findings import EditFindings, name_key
from twiceshy.records.findings import Finding
from twiceshy.records.outcomes import Correction
from twiceshy.records.stories import Moment, Story
from twiceshy.stats.text.quoting import quote
from twiceshy.stats.text.text_words import split_words

_FIRST_WORDS = 600
"""Characters of a correction that are read (guess, 2026-11-22)."""
_COMMON = frozenset(
    (
        *("all", "any", "built", "call", "check", "code", "command", "csharp", "default", "fast", "fix", "go", "html"),
        *("include", "java", "javascript", "key", "known", "letter", "load", "log", "look", "mode", "name", "new"),
        *("no", "of", "off", "old", "only", "open", "option", "page", "path", "php", "plain", "program", "python"),
        *("query", "request", "return", "ruby", "run", "rust", "sent", "server", "set", "short", "temp", "text", "to"),
        *("true", "typescript", "uncheck", "unchecked", "value", "variable", "word"),
    )
)
"""Words of rules' names that any correction may have: they name a fault only together. List of 2026-11-24."""


class CorrectedFault(NamedTuple):
    """A fault of an edit, by its lesson's key."""

    call: bytes
    key: bytes


def link_corrections(
    story: Story, corrections: Iterable[Correction], edits: Sequence[EditFindings]
) -> dict[CorrectedFault, Moment]:
    """Return the faults that a person corrected, each with the prompt that did."""
    places = {moment.step.uid: place for place, moment in enumerate(story.moments)}
    by_call: dict[bytes, list[EditFindings]] = {}
    for edit in edits:
        by_call.setdefault(edit.call, []).append(edit)
    found: dict[CorrectedFault, Moment] = {}
    for one in corrections:
        if (place := places.get(one.prompt)) is not None:
            for fault in _find_corrected(story, place, one, by_call):
                found.setdefault(fault, story.moments[place])
    return found


def _find_corrected(
    story: Story, place: int, correction: Correction, edits: Mapping[bytes, Sequence[EditFindings]]
) -> Iterator[CorrectedFault]:
    """Yield the faults that a correction is about; ``place``: of its prompt."""
    words = frozenset(split_words(story.moments[place].text[:_FIRST_WORDS]))
    for call, fault in _list_faults(edits, correction.calls):
        if _names(words, fault):
            yield CorrectedFault(call, name_key(fault))


def mark_corrected(
    occurrences: Iterable[RawOccurrence], linked: Mapping[CorrectedFault, Moment]
) -> Iterator[RawOccurrence]:
    """Yield the occurrences; those of corrected faults say that a person pointed them out, and how."""
    for one in occurrences:
        prompt = linked.get(CorrectedFault(one.event, one.template.key))
        yield one if prompt is None else one._replace(source="correction", message=quote(prompt.text[:_FIRST_WORDS]))


def _list_faults(
    edits: Mapping[bytes, Sequence[EditFindings]], calls: Sequence[bytes]
) -> Iterator[tuple[bytes, Finding]]:
    """Yield what the corrected edits brought in."""
    for call in dict.fromkeys(calls):
        for edit in edits.get(call, ()):
            yield from ((call, fault) for fault in edit.change.introduced)


def _names(words: frozenset[str], fault: Finding) -> bool:
    """Tell whether a person's words name a fault: by a word of its rule that few others have, or by all of them."""
    rule = frozenset(split_words(fault.rule.rpartition("/")[2]))
    return bool(rule and (rule <= words or words & (rule - _COMMON)))
