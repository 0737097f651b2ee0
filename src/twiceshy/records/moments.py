"""A session in parts: what a page shows of it at once, where the rest is, and what an edit changed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Scrubbed
from twiceshy.records.events import MarkKind, PromptKind
from twiceshy.records.views import SessionLine, TimelineEntry

QUIET_PROMPTS: frozenset[str] = frozenset(
    {PromptKind.META, PromptKind.SKILL, PromptKind.NOTIFICATION, PromptKind.BARE_COMMAND}
)
"""Turns of the user's side that the client wrote: left out where not everything is asked for."""
LOUD_MARKS: frozenset[str] = frozenset(
    {MarkKind.INTERRUPT, MarkKind.COMPACTION, MarkKind.API_ERROR, MarkKind.REWIND, MarkKind.PULL_REQUEST}
)
"""Marks that say what happened to the work; the others are the client's own."""


class MomentPart(NamedTuple):
    """Moments of one dialogue that are shown together."""

    first: int
    """Rank of its first moment."""
    moments: int


class SubagentFold(NamedTuple):
    """A subagent's whole run, where its first moment stands."""

    run: bytes
    first: int
    """Rank of its first moment."""
    at: datetime | None
    moments: int
    calls: int
    failures: int
    edits: int
    task: Scrubbed
    """The beginning of what it was asked for."""


class SessionFile(NamedTuple):
    """A file that the session changed."""

    path: Scrubbed
    edits: int
    added: int
    removed: int
    call: bytes
    """Of the last edit."""


class SessionFailure(NamedTuple):
    """An error of the session."""

    error: str
    """Id of its fingerprint; empty where it has none."""
    message: Scrubbed
    times: int
    call: bytes
    """The first that failed so."""


class MomentPlace(NamedTuple):
    """Where one moment stands."""

    rank: int
    uid: bytes
    """Of the moment; of an edit that of its call."""
    agent_run: bytes | None
    quiet: bool
    """It is shown only where everything is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFrame:
    """A session without its moments."""

    session: SessionLine
    cwd: Scrubbed | None
    branch: Scrubbed | None
    version: Scrubbed | None
    parts: tuple[MomentPart, ...]
    """Of the main dialogue, in order; a subagent's run counts as one moment."""
    runs: dict[bytes, int]
    """Of each subagent's run the rank of its first moment."""
    everything: bool
    """Nothing is left out."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Moments that are not shown, by what they are: ``thought``, ``client message``, ``notice``."""
    files: tuple[SessionFile, ...] = ()
    """The most changed first."""
    failures: tuple[SessionFailure, ...] = ()
    """The most frequent first."""
    place: MomentPlace | None = None
    """Of the moment that was asked for."""


class ShownPart(NamedTuple):
    """The moments of a part."""

    begin: datetime | None
    """Of the session."""
    moments: tuple[tuple[int, TimelineEntry], ...]
    """In order, each with its rank."""


class ShownChange(NamedTuple):
    """What an edit did to a file; texts are None where the log did not hold them."""

    path: Scrubbed
    before: Scrubbed | None
    after: Scrubbed | None
    partial: bool
    """Texts are fragments of the file."""
    created: bool
    deleted: bool
    user_modified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMoment:
    """One moment with whole texts."""

    moment: TimelineEntry
    changes: tuple[ShownChange, ...] = ()
