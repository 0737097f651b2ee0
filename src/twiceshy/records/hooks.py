"""Hooks in agents' settings: what will be changed, what cannot be, what was put in."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HookEntry:
    """What was put into one settings file; enough to undo it byte for byte. Holds no text but our own."""

    agent: str
    path: Path
    created: bool
    """There was no such file before."""
    folder_created: bool
    made: list[str]
    """Keys that came with our entries."""
    insertions: list[tuple[int, str]]
    """Offset in the text before, and what was put there."""
    digest: str
    """Of the file with our entries in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """A settings file as it is and as it will be."""

    title: str
    """The agent, as people call it."""
    path: Path
    before: str | None
    """None: there is no such file."""
    after: str | None
    """None: the file goes, as we made it and nothing else is in it."""
    entry: HookEntry | None = None
    """What to remember of it; None when our entries leave."""
    folder_created: bool = False
    """Of a file that goes: we made its folder too."""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A settings file that is left alone, and what its user can do."""

    title: str
    path: Path
    reason: str
    paste: str
    """The text to put in by hand; empty where entries leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookPlan:
    """What an installation or a removal will do."""

    changes: list[SettingsChange]
    """Only files that do change."""
    unchanged: list[Path]
    """Files in which all is as it should be."""
    refusals: list[Refusal]
    git: bool = True
    """Whether the git program was found."""

    @property
    def has_agent(self) -> bool:
        """Whether there is any agent at all."""
        return bool(self.changes or self.unchanged or self.refusals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What an installed hook did with an example."""

    event: str
    command: list[str]
    exit_code: int | None
    """None: it could not be started, or did not end."""
    output: str
    seconds: float
    written: str
    """The line in the spool."""
    failures: list[str]
    """What the hook noted that it could not do."""

    @property
    def works(self) -> bool:
        """Whether it did all that it should."""
        return self.exit_code == 0 and not self.output and bool(self.written)
