"""What leaves for a team's server, what it answers, and who asks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from twiceshy.records.executions import Execution, MatchRow, OutputSample

WireValue = bool | int | float | str | list[str] | dict[str, int] | None
"""What a field of a row may hold; which one it does says ``privacy.wire.row_kinds``."""
Verdict = Literal["stored", "known", "refused"]
Scope = Literal["read", "write", "admin"]
TeamLevel = Literal["counts", "anonymous", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WireRow:
    """One record as it leaves: keyed hashes, numbers and words of closed lists; texts only where the level allows."""

    kind: str
    """One of ``privacy.wire.row_kinds.KINDS``."""
    id: bytes
    """16 bytes, unique over all kinds."""
    rev: int
    """0, then one more for each change. A server keeps the greatest that it has seen."""
    at: datetime
    """By the clock of the machine that recorded it; a server orders nothing by it."""
    data: Mapping[str, WireValue]


class RowAnswer(NamedTuple):
    """What a server did with one row."""

    id: bytes
    rev: int
    verdict: Verdict
    """``known``: it was stored before, or a newer revision was, or it was erased: nothing is to be done."""
    why: str = ""
    """Of a refusal: a field, or a redaction rule's name; never a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """One row of the outbox."""

    id: bytes
    rev: int
    kind: str
    body: bytes
    """The exact line that will leave, without its end."""
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxState:
    """What waits, in numbers."""

    rows: Mapping[str, int]
    """By kind."""
    size: int
    """Bytes."""
    oldest_at: datetime | None
    refused: Mapping[str, int]
    """Rows that the server refused and that are kept, by its reason."""
    due: int
    """Rows that may be tried now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks the server, as its token says."""

    team: str
    """UUID."""
    member: bytes
    """16 random bytes of the server's: no name and no address."""
    scopes: frozenset[Scope]
    token: bytes = b""
    """SHA-256 of the token that was shown."""
    level: TeamLevel = "counts"
    """The team's: the loosest at which texts that an agent's own exporter sends are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """One team in the list of those who run the server."""

    team: str
    """UUID."""
    name: str
    level: TeamLevel
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """One token in a list; the token itself is nowhere."""

    digest: bytes
    """SHA-256."""
    member: bytes
    label: str
    """What the administrator called it."""
    scopes: frozenset[Scope]
    made_at: datetime
    expires_at: datetime | None
    last_used_on: datetime | None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """One person or machine of a team."""

    member: bytes
    name: str
    """As the administrator wrote it; it is shown to administrators only."""
    made_at: datetime
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSummary:
    """What one ``sync`` did."""

    sent: int = 0
    known: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    """By reason."""
    left: int = 0
    again: int = 0
    """Records that the server had and has no longer, as it was put back to an older state: they are sent again."""
    learned: int = 0
    """Lessons, limits and facts of the team that are new here or changed."""
    files: tuple[str, ...] = ()
    """What was written to be carried, where that is how rows leave."""
    stopped: str = ""
    """Why it ended before the outbox was empty, in words; empty where it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownToken:
    """A new token, and what is stored of it."""

    token: str
    """Shown now and never again."""
    line: TokenLine
    member: str
    """The member's name."""
    replaces: str = ""
    """First digits of the token that holds no longer since."""


# How sending to a team's server stands: whom it asks, what it answered, what waits.


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """Where a team's server is, and who we are to it."""

    url: str
    """https, or http of this machine; without a slash at its end."""
    token: str = field(repr=False)
    ca_file: Path | None = None
    """Certificates of the team's own authority; None: the system's."""


class RemoteAnswer(NamedTuple):
    """What came of one request."""

    status: int = 0
    """Of HTTP; 0 where no whole answer came."""
    body: bytes = b""
    """Unpacked."""
    retry_after_s: float | None = None
    """So long the server wants to be left alone; None where it says nothing of it."""
    trouble: str = ""
    """Why no whole answer came, and what to do; empty where one came."""
    sent: bool = False
    """Whether the server may have got the whole request."""


class BatchAnswer(NamedTuple):
    """What a server says to a batch."""

    rows: tuple[RowAnswer, ...]
    version: str = ""
    """Of the server."""
    level: str = ""
    """The most that the server keeps of a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """How sending stands on this machine."""

    backend: str
    """``telemetry.backend``."""
    url: str
    level: str
    """``sync.level``: what may leave."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows that wait, by kind."""
    size_bytes: int = 0
    due: int = 0
    """Rows that may be tried now."""
    oldest_at: datetime | None = None
    refused: Mapping[str, int] = field(default_factory=dict)
    """Rows that the server does not want, by its reason; they are kept until it has another version."""
    last_answer: str = ""
    """The server's last answer, or why none came."""
    last_answer_at: datetime | None = None
    last_done_at: datetime | None = None
    """When a server last took rows."""
    next_try_at: datetime | None = None
    """None: with the next `sync` or `learn`."""
    not_allowed: bool = False
    """The server refused this token: nothing is tried until a setting changes."""
    trouble: str = ""
    """Why nothing can be sent as it is set, and what to do; empty where it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTest:
    """What one empty batch showed."""

    state: Literal["ok", "not-set", "unreachable", "not-allowed", "no-server", "busy"]
    words: str
    url: str = ""
    certificate: str = ""
    """How the connection is kept private."""
    server_version: str = ""
    server_level: str = ""
    level: str = ""
    """What leaves here: the stricter of ours and the server's."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedRows:
    """What files brought that were written on another machine."""

    files: int
    new: int
    """Rows that now wait here."""
    known: int
    """Rows that waited here already."""
    unreadable: int
    """Lines that are no rows of ours."""


# What agents' exporters sent of a session so far, in sums: from these a server makes the session's row.


class EventSum(NamedTuple):
    """Events of one session that have name, tool and model in common."""

    session: bytes
    agent: str
    name: str
    tool: str
    """Empty where they have none."""
    model: str
    """Empty where they have none."""
    person: bytes | None
    events: int
    failures: int
    first_at: datetime
    last_at: datetime
    cost_usd: float
    tokens_in: int
    tokens_out: int
    tokens_cached: int
    commits: int
    """Different ones."""


class CounterSum(NamedTuple):
    """Rows of one session's counters that have name, part and model in common."""

    session: bytes
    agent: str
    name: str
    part: str
    """Empty where they have none."""
    model: str
    """Empty where they have none."""
    person: bytes | None
    rows: int
    newest: int
    """The greatest revision of these."""
    first_at: datetime
    last_at: datetime
    value: float


# What rows for a team's server are made of, as the store tells it: sums, and no text.


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSums:
    """One session in numbers."""

    uid: bytes
    agent: str
    native_id: str
    """As the agent itself calls it."""
    project: str
    """Its identity."""
    model: str
    """As its log spells it; empty where it does not say."""
    first_at: datetime | None
    last_at: datetime | None
    prompts: int
    """Of people."""
    calls: int
    failed_calls: int
    edits: int
    files: int
    """Different files that were edited."""
    corrections: int | None
    """None: it was not judged."""
    interruptions: int
    commits: int
    """That the log says it made."""
    tokens_in: int
    """Of prompts, without those from a cache."""
    tokens_out: int
    tokens_cached: int
    cost_usd: float | None
    """At the list's prices; None where no price is known."""
    actions: Mapping[str, int] = field(default_factory=dict)
    """Calls by ``records.events.Action``."""
    failed_actions: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)
    """By question 1 for yes and 0 for no; what nobody knows is not there."""


class StoredRun(NamedTuple):
    """One run as it is stored, with what leaves with it."""

    execution: Execution
    matches: list[MatchRow]
    samples: list[OutputSample]
