"""What `doctor` found: one check a thing, with what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class CheckState(StrEnum):
    """How a check came out. Only problems make `doctor` fail."""

    OK = "ok"
    NOTE = "note"  # worth knowing; nothing is broken
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    """Short, for the first column."""
    state: CheckState
    words: str
    """What was found."""
    advice: str = ""
    """What to do; never empty for a problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """All checks, in the order in which one depends on another."""

    checks: list[Check]

    @property
    def healthy(self) -> bool:
        """Whether there is no problem."""
        return all(check.state is not CheckState.PROBLEM for check in self.checks)
