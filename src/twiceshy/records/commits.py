"""What a project's repository says was changed: one frozen record a commit. Generic in its text, as events are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic

from twiceshy.records.text import Scrubbed, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitFile(Generic[Text]):
    """A file that a commit touches."""

    path: Text
    """From the repository's top, with ``/``."""
    old_path: Text | None = None
    """Of a rename."""
    added: int | None
    """Lines; None for a binary file."""
    removed: int | None
    added_hashes: bytes = b""
    """As ``records.events.Edit.added_hashes``. Empty also where the commit is too large to be looked into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit(Generic[Text]):
    """One commit. Merges have no files: what they bring in was changed where it was written."""

    hash: str
    parents: tuple[str, ...]
    author: bytes
    """8 bytes: salted hash of the e-mail address in lower case."""
    authored_at: datetime
    """Aware, UTC."""
    authored_offset_min: int
    """Of the author's clock from UTC."""
    committed_at: datetime
    subject: Text
    trailers: tuple[tuple[Text, Text], ...] = ()
    """Name and value in the message's order: ``("Co-authored-by", "...")``."""
    patch_id: str | None = None
    """Equal for the same change on another base. None for merges, empty commits and those too large."""
    files: tuple[CommitFile[Text], ...] = ()


RawCommit = Commit[str]
StoredCommit = Commit[Scrubbed]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSummary:
    """What one reading of repositories found and stored."""

    projects: int = 0
    """Folders that are repositories."""
    commits: int = 0
    """New ones."""
    failed: tuple[tuple[Scrubbed, Scrubbed], ...] = ()
    """Folder and reason of each repository that could not be read."""
