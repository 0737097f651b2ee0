"""Commits, what became of their lines, and the sessions that they came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, NamedTuple

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


# What a project's memory tells of a commit, whichever clone read it: nothing that becomes known only later.


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitFacts:
    """One commit as it is told to others."""

    hash: str
    message: Scrubbed
    """Subject and body."""
    timestamp: datetime
    """The author's time, with the author's offset from UTC."""
    committed_at: datetime
    """Aware, UTC."""
    files_changed: tuple[Scrubbed, ...]
    """Paths from the repository's top, with ``/``. None of a merge."""
    insertions: int | None
    """Lines, over all files that are text. None where the clone lacks the contents."""
    deletions: int | None
    binary: tuple[Scrubbed, ...] = ()
    """Those of the files that are not text."""
    parent_count: int
    seconds_since_last_commit: float | None = None
    """Since the newest older commit by the same author on the way back along first parents. None where there is none,
    or the author's clock went backwards."""
    branch: Scrubbed | None = None
    """On which it was made; None where this clone did not see it."""
    amends: str | None = None
    patch_id: str | None = None
    tree: str | None = None

    @property
    def hour_of_day(self) -> int:
        """The hour on the author's clock."""
        return self.timestamp.hour

    @property
    def day_of_week(self) -> str:
        """The day on the author's clock, in English."""
        return DAYS[self.timestamp.weekday()]

    @property
    def is_merge(self) -> bool:
        """Whether it has several parents."""
        return self.parent_count > 1

    @property
    def is_initial(self) -> bool:
        """Whether it has none."""
        return self.parent_count == 0


class CommitLook(NamedTuple):
    """As much of a commit as shows whether it takes another back."""

    hash: str
    parents: tuple[str, ...]
    tree: str | None
    committed_at: datetime
    body: str
    """Empty where it speaks of no revert."""


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


# What is said of a commit after it was made: by a CI system, or by a person who took it back.

RESULTS: Final = ("pass", "fail", "error", "pending", "unknown")
"""What a CI system can say. ``pending``: it has not ended."""
EVIDENCE: Final = ("told", "message", "tree", "lines")
"""How it is known that a commit was taken back, surest first: a person said so, the later commit's message says so, the
later commit holds what was there before, or it takes out nearly all lines and leaves what was before."""
_WORST_FIRST: Final = ("fail", "error", "unknown", "pass")


@dataclass(frozen=True, slots=True, kw_only=True)
class CiResult(Generic[Text]):
    """One answer of a CI system: of one job, at one time. A commit may have many."""

    commit_hash: str
    """Whole."""
    at: datetime
    """Aware, UTC."""
    result: str
    """One of ``RESULTS``."""
    tests_passed: int | None = None
    tests_failed: int | None = None
    coverage: float | None = None
    """Percent."""
    duration_s: float | None = None
    workflow: Text | None = None
    job: Text | None = None
    run_id: Text | None = None
    run_number: Text | None = None
    message: Text | None = None


RawCiResult = CiResult[str]
StoredCiResult = CiResult[Scrubbed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revert:
    """A commit that was taken back."""

    commit_hash: str
    """Whole."""
    at: datetime
    """When it was taken back, or told. Aware, UTC."""
    by: str | None = None
    """Whole hash of the commit that took it back."""
    evidence: str = "told"
    """One of ``EVIDENCE``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiAnswer:
    """All that CI systems said of one commit."""

    commit_hash: str
    result: str | None
    """The worst of its jobs'; None where nothing was said."""
    jobs: tuple[StoredCiResult, ...]
    """Of each job the newest finished answer."""
    answers: int
    """How many were given in all."""


def choose_newest(results: list[StoredCiResult]) -> list[StoredCiResult]:
    """Return the newest finished answer of each job, or its pending one where nothing has finished; by job."""
    chosen: dict[tuple[str, str], StoredCiResult] = {}
    for one in sorted(results, key=lambda one: (one.result != "pending", one.at)):
        chosen[one.workflow or "", one.job or ""] = one
    return [chosen[key] for key in sorted(chosen)]


def find_worst(results: list[StoredCiResult]) -> str | None:
    """Return the result of a commit: the worst of its jobs', and pending only where nothing worse is known.

    None where nothing was said.
    """
    said = {one.result for one in choose_newest(results)}
    if "fail" not in said and "error" not in said and "pending" in said:
        return "pending"
    return next((result for result in _WORST_FIRST if result in said), None)


# What is kept of an older commit so that it can be found, and its message taken as a pattern.


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCommit:
    """An older commit, without its diff."""

    commit: str
    author: str
    at: int
    """Committer's time, in seconds since 1970."""
    subject: str
    """Without the number that a host put behind it; other numbers of issues are ``#N``."""
    numbered: bool
    """Whether the host put a number behind it."""
    body: str
    """Without trailers; its beginning where it is long."""
    paths: Sequence[str]
    """The files it touched, by their names after it."""
    names: Sequence[str]
    """Names in its diff, each once, the most frequent first; of very many only these."""


# Which lines commits took out of files, and which they put in.


class FileLines(NamedTuple):
    """The lines of one file that one commit changed; white space alone is no change."""

    path: str
    """From the repository's top; empty where the file went."""
    old_path: str
    """Its name before; empty where it is new."""
    removed: Sequence[str]
    added: Sequence[str]


class CommitLines(NamedTuple):
    """The lines that one commit changed."""

    commit: str
    files: Sequence[FileLines]


# A change together with what its author wrote about it.


class DescribedFile(NamedTuple):
    """What happened to one file."""

    path: str
    """From the repository's top; its last name where it went."""
    old_path: str
    """Its name before; empty where it is new, equal to ``path`` where it only changed."""
    gone: bool
    heads: Sequence[str]
    """What git prints behind the position of each hunk: mostly the function around it."""
    removed: Sequence[str]
    """The lines that went; not all of them where there are very many."""
    added: Sequence[str]
    changed_lines: int
    """All lines that went or came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedChange:
    """One commit."""

    commit: str
    parents: int
    author: str
    """What stands for the author's address; empty for none."""
    by_program: bool
    """Whether the author's name says that it is a program."""
    at: int
    """Committer's time, in seconds since 1970."""
    subject: str
    body: str
    """Behind the subject, trailers too."""
    files: Sequence[DescribedFile]
    whole: bool
    """False where the patch was too large to be read whole."""
    redacted: bool
    """Whether something was taken out of the subject; of bodies often the addresses in trailers are."""
