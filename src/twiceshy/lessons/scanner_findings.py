"""Faults that an agent's own edits introduced, as scanners found them: which rule, where, and what fixed them."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from twiceshy.lessons.code_examples import find_faulty_line, find_pair
from twiceshy.lessons.languages import name_language
from twiceshy.lessons.raw_occurrence import LessonTemplate, RawOccurrence, TextOf, key_of
from twiceshy.records.findings import Finding, FindingDelta, Layer
from twiceshy.records.lessons import LessonKind, Trigger
from twiceshy.records.stories import Story

VERSION = 5
_LAYERS: Final = frozenset({Layer.TAINT, Layer.PATTERN})
"""What says of a line that it is wrong; a forgotten user is news each time and no habit."""


class EditFindings(NamedTuple):
    """One edit, and what it did to the findings of its file."""

    call: bytes
    path: str
    at: float | None
    change: FindingDelta


def find_introduced_faults(story: Story, edits: Sequence[EditFindings], text_of: TextOf) -> Iterator[RawOccurrence]:
    """Yield each fault that an edit introduced, with the later edit of the session that fixed it, if there is one."""
    places = {moment.step.uid: place for place, moment in enumerate(story.moments)}
    for number, edit in enumerate(edits):
        for fault in edit.change.introduced:
            if fault.layer in _LAYERS and edit.call in places:
                gone = next((later for later in edits[number + 1 :] if _fixes_fault(later, fault)), None)
                yield _make_occurrence(story, places, (edit, gone), fault, text_of)


def _fixes_fault(edit: EditFindings, fault: Finding) -> bool:
    """Tell whether an edit fixed this very fault."""
    return any(one.path == fault.path and one.fingerprint == fault.fingerprint for one in edit.change.fixed)


def _make_occurrence(
    story: Story,
    places: dict[bytes, int],
    edits: tuple[EditFindings, EditFindings | None],
    fault: Finding,
    text_of: TextOf,
) -> RawOccurrence:
    """Build the occurrence of a fault; ``edits``: the one that introduced it, and the one that fixed it or None."""
    edit, gone = edits
    place = places[edit.call]
    code, fix = find_faulty_line(story.moments, place + 1, fault.path, fault.line, text_of), ""
    if gone is not None and gone.call in places:
        code, fix = find_pair([story.moments[places[gone.call]]], fault.path, fault.line, code, text_of) or (code, "")
    known = gone is not None and gone.at is not None and edit.at is not None
    return RawOccurrence(
        template=_make_template(fault),
        event=edit.call,
        at=edit.at,
        source="finding",
        message=fault.message,
        file=fault.path[-300:],
        code=code,
        fix=fix,
        fixed=gone is not None,
        cost_s=max((gone.at or 0.0) - (edit.at or 0.0), 0.0) if gone is not None and known else None,
    )


def _make_template(fault: Finding) -> LessonTemplate:
    """Build the lesson of such a fault: one for each rule and language."""
    language = _name_language(fault)
    weakness = f" (CWE-{fault.cwe})" if fault.cwe is not None else ""
    return LessonTemplate(
        key=name_key(fault),
        kind=LessonKind.MISTAKE,
        subject=language,
        category="security" if fault.cwe is not None else "quality",
        severity=fault.severity,
        description=f"{fault.message} {fault.fix}" if fault.fix and fault.fix not in fault.message else fault.message,
        cause=f"{fault.rule}{weakness}",
        trigger=Trigger(rule=fault.rule),
    )


def name_key(fault: Finding) -> bytes:
    """Return the key of such a fault's lesson."""
    return key_of("finding", fault.rule, _name_language(fault))


def _name_language(fault: Finding) -> str:
    """Return the language of the file that has the fault."""
    return name_language(fault.path) or "code"
