"""How bad something is. Apart from ``scores``, as lessons need no more of it and a brief waits for every import."""

from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is. One scale for all scanners; see ``score.severity`` for how theirs are mapped."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
