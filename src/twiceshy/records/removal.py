"""What was removed from the store because the user asked for it, in numbers."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What to forget: everything that fits all that is given; None fits anything."""

    session: str | None = None
    """The beginning of an id: ``s-91c04f2a``."""
    project: str | None = None
    """A project's name or identity, whole."""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What `forget` removed, or would remove."""

    sessions: int
    """Whole ones."""
    parts: int
    """Sessions that lost a part."""
    events: dict[str, int] = field(default_factory=dict)
    """Rows by table."""
    commits: int = 0
    projects: list[str] = field(default_factory=list)
    """Names of the projects that these sessions belong to."""
    logs: list[str] = field(default_factory=list)
    """The agents' own files that still hold them; they are not ours to delete."""
    texts: int = 0
    """Long texts that nothing refers to any more."""
    bytes_freed: int = 0
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaning:
    """What `cleanup` did."""

    old: Removal | None
    """Sessions past their retention; None where there were none."""
    texts: int
    """Long texts that nothing referred to: left by a process that was ended."""
    bytes_before: int
    bytes_after: int
    runs: int = 0
    """Command runs past their retention, or beyond the size that all may have; what was learned from them stays."""
