"""Suggestions: remedies where they would go, what was applied, and whether the mistake came back."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from twiceshy.records.insights import RemedyKind, SettingChange
from twiceshy.records.upkeep import Refusal, SettingsChange


class InstructionText(NamedTuple):
    """A file of instructions that an agent reads."""

    name: str
    """Relative to the project, or its whole path."""
    text: str


class FileWords(NamedTuple):
    """A line of such a file."""

    file: str
    line: int
    """From 1."""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A line that is not proposed, as a file of the project says the opposite."""

    id: str
    text: str
    evidence: str
    project: str
    says: FileWords


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyProposal:
    """One remedy of an insight or one project fact, before its place is known."""

    id: str
    """Of the insight or fact; a second remedy of one insight has ``.2`` behind it."""
    kind: RemedyKind
    text: str
    evidence: str
    """Counts in words."""
    project: str
    """Its name; empty where it holds everywhere."""
    project_identity: str
    cases: frozenset[bytes] = frozenset()
    """Sessions in which the mistake was made."""
    setting: SettingChange | None = None
    package: str = ""
    command: str = ""
    """Of a fact on how something is called: the command, without quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One line or setting to apply."""

    number: int
    """In the list that was shown; from 1."""
    id: str
    kind: RemedyKind
    text: str
    """Of a text the line itself; else a sentence that says why."""
    evidence: str
    tokens: int
    """What the line costs each session: a quarter of its characters (guess); 0 for what no agent reads."""
    setting: SettingChange | None = None
    package: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionPlace:
    """One file, or no file, and what would go into it."""

    title: str
    path: Path | None
    """None where nothing can be written: it is for a person to do."""
    project: str
    project_identity: str
    tracked: bool
    """Git tracks the file: others get what stands in it."""
    own: Path | None
    """The user's own file that the agent reads too, offered in the place of a tracked one."""
    suggestions: list[Suggestion]
    tokens: int
    """Of all of its lines."""


class Comeback(StrEnum):
    """Whether a mistake came back after its remedy was applied."""

    TOO_EARLY = "too-early"
    """The interval of the difference holds 0, or there are too few sessions."""
    FEWER = "fewer"
    MORE = "more"
    NOT_COUNTED = "not-counted"
    """It is a fact, or the insight is not told any more: nothing can be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedRemedy:
    """One line or setting that was written into a file, with all that taking it out again needs."""

    id: str
    path: Path
    kind: RemedyKind
    project: str
    project_identity: str
    text: str
    """As it stands in the file; of a setting its key and value."""
    applied_at: datetime | None
    """None: it was about to be written, and nobody knows whether it was."""
    gap: str
    """White space that was put before the block."""
    created: bool
    """There was no such file before."""
    folder_created: bool = False
    """Nor its folder."""
    insertions: tuple[tuple[int, str], ...] = ()
    """Of a setting: offset in the text before, and what was put there."""
    made: tuple[str, ...] = ()
    """Of a setting: keys that came with it."""
    digest: str = ""
    """Of a settings file with our setting in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyEffect:
    """How often a mistake was made before its remedy was applied, and since."""

    id: str
    text: str
    path: Path
    project: str
    applied_at: datetime
    verdict: Comeback
    before: int
    """Sessions with the mistake."""
    before_sessions: int
    after: int
    after_sessions: int
    difference: float
    """Of the shares, after less before; not finite where nothing can be compared."""
    low: float
    """Of its 95 % interval."""
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionList:
    """What would help in a scope, by where it goes, and what was applied before."""

    places: list[SuggestionPlace]
    effects: list[RemedyEffect]
    known: int
    """Left out: the files say it already."""
    refused: int
    """Left out: the words are none that may be written."""
    more: int
    """Left out: a project gets at most twelve lines."""
    conflicts: list[Conflict] = field(default_factory=list)
    """Left out: a file of the project says the opposite."""
    elsewhere: list[str] = field(default_factory=list)
    """Other projects with suggestions, where the list is of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyChange:
    """One file with remedies put in or taken out, and what is to be remembered of it."""

    change: SettingsChange
    rows: list[AppliedRemedy]
    kept: list[str] = field(default_factory=list)
    """Of an undoing: lines that are their owner's by now and stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyPlan:
    """What applying or undoing will do."""

    changes: list[RemedyChange]
    refusals: list[Refusal]
