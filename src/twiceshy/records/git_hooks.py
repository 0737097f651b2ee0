"""Hooks of git: what was written into which repository, and what an installation or a removal will do."""

from dataclasses import dataclass, field
from enum import StrEnum

from twiceshy.records.git_notes import GitEvent


class GitHookWay(StrEnum):
    """How a hook of ours comes to be called."""

    FILE = "file"  # a file of git's own folder; what stood there is called by it
    CALL = "call"  # a manager's or a shared file with one line, which calls the file in the common folder
    PRIVATE = "private"  # the file in the common folder that such a line calls


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHookEntry:
    """One file that was written; enough to take it out again and put back what stood there."""

    event: GitEvent | None
    """None: the file serves all of them."""
    path: str
    way: GitHookWay
    digest: str
    """Of what was written."""
    moved: str = ""
    """Where the file that stood there lies now; empty where there was none."""
    folders: list[str] = field(default_factory=list)
    """Folders that were made for it, the outermost first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookedRepository:
    """A repository that has or had hooks of this data folder."""

    id: str
    """16 hexadecimal digits, drawn at the first installation; it stands in each note."""
    common: str
    """The folder that all its work trees share."""
    top: str
    """The work tree in which it was installed."""
    entries: list[GitHookEntry] = field(default_factory=list)
    """Empty after a removal: notes from before still have to find their repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHookChange:
    """A file that comes or goes."""

    path: str
    before: str | None
    """What of ours stands there now; None: nothing."""
    after: str | None
    """What will stand there; None: nothing of ours."""
    moved: str = ""
    """On installing: where what stands there is put, and called from. On removing: what is put back."""
    entry: GitHookEntry | None = None
    """What to remember of it; None where it goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHookRefusal:
    """A file that is left alone, and what its user can do."""

    path: str
    reason: str
    paste: str = ""
    """The lines to put in by hand; empty where nothing is to be put in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHookPlan:
    """What will be done in one repository."""

    repository: HookedRepository
    changes: list[GitHookChange]
    unchanged: list[str]
    """Files in which all is as it should be."""
    refusals: list[GitHookRefusal]
    notes: list[str] = field(default_factory=list)
    """What a person should do or know besides."""
