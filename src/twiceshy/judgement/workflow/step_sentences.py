"""Step sentences: single lines of a document that say a step, as far as a small grammar reads them.

A line says a step when it is marked: with ``MANDATORY`` or ``RECOMMENDED`` in capitals, anywhere in it; or, where the
document was named on purpose, when it begins with must, always, never, do not, only (mandatory) or should, prefer
(recommended) and speaks of an order (before, after, first, without,
outside, until, unless, only). The rest of the line must be one
of these sentences, in any case; commands and globs stand in back quotes, several are joined by commas, ``or``, ``and``:

====================================================================  =========================
run (use, call) `COMMAND` first | before editing                        must-run-before-edit
read files before editing | never edit without reading                  read-before-edit
search before editing | before adding (creating) files                  search-before-edit
read (check) related files before editing                               related-files-before-edit
check (read) related files via `COMMAND` [before editing]               must-run-before-edit
run tests | run `COMMAND` after editing                                 tests-after-edit
complete all batch reads before editing                                 complete-batch-reads
never edit outside `GLOB` | only edit `GLOB`                            no-edit-outside
run tests | run `COMMAND` before committing                             sequence
====================================================================  =========================

"before editing" may be "before any changes", "before writing code", "before modifying `src/**`" and the like; globs
behind it limit the step to these files. A line that is not marked counts where it names a command in back quotes and
is one of these sentences as a whole: "Run `make lint` before committing". What else is marked is not guessed at.
"""

import re
from dataclasses import replace
from typing import NamedTuple

from twiceshy.judgement.workflow.step_parts import COMMITS, UNLESS, list_commands
from twiceshy.records.workflow import FilePosition, StepKind, StepLevel, StepScope, WorkflowStep

_CAPITALS = re.compile(r"\b(MANDATORY|RECOMMENDED)\b")
_STRICT = re.compile(
    r"(?:(?:you|agents?)\s+)?(?:must\s+always|must|always|never|do\s+not|don'?t|only)\b", re.IGNORECASE
)
_LENIENT = re.compile(r"(?:(?:you|agents?)\s+)?(?:should(?:\s+always)?|prefer(?:ably)?)\b", re.IGNORECASE)
_ORDER = re.compile(r"\b(?:before|after|first|without|outside|until|unless|only)\b", re.IGNORECASE)
_LEADING = re.compile(r"\A[\s>]*(?:[-*+]|\d{1,3}[.)]|\#{1,6})?\s*(?:\[[ xX]\])?\s*")
_QUOTED = re.compile(r"`([^`]{1,200})`")
LONGEST_LINE = 400
"""Characters of a line that is read as a step. Guess of 2026-11-21: a longer one is a paragraph."""

_MORE = r"(?:\s*(?:,|or|and|/)\s*Q)*"
_WHAT = rf"(?P<what>Q{_MORE})"
_SCOPE = rf"(?P<scope>(?:\s*(?:in|of|to|below|under)?\s*Q{_MORE})?)"
_NOUNS = (
    r"edit|modif|chang|implement|code|file|to|of|in|any|the|each|every|a|it|them|or|existing|is|are|made|making|first"
)
_EDITING = (
    r"(?:(?:you\s+)?(?:edit|modif|chang|implement|cod|writ|touch)\w*|(?:any|all|each|every|making|the|first|code)\b)"
    rf"(?:\s+(?:{_NOUNS})[a-z]*)*"
)
_BEFORE = rf"(?:first|before\s+{_EDITING}){_SCOPE}"
_RUN = r"(?:run|use|call|execute)"
_CHANGE = r"(?:edit|change|modify|touch)"
_FILES = r"(?:(?:a|the|each|every|all|any|existing|target|whole)\s+)*(?:files?|it|them|code)"
_TESTS = rf"run\s+(?:(?:the\s+|all\s+)*tests|{_WHAT})"
_SEARCH = r"search(?:\s+(?:for|the|existing|code|codebase))*"
_NEW = r"(?P<new>(?:add|creat)ing(?:\s+(?:a|any|new|files?|code))*)"
_LOOK_AT = r"(?:read|check|look at)\s+(?:the\s+|all\s+)*related\s+files"
_WITHOUT = r"without\s+(?:first\s+)?reading(?:\s+(?:it|them))?(?:\s+first)?"
_BATCH = r"complete\s+(?:all\s+|the\s+)*batch\s+reads"
_COMMIT = (
    r"before\s+(?:(?:you|each|every|any|a|the)\s+)?(?P<last>commit|push|(?:(?:open|creat|submitt)ing\s+)?"
    r"(?:(?:an?|the|every|each)\s+)?(?:PR\b|pull\s+request))(?:ting|ing|s)?(?:\s+(?:anything|changes))?"
)
_SENTENCES = tuple(
    (kind, re.compile(text, re.IGNORECASE))
    for kind, text in (
        (StepKind.MUST_RUN_BEFORE_EDIT, rf"{_RUN}\s+{_WHAT}\s+{_BEFORE}"),
        (StepKind.MUST_RUN_BEFORE_EDIT, rf"{_LOOK_AT}\s+(?:via|with|using)\s+{_WHAT}(?:\s+{_BEFORE})?"),
        (StepKind.RELATED_FILES_BEFORE_EDIT, rf"{_LOOK_AT}\s+{_BEFORE}"),
        (StepKind.READ_BEFORE_EDIT, rf"read\s+{_FILES}\s+{_BEFORE}"),
        (StepKind.READ_BEFORE_EDIT, rf"edit\s+{_FILES}\s+{_WITHOUT}"),
        (StepKind.SEARCH_BEFORE_EDIT, rf"{_SEARCH}\s+before\s+{_NEW}"),
        (StepKind.SEARCH_BEFORE_EDIT, rf"{_SEARCH}\s+{_BEFORE}"),
        (StepKind.TESTS_AFTER_EDIT, rf"{_TESTS}\s+after\s+{_EDITING}{_SCOPE}"),
        (StepKind.COMPLETE_BATCH_READS, rf"{_BATCH}(?:\s+before\s+(?:proceeding|{_EDITING}))?"),
        (StepKind.NO_EDIT_OUTSIDE, rf"{_CHANGE}(?:\s+(?:{_FILES}|anything))?\s+outside(?:\s+of)?\s+{_WHAT}"),
        (StepKind.SEQUENCE, rf"{_TESTS}\s+{_COMMIT}"),
    )
)
_ONLY = re.compile(rf"{_CHANGE}(?:\s+{_FILES})?(?:\s+(?:in|below|under))?\s+{_WHAT}", re.IGNORECASE)
_NOTE = re.compile(r"(.*?)((?:\s*(?:\(|[.;]\s|\s[\u2013\u2014-]\s).*)?)")
"""A sentence, and what follows it in the line."""
_RUNNING = {StepKind.MUST_RUN_BEFORE_EDIT, StepKind.TESTS_AFTER_EDIT, StepKind.SEQUENCE}
_SLUGS = {StepKind.SEQUENCE: "before-commit"}


class MarkedLine(NamedTuple):
    """A line as a sentence, and what its mark and first words say of it."""

    level: StepLevel
    text: str
    """The sentence: without list marks, the mark itself and emphasis; each quoted text is a ``Q``."""
    quoted: tuple[str, ...]
    negative: bool
    only: bool


def parse_line(line: str, *, named: bool) -> MarkedLine | None:
    """Return the line as a marked sentence; None where it is not marked."""
    capital = _CAPITALS.search(line)
    if not capital and not (named and _ORDER.search(line)):
        return None
    if len(line) > LONGEST_LINE:
        return MarkedLine(StepLevel.MANDATORY, "", (), negative=False, only=False) if capital else None
    quoted = tuple(found.strip() for found in _QUOTED.findall(line))
    text = strip_marks(line)
    strict, lenient = _STRICT.match(text), _LENIENT.match(text)
    if not capital and not strict and not lenient:
        return None
    level = StepLevel.MANDATORY if strict else StepLevel.RECOMMENDED
    level = StepLevel(capital.group(1)) if capital else level
    found = strict or lenient
    word = found.group().lower() if found else ""
    rest = text[len(word) :].strip(" ,:") if word else text
    return MarkedLine(
        level, rest, quoted, negative=bool(re.search(r"never|not|don'?t$", word)), only=word.endswith("only")
    )


def strip_marks(line: str) -> str:
    """Return the sentence of a line: each quoted text is a ``Q``."""
    # a capital Q of the line's own must not be taken for a quoted text
    text = _QUOTED.sub(" \x00 ", _LEADING.sub("", line, count=1))
    text = re.sub(r"\bQ\b", "q.", text, flags=re.IGNORECASE).replace("\x00", "Q")
    text = re.sub(r"\((?:\s|\*|_)*(?:MANDATORY|RECOMMENDED)(?:\s|\*|_)*\)|\[(?:MANDATORY|RECOMMENDED)\]", " ", text)
    text = _CAPITALS.sub(" ", re.sub(r"[*_]{1,3}", "", text))
    text = " ".join(re.sub(r"^[\s:;,.\u2013\u2014-]+|[\s:;,.!?\u2013\u2014-]+$", "", text).split())
    return re.sub(r"^did (?:the )?agent\s+", "", text, flags=re.IGNORECASE)


def parse_plain(line: str, place: FilePosition) -> list[WorkflowStep]:
    """Return the steps of an unmarked line that names commands and is a sentence of the grammar as a whole."""
    quoted = tuple(found.strip() for found in _QUOTED.findall(line))
    if len(line) > LONGEST_LINE or line.rstrip(" *").endswith(":") or not all(map(list_commands, quoted)):
        return []
    text, note = _NOTE.fullmatch(strip_marks(line)).groups()  # type: ignore[union-attr]  # all of it may be empty
    if UNLESS.search(note):
        return []
    strict = _STRICT.match(text)
    if strict and re.search(r"never|not|don'?t|only", strict.group(), re.IGNORECASE):
        return []
    level = StepLevel.MANDATORY if strict else StepLevel.RECOMMENDED
    rest = text[strict.end() :].strip(" ,:") if strict else text
    found = parse_sentence(MarkedLine(level, rest, quoted, negative=False, only=False), place)
    return [step for step in found if step.kind in _RUNNING]


def parse_sentence(line: MarkedLine, place: FilePosition) -> list[WorkflowStep]:
    """Return the steps that the sentence says: one, but for several commands before a commit."""
    if line.only:
        found = _ONLY.fullmatch(line.text)
        return [_build_step(StepKind.NO_EDIT_OUTSIDE, line, found, place)] if found else []
    for kind, sentence in _SENTENCES:
        found = sentence.fullmatch(line.text)
        if found is None:
            continue
        forbids = kind is StepKind.NO_EDIT_OUTSIDE or "without" in found.group()
        if forbids == (line.negative or line.text.lower().startswith("never")):
            return _split_joined(_build_step(kind, line, found, place), found)
    return []


def _split_joined(step: WorkflowStep, found: re.Match[str]) -> list[WorkflowStep]:
    """Return a step for each of the commands before a commit: joined by "and" they are in no order.

    Of commands joined by "or" one would do, which a sequence cannot say.
    """
    if step.kind is not StepKind.SEQUENCE:
        return [step]
    if re.search(r"\bor\b|/", found.groupdict().get("what") or "", re.IGNORECASE):
        return []
    *parts, last = step.order
    return [replace(step, order=(part, last)) for part in parts]


def _build_step(kind: StepKind, line: MarkedLine, found: re.Match[str], place: FilePosition) -> WorkflowStep:
    groups = found.groupdict()
    count = (groups.get("what") or "").count("Q")
    what, scope = line.quoted[:count], line.quoted[count:]
    commands = what if kind in {StepKind.MUST_RUN_BEFORE_EDIT, StepKind.TESTS_AFTER_EDIT} else ()
    order: tuple[str, ...] = ()
    if kind is StepKind.SEQUENCE:
        order = (*_list_runs(what), _find_last(groups["last"]))
    slug = re.sub(r"[^a-z0-9]+", "-", what[0].lower()).strip("-")[:40] if commands else ""
    ending = "-after-edit" if kind is StepKind.TESTS_AFTER_EDIT else "-before-edit"
    return WorkflowStep(
        slug=slug + ending if slug else _SLUGS.get(kind, kind.value),
        kind=kind,
        level=line.level,
        each=StepScope.TIME if kind is StepKind.SEQUENCE else StepScope.SESSION,
        commands=commands,
        paths=what if kind is StepKind.NO_EDIT_OUTSIDE else scope,
        files="new" if groups.get("new") else "all",
        order=order,
        declared=place,
    )


def _list_runs(quoted: tuple[str, ...]) -> list[str]:
    """Return the quoted commands as parts of a sequence; tests where none is named."""
    return [f"run {command}" for text in quoted for command in list_commands(text) or (text,)] or ["tests"]


def _find_last(text: str) -> str:
    """Return the part that ends the work, from its first word."""
    word = text.lower()
    return COMMITS[0] if word.startswith("commit") else COMMITS[1] if word.startswith("push") else COMMITS[2]
