"""A commit as file ranking sees it: who, when, why, and which words came into and went out of which file.

It lives only in memory between the reader of a repository and the index, which keeps words of scrubbed text; it is
neither stored nor shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """What a commit did to a file, by git's letter. Anything else git may say (a type change) counts as modified."""

    ADDED = "A"
    MODIFIED = "M"
    DELETED = "D"
    RENAMED = "R"


@dataclass(frozen=True, slots=True)
class TouchedFile:
    """One file of one commit."""

    path: str
    """With ``/``, relative to the top of the repository; after the commit (before it, where it is deleted)."""
    status: Status = Status.MODIFIED
    old_path: str | None = None
    """Where a renamed file was before."""
    gained: Mapping[str, int] = field(default_factory=dict)
    """Words of added lines, with how often (``facts.ranking.count_words``). Empty for binary and very long files."""
    lost: Mapping[str, int] = field(default_factory=dict)

    @property
    def before(self) -> str | None:
        """Its path before the commit; None where the commit made it."""
        return None if self.status is Status.ADDED else self.old_path or self.path


@dataclass(frozen=True, slots=True)
class HistoryCommit:
    """One commit of a repository's history; merges are left out."""

    id: str
    """Full hash, hexadecimal."""
    at: int
    """Committer's time, seconds since 1970 UTC. May go back from one commit to the next."""
    author: str
    """Keyed hash of the author's address; empty where unknown."""
    subject: str
    body: str = ""
    files: tuple[TouchedFile, ...] = ()
