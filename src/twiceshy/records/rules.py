"""Rules of the gate, and the answer to a call that is checked against them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from twiceshy.base.values import Quoted, Scrubbed


class RuleKind(StrEnum):
    """What a rule is about. Effects are pooled, and precision is measured, by kind."""

    FILE_UNREAD = "file-unread"
    """This file is edited unread, and past edits of it say what that led to."""
    UNREAD_EDIT = "unread-edit"
    """Any file is edited unread, by an agent that does not refuse that itself."""
    RETRY_EDIT = "retry-edit"
    """A file is edited again after a failed edit, without reading it in between."""
    RERUN = "rerun"
    """A command is run again after it failed, with nothing done in between."""
    COMMAND = "command"
    """This command, in this folder, usually fails."""
    HEAD = "head"
    """Commands that begin with these two words usually fail with the same error, in any folder."""
    HEAD_HERE = "head-here"
    """A program with its subcommand usually fails in this project."""
    PROGRAM_HERE = "program-here"
    """A program usually fails in this project, whatever is asked of it."""
    OPTION = "option"
    """A program with its subcommand usually fails in this project when it is given this option."""
    NAMED = "named"
    """A program or tool in this project says of a name in its own input that there is no such thing."""
    WRITTEN_NAME = "written-name"
    """What is written in this project with this name in it usually fails soon after, with an error about the name."""
    FILE_KIND = "file-kind"
    """Edits of files with this ending in this project usually go wrong."""
    PATH = "path"
    """Reading this path usually fails."""
    LESSON = "lesson"
    """A lesson's own trigger."""
    PATTERN = "pattern"
    """The proposed edit brings in a fault that a pattern finds."""
    WORKFLOW = "workflow"
    """A step of the project's workflow is skipped."""
    LIMIT = "limit"
    """The command usually needs longer than it is given."""
    FIX = "fix"
    """What helped after the same failure before."""
    BRIEF = "brief"
    """Said at a session's start or a prompt; no call belongs to it."""
    TOLD = "told"
    """One lesson of a brief; its id stands for the rule's, and no call belongs to it."""


class Level(StrEnum):
    """How loud a rule is."""

    SILENT = "silent"  # counted, never said
    ALLOW = "allow"  # never said: what it is about mostly works, so rules of wider classes keep quiet
    INFORM = "inform"  # facts without a claim that the call is wrong; not part of the budget of warnings
    WARN = "warn"
    BLOCK = "block"


class Fate(StrEnum):
    """What became of a call that a rule matched."""

    FAILED = "failed"
    CORRECTED = "corrected"
    TAKEN_BACK = "taken-back"
    FINE = "fine"
    NOT_MADE = "not-made"


WRONG_FATES = frozenset({Fate.FAILED, Fate.CORRECTED, Fate.TAKEN_BACK})
"""Fates that make a warning right: the call failed, or its edit was corrected or rolled back later."""


class Trial(NamedTuple):
    """One call that a rule of this kind and key would have matched, were there one, and what became of it."""

    kind: RuleKind
    key: bytes
    """By which the gate finds the rule, see ``commands.keys.gate_keys``."""
    call: bytes
    """``ToolCall.call``."""
    fate: Fate
    applies: bool = True
    """False: a like call that the rule would not have matched, to compare with."""
    error: bytes = b""
    """Fingerprint of what failed."""
    answered: bool = False
    """It failed since that is its answer, as with red tests: no fault of the call."""


class TrialTally(NamedTuple):
    """Counts over the trials of one session that have the same kind, key and ``applies``."""

    kind: RuleKind
    key: bytes
    applies: bool
    n: int
    wrong: int
    first_wrong: bool
    """Whether the first one went wrong: a rule speaks at the first one only."""
    first: bytes
    """That first one."""
    call: bytes
    """The last one that went wrong, else the last one."""
    errors: Mapping[bytes, int]
    """How often each fingerprint failed; the most frequent few."""
    at: int = 0
    """Place of the first one among the session's calls."""
    failed: int = 0
    """Those that failed, with those whose failure was an answer."""
    first_failed: bool = False
    """The same of the first one."""
    minutes: float = 0.0
    """Of the agent's time until the first one worked or was given up; 0 where it went well."""


class FixKind(StrEnum):
    """What a fix of a failed call does."""

    STEP = "step"
    """Something else first, then the same call."""
    EDIT = "edit"
    """An edit of a file of settings first, then the same call."""
    FORM = "form"
    """Another command in its place."""
    WITHOUT = "without"
    """The same call without some of its words."""
    WITH = "with"
    """The same call with more words."""
    IN_PLACE = "in-place"
    """The same call with some words in place of others."""


class ProvenFix(NamedTuple):
    """What got over one failure: it worked in several sessions, and more often than going on without it."""

    project: str
    """Its identity; empty: it worked in two projects."""
    fingerprint: bytes
    """Of the failure, and of no other."""
    head: str
    """Of the command that failed, at most two words."""
    kind: FixKind
    told: Quoted
    """The command, words or file that got over it; a name in capitals stands for another one each time."""
    replaced: Quoted
    """The words in whose place it stood; empty of other kinds."""
    tried: int
    worked: int
    without_tried: int
    """Times that the agent went on without it, and without an edit."""
    without_worked: int
    """Of these, times that the same call worked soon all the same."""
    sessions: int
    """In which it worked."""
    failed_call: bytes
    """The newest one that it got over."""
    fix_call: bytes
    failed_calls: tuple[bytes, ...]
    """All with this failure, oldest first."""
    pattern: str
    """What the failed command's line has, as an expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSummary:
    """How the calls of one kind and key went, over all sessions that are looked at."""

    n: int = 0
    wrong: int = 0
    sessions: int = 0
    wrong_sessions: int = 0
    """Sessions with at least one that went wrong."""
    others: int = 0
    """Like calls that the rule does not match."""
    others_wrong: int = 0
    same_error: int = 0
    """Failures with the most frequent fingerprint."""
    failed: int = 0
    """Those that failed, with those whose failure was an answer."""
    failed_sessions: int = 0
    wrong_projects: int = 0
    """Projects with at least one that went wrong."""
    quiet: int = 0
    """Newest sessions in a row in which none went wrong."""
    call: bytes = b""
    """The newest one that went wrong, to quote from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule as the gate knows it."""

    id: bytes
    """8 bytes."""
    kind: RuleKind
    key: bytes
    """9 bytes: a letter for what is hashed, and the hash."""
    condition: str
    """What must be true of the session besides; empty: nothing. See ``doors.gate.decide``."""
    level: Level
    confidence: float
    words: Scrubbed
    """One to three lines, without id and way to mute."""
    tried: TrialSummary
    lesson: bytes | None = None
    project: str = ""
    pattern: str = ""
    """Linear-time expression that the command or the edit's text must have besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One time that a rule was shown, or withheld as part of the holdout: a row of the table ``advice``."""

    uid: bytes
    rule: bytes
    session: bytes
    agent: str
    event: str
    level: Level
    shown: bool
    at: datetime
    call: bytes | None = None
    agent_run: bytes | None = None
    category: str = ""
    overridden: bool = False
    by_person: bool = False
    """Of an override: it was asked for in a prompt, and not in the call."""
    placebo: bool = False
    """Something neutral was said in its place."""
    held_chance: float | None = None
    """Probability that it was withheld, as it was drawn; None where there was no draw, or it was not noted."""
    placebo_chance: float | None = None
    """Likewise that a placebo was said; what is left is that it was shown."""
    outcome: Fate | None = None
    again: bool | None = None
    """A later call of the session for the same thing failed; None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How right one kind of rule was in replay: rules of earlier sessions, held against later ones."""

    kind: RuleKind
    warnings: int
    right: int
    """Of these, calls that failed, or whose edit was corrected or rolled back."""
    blocks: int = 0
    false_blocks: int = 0

    @property
    def precision(self) -> float | None:
        """The share of warnings that were right; None where it never spoke."""
        return self.right / self.warnings if self.warnings else None


class SaidWarning(NamedTuple):
    """One warning that would have been said."""

    at: datetime | None
    project: str
    kind: RuleKind
    key: bytes
    call: bytes
    """Before which it would have been said."""
    right: bool
    failed: bool
    """The call failed, were it only with red tests."""
    minutes: float = 0.0
    """That the call cost, where it went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayArm:
    """What another way to warn would have said in the same sessions."""

    name: str
    warnings: int
    right: int
    failed: int
    """Of the warnings, those before a call that failed, were it only with red tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """What warnings would have done in the stored sessions, each with rules of earlier sessions only."""

    sessions: int
    calls: int
    kinds: tuple[Precision, ...]
    """All kinds that would have spoken without regard to budget and activation."""
    warnings: int
    """Within the budget, of kinds that were active by their record up to then."""
    right: int
    since: datetime | None = None
    """When the last month of the stored sessions began."""
    month_warnings: int = 0
    month_right: int = 0
    month_calls: int = 0
    matched: int = 0
    """Calls that a rule with enough evidence matched, of the kinds that can refuse a call; each once a rule."""
    looked_at: int = 0
    """Calls for which a rule of such a kind was looked up, whether there was one or not."""
    blocks: int = 0
    false_blocks: int = 0
    said: tuple[SaidWarning, ...] = ()
    """Each warning, in order of time."""
    held: int = 0
    """Warnings that the holdout would have kept back."""
    wrong: int = 0
    """Calls that went wrong, of those that a rule of any kind could be about."""
    arms: tuple[ReplayArm, ...] = ()
    """Other ways to warn, the plain baseline first."""
    false_block_bound: float | None = None
    """Upper end of the 95 % interval of false blocks per matched call; None where nothing was matched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAdvice:
    """One piece of advice on a call that is not made yet: it speaks against the call, or helps with it."""

    id: str
    """``w-…`` (a rule) or ``l-…`` (a lesson)."""
    level: str
    """``inform``, ``warn`` or ``block``: what the gate would do at the call."""
    confidence: float
    words: str
    """Facts with their counts."""
    holds_if: str = ""
    """What must be true of the session besides, in words; empty: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCheck:
    """The answer to a call."""

    advice: str
    """The loudest of ``known``'s levels whose condition is met, else ``allow``."""
    known: tuple[CallAdvice, ...] = ()
    looked_at: int = 0
    """Rules and lessons about such calls."""


class CallFacts(NamedTuple):
    """One call, to quote from."""

    session: bytes
    project: str
    path: str
    command: str
    message: str
    at: datetime | None
    identity: str = ""
    """The project's."""
    fingerprint: bytes = b""
    """Of a failure."""


class SessionCall(NamedTuple):
    """A call in the order of its session, or a prompt between calls (``uid`` is None)."""

    uid: bytes | None
    run: bytes | None
    tool: str
    action: str
    command: str
    masked: bool
    failure: str | None
    error: bytes
    given: str
    """The whole input as JSON, of wanted tools only."""


class TimedRun(NamedTuple):
    """One run of a command and how long it took."""

    call: bytes
    agent: str
    folder: str
    command: str
    seconds: float
    failed: bool
    session: bytes
    cut: bool = False
    """It was ended before its time, as far as that is known."""
