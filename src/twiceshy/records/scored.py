"""Scored work: edits of recorded sessions and changes of a work tree, each with its score."""

from dataclasses import dataclass
from datetime import datetime

from twiceshy.records.predictions import Partner
from twiceshy.records.scores import Finding, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredEdit:
    """One file changed by one call of an agent."""

    call: bytes
    path: str
    path_key: bytes
    """8 salted bytes; equal for the same absolute path in every session."""
    task: int
    """Number of the task in its session, from 0."""
    lines: int
    """Put in and taken out."""
    score: Score
    bad: bool | None = None
    """Corrected, taken back or fixed later; None where nobody can tell."""
    known_at: float = 0.0
    """When that was known, seconds since the epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredSession:
    """A session's edits."""

    session: bytes
    id: str
    """Short, for display."""
    project: str
    at: datetime | None
    value: float | None
    """Mean over the edits that have a score; None where none has."""
    worst: float | None
    edits: tuple[ScoredEdit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFinding:
    """What another scanner's report says of a file; it has no part in the score."""

    path: str
    finding: Finding
    source: str
    """The scanner's own name."""
    report: str
    """The file that it was read from, redacted."""
    written: datetime
    stale: bool
    """The file is not known to be as the scanner saw it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherScanners:
    """What was ingested of other scanners' reports."""

    reports: int = 0
    findings: int = 0
    tools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreMeaning:
    """How past edits with a score of at least ``least`` turned out, where that is known."""

    least: float
    """Scores from here on."""
    edits: int
    bad: int
    """Of these, corrected, taken back or mended later."""
    of: int
    """All past edits of which that is known."""
    of_bad: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A change of a work tree: what is to be committed, a patch, or files as they are."""

    files: tuple[str, ...]
    """Those that were looked at."""
    score: Score
    unread: tuple[str, ...] = ()
    """``path: reason``."""
    reported: tuple[ReportedFinding, ...] = ()
    """By other scanners, of files that are judged as they are."""
    left_out: tuple[Partner, ...] = ()
    """Files that mostly change with these and did not: a hint, and no part of the score."""
    meant: ScoreMeaning | None = None
    """What scores of ``MEANT`` or more have meant; None where no past is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOverview:
    """What was scored, and what is worth a look."""

    sessions: int
    """That have edits and were scored."""
    edits: int
    """With a score."""
    unscored: int
    """Edits without: no scanner knows their language, or only a fragment is known."""
    left: int
    """Sessions yet to score."""
    findings: int
    """Introduced, over all."""
    unknown: tuple[tuple[str, int], ...]
    """``scanner: reason`` and how many edits; languages without scanner are left out."""
    riskiest: tuple[ScoredSession, ...]
    """With their riskiest edits only."""
    weights: str = ""
    """How the weights of the parts came about."""
    meant: ScoreMeaning | None = None
