"""Outside tools as they are listed."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolLine:
    """One outside tool, and where it is."""

    name: str
    what: str
    """What is missing without it."""
    pinned: str
    """The version that ``tools install`` gets."""
    size_mb: int
    """What it takes on disk; 0 where little."""
    path: Path | None
    """None where it is not here."""
    version: str = ""
    source: str = ""
    """``setting``, ``path`` or ``unpacked``."""
    problem: str = ""
    """What is wrong with the setting that names it."""
