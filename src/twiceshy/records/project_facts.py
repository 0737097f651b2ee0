"""Project facts: how things are done in one project, learned from what worked there. ``p-`` and hex is the id."""

from dataclasses import dataclass
from datetime import datetime

from twiceshy.base.values import Quoted
from twiceshy.records.figures import CallLine
from twiceshy.records.kept_knowledge import ProjectFactKind as ProjectFactKind  # noqa: PLC0414  # read from here too


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFact:
    """One fact with its counts."""

    id: str
    """``p-`` and hex of project, kind and key."""
    kind: ProjectFactKind
    key: str
    project: str
    """Its name, for display."""
    project_identity: str
    says: str
    """One sentence: a fact or a prohibition, of our words and quoted names only."""
    command: Quoted
    """What is called; empty where the fact is about a file or a test."""
    folder: Quoted
    """Below the project, in which the command must run; empty: the project's own."""
    n: int
    """Calls that are counted: of what is called, those of this very command of which it is known whether it began."""
    runs: int
    """Of what is called: calls that began its work."""
    green: int
    """Runs whose check was content; what only ran, as a formatter does, is neither green nor red."""
    red: int
    part: bool
    """It is called for some files or tests, never for all of the project."""
    sessions: int
    median_s: float | None
    """Of runs that worked."""
    last_at: datetime | None
    """Of the newest proof."""
    last_call: bytes
    """Its uid."""
    commit: str = ""
    """At which it was last true, abbreviated; empty where none is known."""
    cases: tuple[bytes, ...] = ()
    """Uids of the calls that are counted, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactStory:
    """One fact with each case that it counts."""

    fact: ProjectFact
    calls: list[CallLine]
    """Newest first."""
