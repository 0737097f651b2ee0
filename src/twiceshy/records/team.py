"""What leaves for a team's server, what it answers, and who asks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

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
