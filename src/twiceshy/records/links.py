"""Which commits came from which session: what a session left that a commit can show, and the links found."""

from dataclasses import dataclass
from typing import NamedTuple

from twiceshy.records.text import Scrubbed


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
