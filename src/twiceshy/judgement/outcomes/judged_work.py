"""What judging found of sessions, as insights about work read it: corrections, calls that did not stay, kept rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from twiceshy.records.outcomes import CallFates, SessionResult


class RuleKeeping(NamedTuple):
    """How far the sessions of one project kept one step of its declared workflow."""

    project: str
    """The project's identity."""
    step: str
    """Its slug."""
    file: str
    """Where it is declared; empty for a preset."""
    line: int
    kept: tuple[bytes, ...]
    """Sessions in which it was about something and was kept, oldest first."""
    broken: tuple[bytes, ...]
    """Uids of the calls that broke it, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedWork:
    """What judging found, of all projects."""

    results: Mapping[bytes, SessionResult] = field(default_factory=dict)
    """By session."""
    fates: Mapping[bytes, CallFates] = field(default_factory=dict)
    """By session."""
    words: Mapping[bytes, str] = field(default_factory=dict)
    """The beginning of what a person said in each correcting prompt, by prompt."""
    rules: tuple[RuleKeeping, ...] = ()


NOTHING_JUDGED = JudgedWork()
