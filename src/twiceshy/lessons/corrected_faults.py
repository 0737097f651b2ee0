"""Which fault that a scanner found in an edit did a person correct? That correction belongs to the fault's lesson.

A correction of an edit is about a fault that the edit brought in where the work that follows takes the fault out again,
or where words of the person's name it. So the same mistake, corrected three times in other words, is one lesson, and
the gate can look for its pattern; the person's words are kept with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.facts.text.quoting import quote
from twiceshy.facts.text.text_words import split_words
from twiceshy.lessons.raw_occurrence import RawOccurrence
from twiceshy.lessons.scanner_findings import EditFindings, name_key
from twiceshy.records.findings import Finding
from twiceshy.records.outcomes import Correction
from twiceshy.records.stories import Moment, Story

_FIRST_WORDS = 600
"""Characters of a correction that are read (guess, 2026-11-22)."""
_COMMON = frozenset(
    (
        *("all", "any", "built", "code", "go", "html", "javascript", "name", "of", "off", "old", "open", "page"),
        *("path", "python", "sent", "to", "typescript", "unchecked"),
    )
)
"""Words of rules' names that any correction may have. List of 2026-11-22."""


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
    following = (edit for call in _list_following_calls(story, place) for edit in edits.get(call, ()))
    gone = {fault.fingerprint for edit in following for fault in edit.change.fixed}
    words = frozenset(split_words(story.moments[place].text[:_FIRST_WORDS]))
    for call, fault in _list_faults(edits, correction.calls):
        if fault.fingerprint in gone or _names(words, fault):
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


def _list_following_calls(story: Story, place: int) -> Iterator[bytes]:
    """Yield the calls after a prompt, until a person spoke again."""
    for at in range(place + 1, len(story.moments)):
        if story.moments[at].human:
            return
        yield story.moments[at].step.uid


def _names(words: frozenset[str], fault: Finding) -> bool:
    """Tell whether a person's words name a fault by a word of its rule."""
    return bool(words & (frozenset(split_words(fault.rule.rpartition("/")[2])) - _COMMON))
