"""Answers that a surface draws: sessions, errors, files, search hits, scores and demo scenes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Finding, Score
from twiceshy.records.predictions import Partner
from twiceshy.records.spending import LostAgents


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session in a list."""

    id: str
    uid: bytes
    project: str
    agent: str
    first_at: datetime | None
    last_at: datetime | None
    prompts: int
    """Of a human."""
    calls: int
    failures: int
    """Calls that failed, were rejected or interrupted; not those cancelled because a parallel one failed."""
    edits: int
    title: Scrubbed | None
    """The agent's own title, else the beginning of the first human prompt."""
    real: bool
    outcomes: dict[str, str] = field(default_factory=dict)
    """``completed``, ``corrected``, ``rolled_back``, ``tests_green``: yes, no or unknown; empty where not judged."""
    cost_usd: float | None = None
    """At list prices; None where the log has no token counts, or it was not asked for."""
    cost_partial: bool = False
    """The cost is a lower bound: the log has a part of the tokens only, or some have no price."""
    lost_agents: LostAgents = field(default_factory=LostAgents)
    """Subagents whose logs are missing: of how many the last message is in the cost, and of how many nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionList:
    """Sessions, newest first."""

    sessions: list[SessionLine]
    total: int
    """How many there are; ``sessions`` may be only the first few."""
    more: bool = False
    """Others stand behind the last of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditLine:
    """One changed file."""

    at: datetime | None
    session: str
    path: Scrubbed
    added: int
    removed: int
    partial: bool
    created: bool
    deleted: bool
    user_modified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVerdict:
    """That a prompt corrects the work before it, and why that is believed."""

    confidence: float
    why: str
    """Slug of the strongest evidence, see ``Correction.why``."""
    words: list[Scrubbed]
    """The person's words that decided, the strongest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One entry of a timeline: a prompt, a reply, a call with its result, or a mark."""

    kind: str
    """``prompt``, ``reply``, ``thinking``, ``call`` or ``mark``."""
    uid: bytes
    """Of the event; the dashboard's address of it ends so."""
    name: Scrubbed
    """Of a prompt its kind, of a reply its model, of a call its tool, of a mark its kind and name."""
    at: datetime | None
    agent_run: bytes | None
    text: Scrubbed
    """The beginning, or all of it with ``full``. Of a call what it was about: command, file or query."""
    human: bool = False
    failure: str | None = None
    error: str | None = None
    """Id of the failure's fingerprint."""
    message: Scrubbed | None = None
    exit_code: int | None = None
    duration_s: float | None = None
    words: Scrubbed | None = None
    """What the user said while rejecting."""
    result: Scrubbed | None = None
    """What the call gave back; only with ``full``."""
    corrects: PromptVerdict | None = None
    """Of a prompt that corrects the work before it, as judged."""
    edits: list[EditLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A session from its beginning to its end."""

    session: SessionLine
    cwd: Scrubbed | None
    branch: Scrubbed | None
    version: Scrubbed | None
    moments: list[TimelineEntry]
    outcomes: dict[str, str] = field(default_factory=dict)
    """What became of its work: ``yes``, ``no`` or ``unknown`` by question; empty where it is not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One time that an error happened."""

    at: datetime | None
    session: str
    project: str
    tool: Scrubbed
    about: Scrubbed
    text: Scrubbed
    session_uid: bytes
    uid: bytes
    """Of the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAction:
    """What the agent did next after an error, and how that went."""

    action: str
    count: int
    failed: int
    same_error: int
    """Of ``failed``: with the same error again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorHistory:
    """One error, wherever it happened."""

    id: str
    fingerprint: bytes
    message: Scrubbed
    count: int
    sessions: int
    first_at: datetime | None
    last_at: datetime | None
    examples: list[Example]
    """Newest first."""
    followed: list[NextAction]
    """Most frequent first; over the newest 1,000 times it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHistory:
    """One file: what agents did to it."""

    path: Scrubbed
    project: str
    reads: int
    failed_edits: int
    edits: list[EditLine]
    """Newest first."""
    total: int
    """How many edits there are; ``edits`` may be only the newest few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One place where the words stand."""

    kind: str
    """``prompt``, ``command``, ``error`` or ``reply``."""
    session: str
    project: str
    at: datetime | None
    text: Scrubbed
    """What was found, whole or its beginning."""
    session_uid: bytes = b""
    uid: bytes = b""
    """Of the event where it stands."""


class ToldHit(NamedTuple):
    """One place in what others told where the words stand."""

    kind: str
    """``session``, ``chat`` or ``commit``."""
    id: str
    writer: str
    at: datetime | None
    text: str
    """The line in which the first of the words stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The best places first, and the words to mark in them."""

    words: list[str]
    hits: list[SearchHit]
    more: bool
    """Whether there are more than were asked for."""
    told: list[ToldHit] = field(default_factory=list)
    """Places in what others told (`memory pull`), the newest first."""


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
    """Corrected, rolled back or fixed later; None where nobody can tell."""
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
    """Of these, corrected, rolled back or mended later."""
    of: int
    """All past edits where that is known."""
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
    """``part: reason`` and how many edits."""
    riskiest: tuple[ScoredSession, ...]
    """With their riskiest edits only."""
    meant: ScoreMeaning | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One mistake, from error to lesson to warning; every text is as the code gave it."""

    title: str
    call: str
    """What the agent called."""
    error: str
    fix: str
    """What worked then."""
    states: tuple[tuple[int, str, float], ...]
    """After so many sessions: the lesson's state and its confidence."""
    lesson: str
    """Its id."""
    words: str
    steps: tuple[str, ...]
    asked: str
    """The next call, and who was asked before it."""
    warning: tuple[str, ...]
    """Lines that were said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSurroundings:
    """What is stored around a scope in which nothing is."""

    projects: list[str]
    """Names, the newest used first."""
    agents: list[str]
    """The most used first."""
    knows_project: bool
    """Some session is of the project that was asked for, at whatever time."""
    knows_agent: bool
    first_at: datetime | None
    """Of the sessions of that project and agent; None where there are none."""
    last_at: datetime | None
