"""What a person agreed to give away of a project's history, and what was written for it so far."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class SharedKind(StrEnum):
    """A table of figures that may be given away."""

    TOOLS = "tools"
    """Calls by tool and how they ended."""
    PROGRAMS = "programs"
    """Runs of programs: how they ended, how long they took."""
    COMMITS = "commits"
    """Types of commits that sessions made."""
    FILES = "files"
    """Which kinds of files are changed in the same session."""
    LESSONS = "lessons"
    """Mistakes by tool and rule."""


class Consent(NamedTuple):
    """What a person agreed to, for one project."""

    project: str
    """Salted hash of the project's identity, so that this outlives no name that is forgotten."""
    text_version: int
    text_sha256: str
    """Of the text that the person saw."""
    granted_at: datetime
    kinds: tuple[SharedKind, ...]
    revoked_at: datetime | None = None
    name: str = ""
    """What the person said of themselves, for their own records: it is never given away."""
    email: str = ""
    notes: str = ""


class GivenWeeks(NamedTuple):
    """Weeks of one project that a contribution counted."""

    project: str
    first: str
    """ISO 8601: `2026-W47`."""
    last: str


class Contribution(NamedTuple):
    """One file that was written to be given away."""

    id: str
    number: int
    """From 1; with the book's secret it makes the proof of who wrote the file."""
    sha256: str
    written_at: datetime
    weeks: tuple[GivenWeeks, ...]
    revoked_at: datetime | None = None


class ConsentBook(NamedTuple):
    """All that a person agreed to on this machine, and what was written for it."""

    secret: bytes = b""
    consents: tuple[Consent, ...] = ()
    contributions: tuple[Contribution, ...] = ()


class ConsentState(StrEnum):
    """Whether something may be given away."""

    GIVEN = "given"
    REVOKED = "revoked"
    OUTDATED = "outdated"
    """The text has changed since: it has to be agreed to again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectConsent:
    """Where one project stands."""

    project: str
    """Its name; empty where nothing of it is stored any more."""
    state: ConsentState
    granted_at: datetime
    revoked_at: datetime | None
    kinds: list[SharedKind]
    given_until: str | None
    """The last week that was written into a contribution; None: none was."""
    name: str
    email: str
    notes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionState:
    """What may be given away, and what was written."""

    text_version: int
    projects: list[ProjectConsent]
    contributions: list[Contribution]
    excluded: list[str]
    """Of `contribute.exclude`: never counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChange:
    """What `enable` or `disable` did."""

    project: str
    state: ConsentState
    kinds: list[SharedKind]
    revocations: list[str]
    """Files that take back what was given before, one a contribution; a person sends them."""


class SharedAct(NamedTuple):
    """Something that one session did on one day, in words of the shared vocabulary."""

    key: tuple[str, ...]
    session: int
    day: str
    times: int = 1


class SharedTime(NamedTuple):
    """A run of a program that ended by itself."""

    program: str
    session: int
    day: str
    seconds: float


class SharedChange(NamedTuple):
    """A session changed a file of this kind on this day."""

    kind: str
    session: int
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionSummary:
    """What a contribution holds, or would hold."""

    id: str
    agreed: bool
    """False: it is what would be given away if the person agreed."""
    projects: list[str]
    """That are counted; their names stand in no contribution."""
    left_out: dict[str, str]
    """Projects that are not counted, and why."""
    first_week: str
    last_week: str
    sessions: int
    """That were counted, rounded down to fives."""
    cells: dict[str, int]
    """Figures by table."""
    bytes: int
    sha256: str
    path: str | None
    """The file that was written; None: none was."""
