"""Small values that many records share: redacted text, severity, a rate, a scope, a project.

Nothing of ours is imported here: a brief waits for every import. Records are generic in the type of their text. A
reader makes ``Prompt[str]``; ``privacy.scrub`` turns it into ``Prompt[Scrubbed]``; the store takes nothing else, so
that storing unredacted text does not type-check. A test on the syntax tree holds that ``Scrubbed(...)`` is called
only in ``privacy.scrub`` and, for text read back, in ``store``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Literal, NamedTuple, NewType, TypeVar

Scrubbed = NewType("Scrubbed", str)
Text = TypeVar("Text", bound=str)
Quoted = NewType("Quoted", str)
Verdict = Literal["too-few", "no-difference", "fewer", "more"]
"""What may be said of a difference."""
"""A foreign text in its quotes; empty where it is left out. ``stats.text.foreign_names`` alone makes it."""


class Provenance(StrEnum):
    """Whose words a text is. Only a person's may be told as the user's; all others are quoted as what they are.

    Whoever makes a record of words and says nothing of this gets ``TOOL``: words that speak as nobody.
    """

    PERSON = "person"  # typed by a person, by the structure of the client's log
    TOOL = "tool"  # printed by a tool, answered by a server, or read from a page without such a structure
    REPOSITORY = "repository"  # from a file that whoever wrote the repository wrote


class Severity(StrEnum):
    """How bad a finding is. One scale for all scanners; see ``score.severity`` for how theirs are mapped."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Rate(NamedTuple):
    """A share with its 95 % interval (Wilson)."""

    hits: int
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What to look at; None means everything."""

    project: str | None = None
    """A project's name or a part of it, or its whole identity."""
    agent: str | None = None
    since: datetime | None = None
    """Aware. Sessions whose last event is not older."""
    until: datetime | None = None
    """Aware. Sessions whose first event is older."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Generic[Text]):
    """What tells a project from others, and what people call it."""

    identity: Text
    """``remote:host/owner/name``, ``root:<hash of the first commit>`` or ``folder:<path>``."""
    name: Text
    """Short, for display; several projects may share one."""


RawProject = Project[str]
