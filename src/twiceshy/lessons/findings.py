"""Faults that an agent's own edits brought in, as the scanners saw them: which rule, where, and what took it away."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from twiceshy.lessons.examples import fix_of, line_of
from twiceshy.lessons.seen import Seen, Template, TextOf, key_of
from twiceshy.records.lessons import Kind
from twiceshy.records.scores import Finding, Introduced, Layer
from twiceshy.records.story import Story

VERSION = 1
LAYERS: Final = frozenset({Layer.TAINT, Layer.PATTERN})
"""What says of a line that it is wrong; a forgotten user is news each time and no habit."""
LANGUAGES: Final = {
    ".py": "python", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript",
    ".ts": "typescript", ".tsx": "typescript", ".go": "go",
}  # fmt: skip


class Scanned(NamedTuple):
    """One edit, and what it did to the findings of its file."""

    call: bytes
    path: str
    at: float | None
    change: Introduced


def findings(story: Story, edits: Sequence[Scanned], text_of: TextOf) -> Iterator[Seen]:
    """Each fault that an edit brought in, with the later edit of the session that took it away, if there is one."""
    places = {moment.step.uid: place for place, moment in enumerate(story.moments)}
    for number, edit in enumerate(edits):
        for fault in edit.change.introduced:
            if fault.layer in LAYERS and edit.call in places:
                gone = next((later for later in edits[number + 1 :] if takes_away(later, fault)), None)
                yield seen(story, places, (edit, gone), fault, text_of)


def takes_away(edit: Scanned, fault: Finding) -> bool:
    """Whether an edit removed this very fault."""
    return any(one.path == fault.path and one.fingerprint == fault.fingerprint for one in edit.change.fixed)


def seen(
    story: Story, places: dict[bytes, int], edits: tuple[Scanned, Scanned | None], fault: Finding, text_of: TextOf
) -> Seen:
    """The fault as an occurrence; ``edits``: the one that brought it in, and the one that took it away."""
    edit, gone = edits
    place = places[edit.call]
    fix = ""
    if gone is not None and gone.call in places:
        fix = fix_of([story.moments[places[gone.call]]], fault.path, fault.line, text_of, anywhere=True)
    known = gone is not None and gone.at is not None and edit.at is not None
    return Seen(
        template=template(fault),
        event=edit.call,
        at=edit.at,
        source="finding",
        message=fault.message,
        file=fault.path[-300:],
        code=line_of(story.moments, place + 1, fault.path, fault.line, text_of),
        fix=fix,
        fixed=gone is not None,
        cost_s=max((gone.at or 0.0) - (edit.at or 0.0), 0.0) if gone is not None and known else None,
    )


def template(fault: Finding) -> Template:
    """The lesson that such a fault is: one a rule and language, as a rule says one thing."""
    language = LANGUAGES.get(PurePosixPath(fault.path).suffix.lower(), "code")
    weakness = f" (CWE-{fault.cwe})" if fault.cwe is not None else ""
    return Template(
        key=key_of("finding", fault.rule, language),
        kind=Kind.MISTAKE,
        subject=language,
        category="security" if fault.cwe is not None else "quality",
        severity=fault.severity,
        description=fault.message,
        cause=f"{fault.rule}{weakness}",
    )
