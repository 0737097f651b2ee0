"""Step frames: headings and lines that say when the commands below them have to run, and written orders of work.

A frame is a heading such as ``## Before every commit`` or ``Required checks (do this before pushing)``, or a line such
as ``Before committing, run:`` with its list or code block. An order is a chain (``read => edit => run `make test` =>
commit``, also with ``->``, ``→`` and "then"), or numbered phases and steps (``Phase 2 Step 1: run `aud blueprint```).
"""

import re
from typing import NamedTuple

from twiceshy.judgement.workflow.step_parts import COMMITS, UNLESS, parse_part
from twiceshy.records.workflow import StepLevel

BEFORE_EDIT, AFTER_EDIT = "before edit", "after edit"
_STRICT = re.compile(r"\b(?:mandatory|required|critical|must|always|never)\b", re.IGNORECASE)
_UNDER = r"(?:you\s+|each\s+|every\s+|any\s+|a\s+|the\s+|your\s+|making\s+|all\s+)*"
_WHEN: tuple[tuple[str, str], ...] = (
    (rf"before\s+{_UNDER}commit(?:ting|s)?(?:\s+(?:anything|changes|code|your\s+work))?", COMMITS[0]),
    (rf"before\s+{_UNDER}push(?:ing|es)?(?:\s+(?:anything|changes|code|to\s+\w+))?", COMMITS[1]),
    (rf"before\s+{_UNDER}(?:(?:open|creat|submitt)ing\s+)?{_UNDER}(?:PRs?|pull\s+requests?)", COMMITS[2]),
    (rf"before\s+{_UNDER}(?:edit|cod|modif)(?:ing|s|y|ying)?(?:\s+{_UNDER}(?:files?|code|anything))?", BEFORE_EDIT),
    (rf"after\s+{_UNDER}(?:code\s+|file\s+)?(?:edit|change|modification)s?", AFTER_EDIT),
)
_MORE = r"(?:\s*[,:\u2013\u2014-]*\s*(?:you\s+)?(?:must|always|should|please)?\s*(?:run|execute|do|complete)?"
_MORE += r"(?:\s+(?:all\s+)?(?:the\s+following|these|this)(?:\s+(?:commands?|checks?|steps?|in\s+order))*)?)"
_RUN_THESE = r"(?:(?:you\s+)?(?:must|always|should)\s+)?run(?:\s+(?:all\s+)?(?:of\s+)?(?:the\s+following|these|this))?"
_RUN_THESE += r"(?:\s+(?:commands?|checks?|steps?))*"
_HEADINGS = tuple(
    (re.compile(rf"(?:.{{0,40}}[(:]\s*)?(?:do\s+this\s+)?{when}\)?", re.IGNORECASE), what) for when, what in _WHEN
)
_LINES = tuple(
    (re.compile(rf"(?:{when}{_MORE}|{_RUN_THESE}\s+{when})\s*:", re.IGNORECASE), what) for when, what in _WHEN
)
_TAGS = re.compile(
    r"[\[(]\s*(?:MANDATORY|REQUIRED|RECOMMENDED|CRITICAL|IMPORTANT|ALWAYS)[^\])]{0,200}[\])]", re.IGNORECASE
)
_WORKFLOW = re.compile(r"\b(?:workflow|protocol|order of work|phases?|process)\b", re.IGNORECASE)
_ARROW = re.compile(r"\s*(?:=>|->|\u2192|,?\s+(?:and\s+)?then\b)\s*", re.IGNORECASE)
_ARROWS = re.compile(r"=>|->|\u2192|\bthen\b", re.IGNORECASE)
_LABEL = re.compile(r"(?:[A-Za-z][\w /&-]{0,40}:)\s+")
_NUMBERED = re.compile(r"(?:(?:phase|step)\s+\d{1,2}(?:\.\d{1,2})?[a-z]?\s*){1,2}[:.)\u2013\u2014-]\s*", re.IGNORECASE)
_LEADING = re.compile(r"\A\s*(?:[-*+]\s+|\d{1,3}[.)]\s+|\#{1,6}\s+)*(?:\[[ xX]\]\s*)?")
_NOTE = re.compile(r"\s*(?:\([^()]*\)|\s[\u2013\u2014-]\s.*|\s#.*)\Z")
_LONGEST = 300
"""Characters of a line that is read as an order. Guess of 2026-11-22: a longer one is prose."""


class StepFrame(NamedTuple):
    """When the commands below have to run."""

    when: str
    """``BEFORE_EDIT``, ``AFTER_EDIT`` or one of ``COMMITS``."""
    level: StepLevel


def find_level(text: str) -> StepLevel:
    """Return the level that the words of a line give what it asks for."""
    return StepLevel.MANDATORY if _STRICT.search(text) else StepLevel.RECOMMENDED


def is_workflow(heading: str) -> bool:
    """Tell whether a heading says that a way of working follows."""
    return bool(_WORKFLOW.search(heading))


def find_heading_frame(heading: str) -> StepFrame | None:
    """Return when the commands below a heading have to run; None where it does not say.

    >>> find_heading_frame("## Before every commit (REQUIRED)")
    StepFrame(when='run git commit', level=<StepLevel.MANDATORY: 'MANDATORY'>)
    >>> find_heading_frame("## What happens before a commit is made")
    """
    text = _TAGS.sub("", strip_lead(heading)).rstrip(" :#")
    text = re.sub(r"\A\d+(?:\.\d+)*[.)]?\s+", "", text)
    when = next((when for words, when in _HEADINGS if words.fullmatch(text)), "")
    return StepFrame(when, find_level(heading)) if when else None


def find_line_frame(line: str) -> StepFrame | None:
    """Return when the commands of the list or code block below a line have to run; None where it does not say."""
    text = _TAGS.sub("", strip_lead(line)).strip()
    when = next((when for words, when in _LINES if words.fullmatch(text)), "") if text.endswith(":") else ""
    return StepFrame(when, find_level(line)) if when else None


def strip_lead(line: str) -> str:
    """Return a line without list marks and emphasis."""
    return re.sub(r"\*{1,3}|(?<!\w)_{1,2}|_{1,2}(?!\w)", "", _LEADING.sub("", line, count=1)).strip()


def parse_numbered(line: str) -> tuple[str, ...] | None:
    """Return the parts of a line numbered as a phase or step, maybe none; None where it is not so numbered.

    >>> parse_numbered("### Phase 2 Step 1: Verify: run `aud blueprint` FIRST (MANDATORY)")
    ('run aud blueprint',)
    >>> parse_numbered("Step 3: think"), parse_numbered("Run `make`")
    ((), None)
    """
    text = strip_lead(line)
    number = _NUMBERED.match(text)
    return _parse_noted(text[number.end() :]) if number else None


def parse_item(line: str) -> tuple[str, ...]:
    """Return the parts of a list item or a line below a frame; empty where it is anything else, or has a condition."""
    return _parse_noted(strip_lead(line))


def _parse_noted(text: str) -> tuple[str, ...]:
    """Return the parts of a text after an optional label and before an optional note."""
    if len(text) > _LONGEST or UNLESS.search(re.sub(r"`[^`]*`", "", text)):
        return ()
    text = _TAGS.sub("", text).strip()
    text = _NOTE.sub("", text).strip()
    if found := parse_part(text):
        return found
    text = _LABEL.sub("", text, count=1)
    pieces = [parse_part(piece) for piece in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", text) if piece]
    return tuple(part for piece in pieces for part in piece) if pieces and all(pieces) else ()


class Chain(NamedTuple):
    """A line that joins pieces by arrows."""

    parts: tuple[str, ...]
    """Empty where a piece could not be read."""
    readable: bool
    """Some piece was a command."""


def parse_chain(line: str) -> Chain | None:
    """Return the pieces of a line joined by arrows; None where it is none.

    >>> parse_chain("Workflow: read => run `aud blueprint` => edit => commit").parts
    ('read', 'run aud blueprint', 'edit', 'run git commit')
    >>> parse_chain("`a()` -> `B` -> c.py").readable
    False
    """
    text = _NOTE.sub("", _TAGS.sub("", strip_lead(line))).strip(" .")
    if len(text) > _LONGEST or not _ARROWS.search(text):
        return None
    pieces = _split_chain(text)
    if len(pieces) < 2:
        return None
    found = [parse_part(piece) for piece in pieces]
    readable = any(part.startswith("run ") for piece in found for part in piece)
    return Chain(tuple(part for piece in found for part in piece) if all(found) else (), readable)


def _split_chain(text: str) -> list[str]:
    """Split a chain at its arrows; within one pair of quotes each piece is a command."""
    if whole := re.fullmatch(r"(?:[A-Za-z][\w /&-]{0,40}:\s+)?`([^`]+)`", text):
        return [f"`{piece.strip()}`" for piece in re.split(r"=>|->|\u2192", whole.group(1))]
    return _ARROW.split(_LABEL.sub("", text, count=1))
