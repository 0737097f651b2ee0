"""The account of time, by cause: each millisecond of a session in one cell, so that the cells are its wall clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class TimeCause(StrEnum):
    """Who or what the time went to."""

    MODEL = "model"
    COMMANDS = "commands"
    TOOLS = "other tools"
    SUBAGENTS = "subagents"
    PERMISSION = "waiting for a permission"
    ANSWER = "waiting for an answer"
    HOOKS = "hooks"
    POLLING = "polling and sleeping"
    BETWEEN = "between turns"
    AWAY = "away"
    UNKNOWN = "unknown"


class PointKind(StrEnum):
    """What a moment of a thread says about the time before it."""

    MODEL = "model"  # the model wrote or asked for a call
    END = "end"  # a call came back
    PERSON = "person"  # somebody, or a program, sent a prompt
    TASK = "task"  # a background task reported
    HOOK = "hook"
    COMPACTION = "compaction"
    OWN_COMPACTION = "own compaction"  # a person asked for it
    API_ERROR = "api error"
    INTERRUPT = "interrupt"
    QUIET = "quiet"  # says nothing: a notice of the client, a prompt that waited in the queue


class CallKind(StrEnum):
    """How the time of a call is read."""

    COMMAND = "command"
    EDIT = "edit"  # of a file, by the client itself
    REMOTE = "remote"  # the web, a server's tool: it may ask, and its duration is another machine's
    QUIET = "quiet"  # reads and the like: nothing that asks
    WAIT = "wait"  # for a running command or a subagent
    SUBAGENT = "subagent"
    QUESTION = "question"  # to the person


class TimePoint(NamedTuple):
    """A moment of the main dialogue."""

    at: int
    """Milliseconds since the epoch."""
    kind: PointKind
    call: int = -1
    """Of ``END``: the place of its call among the session's calls; of ``MODEL``: of the call it asks for, or -1."""
    item: str = ""
    """Of a hook its name; of a prompt that a program sent its name."""


class TimedCall(NamedTuple):
    """A call of the main dialogue."""

    uid: bytes
    kind: CallKind
    cause: TimeCause
    item: str
    """A command's first words, a tool, a server."""
    refused: bool = False
    """The person said no: until then it waited for them."""
    asked: bool = False
    """The log says that it asked for a permission."""
    stated: int = -1
    """Milliseconds that it took as its agent measured them; -1 where the log has none."""
    sleeps: int = 0
    """Milliseconds that it sleeps on purpose; -1: all of its time, since it watches something."""
    varies: bool = False
    """What it takes cannot be foretold from its name: several commands in one, tests, builds, scripts."""
    limit: int = -1
    """Milliseconds after which its agent ends it; -1 where nobody knows."""


class SessionMoments(NamedTuple):
    """All that a session's log says of its time."""

    points: Sequence[TimePoint]
    """In the order of their times."""
    calls: Sequence[TimedCall]
    runs: Sequence[Sequence[int]]
    """Of each subagent's run the milliseconds of its events, in order."""
    person: bool = True
    """Somebody sat there, and the client asked them."""
    states_asks: bool = False
    """The log says of each call whether it asked for a permission."""
    untimed: bool = False
    """Calls have no times: only that something was written is known."""


class TimeKey(NamedTuple):
    """Which cell."""

    cause: TimeCause
    item: str = ""
    inferred: bool = False
    """Told from how long a call took, not from a record of the log."""


class KnownTime(NamedTuple):
    """What a cell holds of a session as far as its log alone tells."""

    key: TimeKey
    ms: int


class CallSpan(NamedTuple):
    """Time that a call took, of which other calls of its name tell how much was waiting."""

    uid: bytes
    kind: CallKind
    cause: TimeCause
    item: str
    varies: bool
    limit: int
    """As of its call."""
    ms: int


class PermissionWait(NamedTuple):
    """A call that waited for a person's OK."""

    uid: bytes
    ms: int
    inferred: bool
    """Told from how long the call took, not from a record of the log."""


class SessionTime(NamedTuple):
    """What one session's log alone says of its time: to be kept until the session changes."""

    begin: int
    """Milliseconds since the epoch, of the first event."""
    wall: int
    """Milliseconds from the first event to the last: ``cells`` and ``spans`` add up to it."""
    cells: tuple[KnownTime, ...]
    spans: tuple[CallSpan, ...]
    parallel: int
    """Milliseconds of calls and subagents that ran beside another one; in no cell."""
    person: bool
    waits: tuple[PermissionWait, ...] = ()
    """That need no other call to be told."""


class KeptTime(NamedTuple):
    """Where the time of one session went."""

    begin: int
    """Milliseconds since the epoch, of the first event."""
    wall: int
    """Milliseconds from the first event to the last: the cells add up to it."""
    parallel: int
    """As of ``SessionTime``."""
    cells: dict[TimeKey, int]
    """Milliseconds."""
    waits: tuple[PermissionWait, ...] = ()
    """Calls that waited for a person's OK and got it; their time is in ``cells``."""


class UsualKey(NamedTuple):
    """Which calls are compared: of one name, in one project."""

    kind: CallKind
    item: str
    varies: bool


class Usual(NamedTuple):
    """How long calls of a name take in a project."""

    median: int
    """Milliseconds."""
    most: int
    """Nine of ten take no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeCell:
    """One part of the time. No second stands in two of them."""

    cause: TimeCause
    item: str
    seconds: float
    inferred: bool
    """Told from how long a call took, not from a record of the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRow:
    """All cells of one cause."""

    name: str
    seconds: float
    share: float
    """Of the wall clock; 0 where there is none."""
    inferred_s: float
    """Of ``seconds``: told from how long calls took."""
    item: str = ""
    """What took most of it."""
    item_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTimeRow:
    """Where the time of one session went."""

    session: str
    project: str
    agent: str
    at: datetime
    """Of its first event."""
    seconds: float
    """From its first event to its last."""
    causes: dict[str, float]
    """Seconds by cause; they add up to ``seconds``."""
    parallel_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeReport:
    """Where the time of the sessions in scope went. A session that goes on into the scope counts whole."""

    total_s: float
    """The sum of the sessions' wall clocks: two that ran at once count twice."""
    sessions: int
    """Whose logs have times."""
    untimed: int
    """Sessions whose logs have none: they are in no figure."""
    causes: list[TimeRow]
    """The longest first."""
    cells: list[TimeCell] = field(repr=False)
    """The longest first."""
    by_session: list[SessionTimeRow] = field(repr=False)
    """The longest first."""
    parallel_s: float
    """Of calls and subagents that ran beside another one; in no cell."""
