"""What git's hooks noted: that something happened in a repository, at which commit, and below which processes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


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
