"""The installation: hooks and what they noted, health, outside tools, and what was forgotten."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HookEntry:
    """What was put into one settings file; enough to undo it byte for byte. Holds no text but our own."""

    agent: str
    path: Path
    created: bool
    """There was no such file before."""
    folder_created: bool
    made: list[str]
    """Keys that came with our entries."""
    insertions: list[tuple[int, str]]
    """Offset in the text before, and what was put there."""
    digest: str
    """Of the file with our entries in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """A settings file as it is and as it will be."""

    title: str
    """The agent, as people call it."""
    path: Path
    before: str | None
    """None: there is no such file."""
    after: str | None
    """None: the file goes, as we made it and nothing else is in it."""
    entry: HookEntry | None = None
    """What to remember of it; None when our entries leave."""
    folder_created: bool = False
    """Of a file that goes: we made its folder too."""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A settings file that is left alone, and what its user can do."""

    title: str
    path: Path
    reason: str
    paste: str
    """The text to put in by hand; empty where entries leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookPlan:
    """What an installation or a removal will do."""

    changes: list[SettingsChange]
    """Only files that do change."""
    unchanged: list[Path]
    """Files in which all is as it should be."""
    refusals: list[Refusal]
    git: bool = True
    """Whether the git program was found."""

    @property
    def has_agent(self) -> bool:
        """Whether there is any agent at all."""
        return bool(self.changes or self.unchanged or self.refusals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What an installed hook did with an example."""

    event: str
    command: list[str]
    exit_code: int | None
    """None: it could not be started, or did not end."""
    output: str
    seconds: float
    written: str
    """The line in the spool."""
    failures: list[str]
    """What the hook noted that it could not do."""

    @property
    def works(self) -> bool:
        """Whether it did all that it should."""
        return self.exit_code == 0 and not self.output and bool(self.written)


class CheckState(StrEnum):
    """How a check came out. Only problems make `doctor` fail."""

    OK = "ok"
    NOTE = "note"  # worth knowing; nothing is broken
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    """Short, for the first column."""
    state: CheckState
    words: str
    """What was found."""
    advice: str = ""
    """What to do; never empty for a problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """All checks, in the order in which one depends on another."""

    checks: list[Check]

    @property
    def healthy(self) -> bool:
        """Whether there is no problem."""
        return all(check.state is not CheckState.PROBLEM for check in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolLine:
    """One outside tool, and where it is."""

    name: str
    what: str
    """What is missing without it."""
    pinned: str
    """The version that ``tools install`` gets."""
    size_mb: int
    """What it takes on disk; 0 where little."""
    path: Path | None
    """None where it is not here."""
    version: str = ""
    source: str = ""
    """``setting``, ``path`` or ``unpacked``."""
    problem: str = ""
    """What is wrong with the setting that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What to forget: everything that fits all that is given; None fits anything."""

    session: str | None = None
    """The beginning of an id: ``s-91c04f2a``."""
    project: str | None = None
    """A project's name or identity, whole."""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRemoval:
    """What leaves the memories that travel with repositories."""

    facts: int = 0
    """Of this machine."""
    told: int = 0
    """That others told."""
    pushed: tuple[str, ...] = ()
    """Where some of them were pushed to: they are there until the next push."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What `forget` removed, or would remove."""

    sessions: int
    """Whole ones."""
    parts: int
    """Sessions that lost a part."""
    events: dict[str, int] = field(default_factory=dict)
    """Rows by table."""
    commits: int = 0
    projects: list[str] = field(default_factory=list)
    """Names of the projects that these sessions belong to."""
    logs: list[str] = field(default_factory=list)
    """The agents' own files that still hold them; they are not ours to delete."""
    texts: int = 0
    """Long texts that nothing refers to any more."""
    bytes_freed: int = 0
    memory: MemoryRemoval = field(default_factory=MemoryRemoval)
    team_rows: int = 0
    """Rows that a team's server is told to erase, with the next `sync` or `learn`."""
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """Things of one kind that are past their time."""

    kind: str
    """``session``, ``part of a session``, a table of the store, ``long text``, ``run`` or ``index``."""
    count: int
    bytes: int | None
    """That they hold: text and numbers, long texts as they were before they were packed; None: not counted."""
    ids: tuple[str, ...] = ()
    """Of what has ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaning:
    """What `cleanup` did, or would do."""

    old: Removal | None
    """Sessions past their retention; None where there were none."""
    texts: int
    """Long texts that nothing referred to: left by a process that was ended."""
    bytes_before: int
    bytes_after: int
    """The same on a dry run."""
    runs: int = 0
    """Command runs past their retention, or beyond the size that all may have; what was learned from them stays."""
    expired: tuple[Expired, ...] = ()
    """All that goes, by kind."""
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One of an agent's events as its hook saw it."""

    uid: bytes
    """16 bytes made from the note; equal when the same note is read again."""
    session: bytes
    """``Session.uid``."""
    agent: str
    event: str
    at: datetime
    call: bytes | None = None
    """``ToolCall.call``."""
    agent_run: bytes | None = None
    prompt: str | None = None
    action: str | None = None
    path_keys: bytes = b""
    """8 bytes a path."""
    word_key: bytes | None = None
    word: str | None = None
    owner: str | None = None
    """The agent's process when a session or a turn began: id, start in kernel ticks, key of the machine's start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnRun:
    """One run of `learn`, as the next one and `doctor` see it."""

    started_at: datetime
    seconds: float
    cpu_s: float
    done: bool
    """False: a step failed, or the budget was spent before the end."""
    spent: bool
    """The budget was spent: what is left is for the next run."""
    steps: dict[str, int]
    """What each step that came to its end did anew, in numbers of its own."""
    failure: str = ""
    """What went wrong, with the step's name; empty where nothing did."""
    last_done_at: datetime | None = None
    """When a run last came to its end."""


# What a step left out because our own code failed at it.


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One file, session or project at which a step failed. It says where, and nothing of what stands there."""

    step: str
    """``find``, ``report``, ``spool``, ``commits``, ``judge`` ..."""
    key: bytes
    """Of what: ``Session.uid``, a salted hash of a path ..."""
    name: str
    """For display: a scrubbed path, a session's id, a scrubbed project, or words of ours."""
    place: str
    """As ``errors.locate_fault`` says."""
    stand: str
    """Of the input and of our version: the step tries again when it is another."""
    at: datetime
    """When it came last; aware."""
    offset: int | None = None
    """Bytes; None where it is no place in a file."""
