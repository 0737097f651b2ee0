"""What `sessions`, `show` and `search` answer with: stored events, gathered for a reader."""

from dataclasses import dataclass, field
from datetime import datetime

from twiceshy.records.scope import Scope as Scope  # noqa: PLC0414  # read from here too
from twiceshy.records.text import Scrubbed


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionList:
    """Sessions, newest first."""

    sessions: list[SessionLine]
    total: int
    """How many there are, of which ``sessions`` may be the first few."""


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
class TimelineEntry:
    """One entry of a timeline: a prompt, a reply, a call with its result, or a mark."""

    kind: str
    """``prompt``, ``reply``, ``thinking``, ``call`` or ``mark``."""
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
    edits: list[EditLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A session from its beginning to its end."""

    session: SessionLine
    cwd: Scrubbed | None
    branch: Scrubbed | None
    version: Scrubbed | None
    moments: list[TimelineEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One time that an error happened."""

    at: datetime | None
    session: str
    project: str
    tool: Scrubbed
    about: Scrubbed
    text: Scrubbed


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
    """Edits there are, of which ``edits`` may be the newest few."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The best places first, and the words to mark in them."""

    words: list[str]
    hits: list[SearchHit]
    more: bool
    """Whether there are more than were asked for."""
