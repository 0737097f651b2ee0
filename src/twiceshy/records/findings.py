"""What scanners, test runners and linters found, and the score that is made of it."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Literal, NamedTuple

from twiceshy.base.values import Scrubbed
from twiceshy.base.values import Severity as Severity  # noqa: PLC0414  # read from here too


class Layer(StrEnum):
    """Which analysis found it. Each has its own part in ``Score``."""

    TAINT = "taint"
    PATTERN = "pattern"
    REFACTOR = "refactor"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """A text to be judged: a whole file at one time. It lives in memory only."""

    path: str
    """With ``/``, relative to the project where it lies below."""
    text: str
    """Scrubbed where it comes from the store, raw where it comes from a work tree."""
    partial: bool = False
    """A fragment: what parses whole files says nothing about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault in one text."""

    rule: str
    """``taint/sql-injection``, ``pattern/shell-true``, ``ruff/S608``, ``refactor/missed-user`` ..."""
    layer: Layer
    severity: Severity
    confidence: float
    """0 to 1: share of this rule's findings that were right on labelled code; a guess says so in the rule."""
    path: str
    line: int
    """From 1."""
    message: Scrubbed
    """One sentence: what is wrong and what to do."""
    cwe: int | None = None
    function: str = ""
    """The enclosing function or class, dotted; empty at the top level."""
    fingerprint: bytes = b""
    """8 bytes of rule, function and normalised tokens of source and sink: no line numbers, no path."""
    tokens: bytes = b""
    """The same without the function, so that code that moved to another one is known again."""
    fix: Scrubbed | None = None
    """What to write instead, where the rule knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a scanner says about one text."""

    findings: tuple[Finding, ...] = ()
    unknown: str = ""
    """Why it says nothing: ``missing``, ``failed``, ``timeout``, ``unparsed``, ``too-large``, ``partial``,
    ``language``; empty where it looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDelta:
    """What an edit, or several that belong together, did to the findings of its files."""

    introduced: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    preserved: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()
    """``part: reason``, once each: the words are in ``score.score_summary``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Risk of one change, 0 (nothing found) to 1. A part that nothing could be said about is None."""

    value: float | None
    """None where nobody could look at the change."""
    taint: float | None = None
    pattern: float | None = None
    refactor: float | None = None
    history: float | None = None
    """How often the file's earlier changes turned out bad; it counts as far as that is above the usual."""
    introduced: FindingDelta = field(default_factory=FindingDelta)
    version: str = ""
    """Of rules and of this reckoning: the same input and version give the same score."""


CheckKind = Literal["test", "build", "lint", "types"]
VerdictBasis = Literal["summary", "lines", "status", "script", "absent", "ended"]
"""What a verdict stands on. The last three say how a run went, and little of the code: a script of the agent's own,
a program that is not there, an end from outside or a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskScan:
    """What was found in the files of one task, as it met and as it left them."""

    findings: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()
    """``path: reason``, of files that could not be read; ``*: too-many`` where only a part was followed."""


class ScanRequest(NamedTuple):
    """A text as one scanner sees it: its name decides the language, and whether it is a test."""

    scanner: str
    path: str
    body: bytes
    partial: bool

    def key(self) -> bytes:
        """Return 16 bytes that identify the request."""
        parts = (self.scanner.encode(), self.path.encode("utf-8", "replace"), self.body, b"p" * self.partial)
        return blake2b(b"\0".join(parts), digest_size=16).digest()


class StoredEdit(NamedTuple):
    """One file changed by one successful call."""

    session: bytes
    uid: bytes
    call: bytes
    path: Scrubbed
    path_key: bytes
    before: bytes | None
    """Body; None where it is not known."""
    after: bytes | None
    partial: bool
    """Only fragments are known."""
    created: bool
    deleted: bool
    lines: int
    """Put in and taken out."""
    at: float | None
    """Seconds since the epoch."""
    rank: int = 0
    """Its place in the session."""


class ScannedEdit(NamedTuple):
    """One edit with what it did to the findings of its file."""

    call: bytes
    path: str
    path_key: bytes
    lines: int
    task: int
    at: float | None
    bad: bool | None
    known_at: float
    layers: frozenset[Layer]
    """Those that looked at the text before and at the text after."""
    change: FindingDelta


class EditWithScore(NamedTuple):
    """An edit and its score."""

    edit: ScannedEdit
    score: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One failed test, error or finding, as far as its tool says.

    Texts are the output's own: foreign, and redacted only if the output was.
    """

    message: str = ""
    """Its first line, at most 240 characters."""
    file: str | None = None
    line: int | None = None
    test: str | None = None
    """Id or name of the failed test, as the tool writes it."""
    code: str | None = None
    """``TS2304``, ``F401``, ``E0425``, ``no-unused-vars``, ``ENOENT``."""
    error_type: str | None = None
    """Class of the exception: ``AssertionError``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one tool said at the end of its run, or of all its runs in one command.

    Counts are None where the tool did not tell them. ``green`` is the tool's own judgement: warnings alone are green.
    """

    tool: str
    kind: CheckKind
    green: bool
    passed: int | None = None
    failed: int | None = None
    errors: int | None = None
    skipped: int | None = None
    by: VerdictBasis = "summary"
    """``summary``: the tool's own last word; ``lines``: only lines that it prints on failure, or a complete silence
    that means success; ``status``: only the exit status."""
    confidence: float = 1.0
    """Chance that it is right, 0 to 1, see ``commands.testlog.output_verdicts``."""
    problems: tuple[Problem, ...] = ()
    """The first ones, in the order of the output; at most ``commands.testlog.output_parser.MOST_PROBLEMS``."""
