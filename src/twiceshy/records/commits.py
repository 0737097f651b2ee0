"""Commits, what became of their lines, and the sessions that they came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple

from twiceshy.base.values import Scrubbed, Text


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
    body: Text | None = None
    """The message behind its subject, trailers too; empty where it is a subject alone. None where it was not read."""
    tree: str | None = None
    """Hash of what the repository held. None where it was not read."""
    branch: Text | None = None
    """On which it was made. Only this clone's own notes know it; None where they do not."""
    amends: str | None = None
    """Hash of the commit that it took the place of (``commit --amend``), by this clone's own notes."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillSummary:
    """What reading the past of one repository found and stored."""

    project: Scrubbed
    """Its identity."""
    found: int
    """Commits that were asked for and are there."""
    stored_before: int
    new: int
    completed: int
    """Commits stored before of which only the subject was known."""
    faults: int
    """Commits at which our code failed; ``doctor`` names them."""
    shallow: bool
    """Whether the clone was cut off: git has no more of it than this."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """How much of a commit is alive in later ones."""

    commit_hash: str
    lines: int
    """Different added lines that are more than punctuation; of these the shares are."""
    alive: tuple[tuple[int, float], ...] = ()
    """After how many later commits, and the share alive then; left out where there are not yet so many."""
    at_head: float | None = None
    """None where the commit, or a copy of it, is not behind HEAD."""
    as_commit: str = ""
    """The copy that was followed (rebased, picked) where the commit itself is not behind HEAD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """A later commit that takes out what a commit put in."""

    commit_hash: str
    by: str
    kind: str
    """What it is, surest first.

    ``revert-said``: its message says so. ``revert-lines``: it takes out nearly all lines and leaves what was before.
    ``replaced``: it takes out nearly all lines and puts others there. ``fix-up``: it takes out a good part soon after.
    """
    share: float | None
    """Of the commit's lines that it takes out; None where its lines are not known."""
    days: float
    """Between the two commits."""


class Touch(NamedTuple):
    """One file changed by one call of a session."""

    at: float | None
    """Seconds since 1970."""
    call: bytes
    path: Scrubbed
    """As ``records.events.Edit.path``: relative to the session's folder, else absolute."""
    added: bytes = b""
    """As ``records.events.Edit.added_hashes``. Empty where nothing is known of the lines."""


class GitRun(NamedTuple):
    """One call of a session whose command line may have made commits."""

    at: float | None
    """When it was asked for; seconds since 1970."""
    until: float | None
    """When its result came."""
    call: bytes
    command: Scrubbed
    text: Scrubbed
    """The beginning of what it printed."""
    stated: str = ""
    """Hash, maybe abbreviated, of a commit, where the agent's log states it apart from the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What one session left that can be found again in a repository."""

    session: bytes
    agent: str
    native_id: Scrubbed
    first_at: float | None
    last_at: float | None
    branch: Scrubbed | None = None
    touches: tuple[Touch, ...] = ()
    """In the session's order."""
    git_runs: tuple[GitRun, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A commit that has work of a session. A commit may have links to several sessions, a session to many commits."""

    session: bytes
    commit_hash: str
    confidence: float
    """Between 0 and 1."""
    evidence: tuple[tuple[str, str], ...]
    """Kind and detail, strongest first. The kinds are those of ``outcomes.links.KINDS``."""
    lines_shared: int
    """Different added lines that both have and that say something (see ``outcomes.links``)."""
    lines_of_commit: int
    """Different added lines of the commit."""
    lines_of_session: int


class SessionFate(NamedTuple):
    """The fate of one session's commits."""

    commits: tuple[Survival, ...]
    undone: tuple[Reversal, ...]
    calls: Mapping[bytes, float]
    """For calls whose lines were found in linked commits behind HEAD, the share of these that is alive at HEAD."""
