"""What is taken out of the store for other programs: rows of one kind, whole, and what became of a call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence


Cell = int | float | str | bytes | None
"""A column's value."""
ExportValue: TypeAlias = "Cell | Sequence[ExportValue] | Mapping[str, ExportValue]"
"""A column's value: one, several, values by name, or any of these within each other."""


class ColumnType(StrEnum):
    """What a column holds, for forms that have types. Each may be None, which is: not known."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    TIME = "time"
    """ISO 8601 text with its offset."""
    BYTES = "bytes"
    TEXTS = "texts"
    """Several texts."""
    MESSAGES = "messages"
    """Several messages of a dialogue: ``role`` and ``content``, as models are trained on."""
    JSON = "json"
    """Anything nested; where a form has no such thing, its JSON."""


class RowColumn(NamedTuple):
    """One column of a kind of rows."""

    name: str
    type: ColumnType


def list_columns(**types: ColumnType) -> tuple[RowColumn, ...]:
    """Return the columns by name, in the order in which they stand."""
    return tuple(RowColumn(name, one) for name, one in types.items())


class RowOrigin(NamedTuple):
    """Where a row comes from: what splits, filters and exclusions go by. It is not written."""

    project: str
    """The project's identity; empty where it is not known."""
    session: bytes | None = None
    at: datetime | None = None
    """When what it tells began."""
    others: tuple[str, ...] = ()
    """Further projects that it tells of: what is excluded of any of them leaves the row out."""


class ExportRow(NamedTuple):
    """One row, by column in the order of the table."""

    id: str
    """By which `twiceshy show` finds it."""
    values: dict[str, ExportValue]
    origin: RowOrigin = RowOrigin("")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSummary:
    """What an export wrote."""

    kind: str
    form: str
    path: str | None
    """None: standard output."""
    rows: int
    bytes: int
    replaced: dict[str, int]
    """Secrets that the audit replaced, by kind; the store has them still."""
    sha256: str
    """Of what was written, of a folder of its list of checksums: the same store and call give the same."""
    level: str
    """Of the redaction that the audit held the rows to."""
    files: int = 1
    kinds: dict[str, int] = field(default_factory=dict)
    """Rows by kind."""
    splits: dict[str, int] = field(default_factory=dict)
    """Rows by split; empty where they are not split."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Rows that were not written, by why."""
    cut_cells: int = 0
    """Cells that an option of the call cut."""
    too_few: str = ""
    """Why these pairs of texts are too few to train on; empty where they are not, or are no pairs."""
    without_diff: int = 0
    """Commits whose diff was asked for, and which no repository on this machine has."""


# Parts of the data: what is learned from, what is chosen by, and what is tested on.


class Split(StrEnum):
    """A part of the data, the earliest first."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class SplitShares(NamedTuple):
    """How much each part gets, in proportion to the others."""

    train: int = 80
    validation: int = 10
    test: int = 10


class SplitCuts(NamedTuple):
    """When the later parts begin. None: there is nothing in that part."""

    validation: datetime | None = None
    test: datetime | None = None


NO_CUTS: Final = SplitCuts()


class SplitMember(NamedTuple):
    """A session or a commit."""

    key: bytes
    """The session's uid, or the commit's hash."""
    at: datetime | None
    """When it began."""
    project: str
    """Its project's identity."""
    agent: str = ""
    """Empty: none, or not known."""


class SplitWay(StrEnum):
    """By what the parts are told apart."""

    TIME = "time"
    PROJECT = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRecord:
    """What a later export needs so that no row moves back from test to train: `splits.json`."""

    way: SplitWay
    shares: SplitShares
    cuts: SplitCuts
    sessions: Mapping[Split, tuple[str, ...]]
    """Salted hashes of the sessions in each part, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSummary:
    """What is in one part."""

    rows: int = 0
    sessions: int = 0
    projects: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    """Rows by the value of the kind's label; `unknown` where it has none."""
    repeated: int = 0
    """Rows that say nearly the same as a row to learn from."""
    files: int = 0
    """Files that they name, each once."""
    known_files: int = 0
    """Of these, files that rows to learn from name too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSummary:
    """What splitting the rows of one kind gave."""

    parts: Mapping[Split, PartSummary]
    groups: int
    """Heaps of two and more sessions and commits that belong together."""
    moved: int
    """Sessions and commits that went to a later part with what they belong to."""
    undated: int
    """Those whose time nobody knows; they are never learned from."""
    hidden_labels: int
    """Labels of rows to learn from that were not yet known when the next part began: they are NULL."""


# What a person agreed to give away of a project's history, and what was written for it so far.


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
