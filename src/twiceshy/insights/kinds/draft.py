"""What one kind of insight finds, before counts, cost, trend and order are added, which are the same for all kinds."""

from dataclasses import dataclass
from typing import NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.project_history import Place
from twiceshy.records.insights import InsightKind, NextStep, Remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCase:
    """One time that it happened, and until when it cost time."""

    place: Place
    until: int | None = None
    """Index in its session of the attempt with which it was over; None: it was given up, and cost its own time."""


class Trouble(NamedTuple):
    """What is the matter with the machine or the project's hooks, fit to be remembered when the counts have changed."""

    slug: str
    """Of a closed list, see ``RecurringTrouble``."""
    subject: str
    """Program with its subcommand that meets it."""
    says: str
    """In our words and quoted names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightDraft:
    """What a kind knows of one insight."""

    kind: InsightKind
    key: str
    """What tells it from others of its kind in its project."""
    says: str
    """One sentence with its counts: where, what, how often, in how many sessions."""
    cases: tuple[CountedCase, ...]
    """In the order of the history; all that the sentence counts."""
    of: int | None = None
    """Tries, where it has some."""
    place: Quoted
    cause: Quoted
    next_steps: tuple[NextStep, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    hides_s: float = 0.0
    """For its order: seconds of later work that one case hides, where it costs no time itself; 0 where it does."""
    trouble: Trouble | None = None
    """None where it is no such trouble, or only the error's own words tell it."""
    over: bool = False
    """It was a state of the machine or the network, and the same thing worked after it."""
