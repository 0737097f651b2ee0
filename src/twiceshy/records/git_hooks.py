"""Hooks of git: what was written into which repository, and what an installation or a removal will do."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

# What git's hooks noted: that something happened in a repository, at which commit, and below which processes.


class GitEvent(StrEnum):
    """The hooks of git that ours are written for."""

    COMMIT = "post-commit"
    REWRITE = "post-rewrite"  # an amended commit or a rebase has ended
    MERGE = "post-merge"
    PUSH = "pre-push"
    MESSAGE = "prepare-commit-msg"  # only where it was asked for; it offers a message, and notes nothing


NOTED = (GitEvent.COMMIT, GitEvent.REWRITE, GitEvent.MERGE, GitEvent.PUSH)
"""Those that note what happened."""


class Rewritten(NamedTuple):
    """A commit, and what it became. A squash gives several olds the same new."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GitNote:
    """One call of a hook of git."""

    uid: bytes
    """16 bytes made from the note; equal when the same note is read again."""
    repository: bytes
    """8 bytes, drawn when the hooks were installed; work trees of one repository share them."""
    event: GitEvent
    at: datetime
    hash: str | None = None
    """The commit that HEAD stood at; None where no plain file says so."""
    word: str = ""
    """``amend`` or ``rebase``: what rewrote, or what a commit is part of; ``squash``: a merge that makes no commit."""
    ancestors: tuple[str, ...] = ()
    """The processes that the hook descends from, nearest first, each as ``Exposure.owner``."""
    rewritten: tuple[Rewritten, ...] = ()


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
