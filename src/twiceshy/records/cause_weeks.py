"""Failed calls by cause and week, as a plot shows them."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from twiceshy.base.values import Quoted


class WeeklyCause(NamedTuple):
    """One error, and how often calls failed with it in each week."""

    id: str
    """Of the error, for ``twiceshy show``."""
    says: Quoted
    """The line that says what is wrong; empty where there is none that can be shown."""
    total: int
    counts: tuple[int | None, ...]
    """None where no session of the week is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseWeeks:
    """Failed calls by cause and week. Runs in which a test or a check was red are left out: that is its job."""

    weeks: tuple[date, ...]
    """Mondays, UTC, without gaps."""
    causes: tuple[WeeklyCause, ...]
    """The most frequent first; the last one sums up the rest and has no id."""
    sessions: tuple[int, ...]
    """Which began in the week."""
