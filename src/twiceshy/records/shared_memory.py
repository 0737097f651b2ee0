"""What the verbs of memory answer: what lies in it, what would leave, what came, and what others told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Scrubbed


class WriterFacts(NamedTuple):
    """What one data folder told of a project."""

    writer: str
    """16 hexadecimal digits; empty: this machine."""
    records: Mapping[str, int]
    """By type."""
    accepted: int = 0
    """Records that agents may be told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryState:
    """What a clone's memory holds, and what a push would do."""

    repository: Scrubbed
    """Its folder."""
    kept: bool
    """A memory is kept here."""
    own: Mapping[str, int]
    """Records of this machine, by type."""
    others: tuple[WriterFacts, ...]
    """What was pulled, by writer."""
    bytes: int
    """On disk."""
    waiting: int
    """Records of this machine that no push has carried away yet."""
    remote: Scrubbed
    """Where a push goes, without user and password; empty where there is no remote."""
    pushed_at: datetime | None
    """When a push last arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAnswer:
    """What left, or would leave."""

    remote: Scrubbed
    """Without user and password."""
    records: Mapping[str, int]
    """Records that were not there yet, by type."""
    bytes: int
    """Of the records, as they are written."""
    largest: tuple[tuple[str, str, int], ...]
    """Type, day and bytes of the largest."""
    cleaned: int
    """Secrets that the second engine took out just now."""
    refused: tuple[str, ...]
    """Records that may not leave, in words."""
    months: tuple[str, ...]
    """Months of this machine that are written there."""
    pushed: bool
    """It was done, and looked at over there afterwards; else it is a preview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullAnswer:
    """What came."""

    remote: Scrubbed
    """Without user and password."""
    new: Mapping[str, int]
    """Records that were not known here, by type."""
    writers: tuple[str, ...]
    """Who told anything."""
    forgotten: int
    """Records that their writers forgot or said anew, and that are gone here too."""
    unreadable: int
    """Records that are none, or that redaction left no record of."""
    waiting: int
    """Records of others that nobody here has accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptAnswer:
    """What agents here may be told of from now on."""

    accepted: int
    """Records that were not accepted before."""
    records: Mapping[str, int]
    """They, by type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSession:
    """A session that somebody else's machine told of. Its texts are foreign: redacted here, shown quoted."""

    id: str
    """``s-…``."""
    writer: str
    """16 hexadecimal digits of the data folder that told it."""
    record: str
    """Hash of the record, for `memory accept`."""
    accepted: bool
    started_at: datetime | None
    ended_at: datetime | None
    agent: str
    model: str
    branch: str
    title: str
    """Empty where prompts are not shared."""
    exchanges: int
    """Prompts that a person wrote."""
    calls: int
    failures: int
    agents: int
    """Subagents that it sent off."""
    tools: Mapping[str, int]
    files_read: tuple[str, ...]
    files_changed: tuple[str, ...]
    queries: tuple[str, ...]
    """The beginnings of its prompts, where they are shared."""
    outcomes: Mapping[str, str]
    commits: tuple[tuple[str, float], ...]
    """Each commit that has its work, with the confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChat:
    """A chat that somebody else's machine told of."""

    id: str
    """``c-…``."""
    session: str
    writer: str
    record: str
    accepted: bool
    at: datetime
    query: str
    response: str
    model: str
    tools: tuple[str, ...]
    files_changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCommit:
    """A commit that somebody else's machine told of."""

    hash: str
    writers: tuple[str, ...]
    """Who told it, or anything about it."""
    at: datetime | None
    """None where only something about it was told."""
    message: str
    branch: str
    files: tuple[str, ...]
    insertions: int | None
    deletions: int | None
    ci: str
    """What the worst of its CI jobs said; empty where none was told."""
    reverted_by: str
    """Hash, or ``yes``; empty where nothing was told."""
    sessions: tuple[tuple[str, float], ...]
    """Each session whose work it has, with the confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOverview:
    """What others told of a project, in short."""

    project: str
    """Its name."""
    writers: tuple[WriterFacts, ...]
    sessions: int
    exchanges: int
    """Prompts that people wrote in them."""
    calls: int
    failures: int
    commits: int
    linked: int
    """Commits that have work of a session."""
    ci_failed: int
    reverted: int
    first_at: datetime | None
    last_at: datetime | None
    agents: tuple[tuple[str, int], ...]
    """Agent and model, with the sessions, the most first."""
    files: tuple[tuple[str, int], ...]
    """The files that most sessions changed, with their number."""
    newest: tuple[ToldSession, ...]
