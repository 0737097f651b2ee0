"""How sending to a team's server stands: whom it asks, what it answered, what waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from twiceshy.records.team import RowAnswer


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
