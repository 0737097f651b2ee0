"""Document steps: the steps that a planning document or agent instructions declare, as far as they can be read.

Read are single sentences (see ``step_sentences``), commands below a heading or a line that says when they have to run,
chains, and numbered phases (see ``step_frames``). In a document that nobody named, a chain or a numbered phase counts
only if it holds an edit, a commit, a push or a pull request, or is marked with MANDATORY or RECOMMENDED in the line or
in a heading that speaks of a workflow; numbered phases need such a heading or the mark, as how-to lists look the
same. What is marked, or stands
in such a place, and cannot be read is listed with its line and never guessed at.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from twiceshy.judgement.workflow.step_sentences import (
    AFTER_EDIT,
    BEFORE_EDIT,
    COMMITS,
    LONGEST_LINE,
    StepFrame,
    StepOrder,
    build_after_edit,
    build_before_commit,
    build_before_edit,
    build_steps,
    find_heading_frame,
    find_level,
    find_line_frame,
    is_workflow,
    list_commands,
    parse_chain,
    parse_item,
    parse_line,
    parse_numbered,
    parse_plain,
    parse_sentence,
)
from twiceshy.records.workflow import FilePosition, StepLevel, UncheckableLine, WorkflowStep

_FENCE = re.compile(r"\s*(?:```|~~~)\s*(\w*)")
_SHELLS = {"", "bash", "sh", "shell", "console", "zsh"}
_HEADING = re.compile(r"(#{1,6})\s")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s")
_MARK = re.compile(r"\b(?:MANDATORY|RECOMMENDED)\b")
_ENDS = {"edit", *COMMITS}
_MOST_UNREAD = 50
"""Lines without a meaning that are listed. Guess of 2026-11-21."""
_WHY = "it is none of the sentences that can be read as a step"


class DocumentSteps(NamedTuple):
    """The steps of a document, and its marked lines that could not be read."""

    steps: tuple[WorkflowStep, ...]
    unread: tuple[UncheckableLine, ...]


_LONGEST_LINE = 2_000
"""Characters; a longer line is no sentence, and patterns would take long over it (guess, 2026-11-22)."""


class _Row(NamedTuple):
    number: int
    text: str
    coded: bool = False
    """A line of a code block of shell commands."""


class _Numbered(NamedTuple):
    """A line numbered as a phase or a step."""

    row: _Row
    parts: tuple[str, ...]


def parse_document_steps(text: str, name: str, *, named: bool) -> DocumentSteps:
    """Return the steps that a document declares, and the marked lines that could not be read.

    Args:
        text: Markdown or plain.
        name: what messages call the file.
        named: somebody named this document as one that holds steps; else only capitals mark a sentence.
    """
    found = _Reader(name, named=named)
    for row in _iterate_rows(text):
        found.read(row)
    found.end_group()
    return DocumentSteps(tuple(found.steps), tuple(found.unread))


def _iterate_rows(text: str) -> Iterator[_Row]:
    """Yield the lines outside of quotations, and of code blocks those of shells, with their numbers."""
    fenced, shell = False, False
    for number, line in enumerate(text.splitlines(), 1):
        if fence := _FENCE.match(line):
            fenced = not fenced
            shell = fence.group(1).lower() in _SHELLS
        elif fenced:
            if shell:
                yield _Row(number, line, coded=True)
        elif len(line) <= _LONGEST_LINE and not line.lstrip().startswith(">"):
            yield _Row(number, line)


class _Reader:
    """Reads a document line by line, and remembers below which headings it is."""

    def __init__(self, name: str, *, named: bool) -> None:
        self.name = name
        self.named = named
        self.steps: list[WorkflowStep] = []
        self.unread: list[UncheckableLine] = []
        self.slugs: set[str] = set()
        self.headings: list[tuple[int, str]] = []
        self.frame: StepFrame | None = None
        self.local: StepFrame | None = None
        self.group: list[_Numbered] = []
        self.framed = False
        """The frame of the heading had steps."""

    def read(self, row: _Row) -> None:
        """Read one line."""
        frame = self.local or self.frame
        if row.coded:
            commands = list_commands(row.text) if frame else ()
            self.add(self.build_framed([f"run {one}" for one in commands], frame), row)
            return
        if not row.text.strip():
            return
        if heading := _HEADING.match(row.text):
            self.open_section(len(heading.group(1)), row)
        elif self.local and not _ITEM.match(row.text):
            self.local = None
        if not (self.read_sentence(row) or self.read_order(row) or heading):
            self.read_framed(row)

    def open_section(self, depth: int, row: _Row) -> None:
        """Remember a heading; one numbered as a phase or step does not end the group."""
        if parse_numbered(row.text) is None:
            self.end_group()
        self.headings = [one for one in self.headings if one[0] < depth] + [(depth, row.text)]
        self.frame, self.local, self.framed = find_heading_frame(row.text), None, False

    def read_sentence(self, row: _Row) -> bool:
        """Read a sentence that is a step; tell whether the line is done with."""
        place = self.place_of(row)
        numbered = parse_numbered(row.text) is not None
        marked = parse_line(row.text, named=self.named) if not numbered else None
        found = parse_sentence(marked, place) if marked else [] if numbered else parse_plain(row.text, place)
        self.add(found, row)
        if not found and marked and not parse_chain(row.text) and not self.opens_frame(row):
            self.leave_unread(row)
            return True
        return bool(found)

    def opens_frame(self, row: _Row) -> bool:
        """Tell whether the line or heading says when, or in which order, what is below it has to be done."""
        heading = _HEADING.match(row.text)
        return bool(find_line_frame(row.text) or (heading and (is_workflow(row.text) or find_heading_frame(row.text))))

    def read_order(self, row: _Row) -> bool:
        """Read a chain or a numbered line; tell whether the line is done with."""
        parts = parse_numbered(row.text)
        if parts is not None:
            self.group.append(_Numbered(row, parts))
            return True
        chain = parse_chain(row.text)
        if chain is None:
            return False
        marked = bool(_MARK.search(row.text)) or self.is_marked_place()
        if not (marked or self.named or _ENDS & set(chain.parts) or self.is_place_of_work()):
            return False
        if chain.parts and (marked or self.named or _ENDS & set(chain.parts)):
            self.add(build_steps(StepOrder(chain.parts, self.level_of(row.text))), row)
        elif marked or (chain.readable and not chain.parts):
            self.leave_unread(row)
        return True

    def read_framed(self, row: _Row) -> None:
        """Read a list item below a frame, or a line that opens one."""
        if opened := find_line_frame(row.text):
            self.local = opened
        elif self.framed and row.text.rstrip().endswith((":", ":**")) and not _ITEM.match(row.text):
            self.frame = None  # another subject begins below the same heading
        elif (frame := self.local or self.frame) and _ITEM.match(row.text):
            parts = [part for part in parse_item(row.text) if part != "edit" and part not in COMMITS]
            found = self.build_framed(parts, frame)
            self.add(found, row)
            if not found:
                self.leave_unread(row)

    def end_group(self) -> None:
        """Add the steps of the numbered lines read so far, where they say an order of work."""
        group, self.group = self.group, []
        texts = " ".join(one.row.text for one in group)
        marked = bool(_MARK.search(texts))
        parts = tuple(part for one in group for part in one.parts)
        if not marked and not (self.is_place_of_work() and _ENDS & set(parts)):
            return
        unread = [one.row for one in group if not one.parts and (self.named or _MARK.search(one.row.text))]
        for row in unread:
            self.leave_unread(row)
        for one in group:
            self.add_first(one)
        if len(parts) > 1:
            self.add(build_steps(StepOrder(parts, self.level_of(texts))), group[0].row)

    def add_first(self, one: _Numbered) -> None:
        """Add a numbered line's command as a step of its own where it says that it comes first."""
        if len(one.parts) == 1 and one.parts[0] != "edit" and re.search(r"\bfirst\b", one.row.text, re.IGNORECASE):
            self.add(build_steps(StepOrder((*one.parts, "edit"), self.level_of(one.row.text))), one.row)

    def is_place_of_work(self) -> bool:
        """Tell whether an order that stands here is one of the work, and not of data or of an installation."""
        return self.named or any(is_workflow(text) for _, text in self.headings)

    def is_marked_place(self) -> bool:
        """Tell whether a heading above is marked."""
        return any(is_workflow(text) and _MARK.search(text) for _, text in self.headings)

    def level_of(self, text: str) -> StepLevel:
        """Return the level of a line: its own words', else that of the headings above it."""
        if "RECOMMENDED" in text:
            return StepLevel.RECOMMENDED
        return find_level(" ".join([text, *(heading for _, heading in self.headings)]))

    def build_framed(self, parts: Sequence[str], frame: StepFrame | None) -> list[WorkflowStep]:
        """Return the steps of parts below a frame."""
        if frame is None or not parts:
            return []
        self.framed = True
        if frame.when == BEFORE_EDIT:
            return [build_before_edit(part, frame.level) for part in parts if part != "tests"]
        if frame.when == AFTER_EDIT:
            return [build_after_edit(part, frame.level) for part in parts if part not in {"read", "search"}]
        return build_before_commit(parts, frame.when, frame.level)

    def add(self, found: Iterable[WorkflowStep], row: _Row) -> None:
        """Add steps but those that were declared before; documents repeat themselves."""
        place = self.place_of(row)
        for step in found:
            if not any(_is_same(step, known) for known in self.steps):
                self.steps.append(_make_unique(replace(step, declared=place), self.slugs))

    def leave_unread(self, row: _Row) -> None:
        """List a line that cannot be read."""
        if len(self.unread) < _MOST_UNREAD:
            self.unread.append(
                UncheckableLine(place=self.place_of(row), text=row.text.strip()[:LONGEST_LINE], why=_WHY)
            )

    def place_of(self, row: _Row) -> FilePosition:
        """Return where the line stands."""
        return FilePosition(file=self.name, line=row.number)


def _is_same(step: WorkflowStep, other: WorkflowStep) -> bool:
    """Tell whether both ask for the same, whatever they are called; the first time counts."""
    return replace(step, slug=other.slug, level=other.level, declared=other.declared) == other


def _make_unique(step: WorkflowStep, slugs: set[str]) -> WorkflowStep:
    """Return the step, its slug numbered where it was already used."""
    slug, number = step.slug, 1
    while slug in slugs:
        number += 1
        slug = f"{step.slug}-{number}"
    slugs.add(slug)
    return replace(step, slug=slug)
