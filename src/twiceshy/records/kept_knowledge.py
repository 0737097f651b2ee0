"""What briefs say of a project, as ``learn`` keeps it. A prompt waits for it, so nothing else stands here."""

from enum import StrEnum
from typing import NamedTuple


class ProjectFactKind(StrEnum):
    """What the fact is about."""

    TEST = "test"
    LINT = "lint"
    BUILD = "build"
    TYPES = "types"
    FORMAT = "format"
    RUN = "run"
    FIRST = "first"
    """What must come before."""
    GENERATED = "generated"
    """A file whose edits do not stay."""
    MISSING = "missing"
    """A program that is not installed."""
    SERVICE = "service"
    """What must be running."""
    FLAKY = "flaky"
    """A test with both results at the same code."""
    CORRECTED = "corrected"
    """Where the user corrects."""


class KeptFact(NamedTuple):
    """What a brief says of a fact."""

    kind: ProjectFactKind
    says: str
    command: str
    """In its quotes; empty where the fact is about something else."""
    folder: str
    n: int
    runs: int = 0
    green: int = 0
    red: int = 0
    part: bool = False
    """It is called for some files or tests, never for all of the project."""
    median_s: float | None = None
    recent: int = 0
    """Of the project's newest sessions, those in which it was used."""
    recent_of: int = 0


class KeptTrouble(NamedTuple):
    """What a brief says of an insight."""

    id: str
    """Of the insight."""
    kind: str
    """Of the insight."""
    says: str
    """One line: a prohibition or a fact with its counts, of our words and quoted names and messages only."""
    programs: tuple[str, ...]
    """Whose calls it is about, as ``CallAttempt.head``, and the program that is not there. Counted with, never said."""
    fingerprints: tuple[bytes, ...]
    """Of the failures that it counts."""
    recent: int
    """Of the project's newest sessions, those in which it happened."""
