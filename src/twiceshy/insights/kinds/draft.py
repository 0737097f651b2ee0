"""What one kind of insight finds, before counts, cost, trend and order are added, which are the same for all kinds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.project_history import Place
from twiceshy.insights.remedies.instruction_line import explain_refusal
from twiceshy.records.insights import InsightKind, NextStep, Remedy, RemedyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCase:
    """One time that it happened, and until when it cost time."""

    place: Place
    until: int | None = None
    """Index in its session of the attempt with which it was over; None: it was given up, and cost its own time."""
    usd: float | None = None
    """What the account says of it, in place of what its time cost; None where it has a time of its own."""
    seconds: float | None = None
    """The same of its time."""


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
    most_usd: float | None = None
    """Where its cases say what would likely have been saved: the most that could have been."""
    hides_s: float = 0.0
    """For its order: seconds of later work that one case hides, where it costs no time itself; 0 where it does."""
    trouble: Trouble | None = None
    """None where it is no such trouble, or only the error's own words tell it."""
    over: bool = False
    """It was a state of the machine or the network, and the same thing worked after it."""


# Remedies as sentences: each passes the same net as a line of a file that an agent obeys, or it is not said.
#
# So no step that is never a remedy, and no word of a log, gets into one, whichever kind of insight made it.


def make_text_remedy(text: str, evidence: str, kind: RemedyKind = RemedyKind.TEXT) -> tuple[Remedy, ...]:
    """Return the remedy alone in a tuple; empty where the sentence may not be written into a file of instructions."""
    return () if explain_refusal(text) else (Remedy(kind=kind, text=text, evidence=evidence),)


def count_words(many: int, word: str) -> str:
    """Return a number with its word.

    >>> count_words(1, "session"), count_words(1_200, "run")
    ('1 session', '1,200 runs')
    """
    return f"{many:,} {word}{'' if many == 1 else 's'}"


def count_times(many: int) -> str:
    """Return how often.

    >>> count_times(1), count_times(12)
    ('once', '12 times')
    """
    return "once" if many == 1 else f"{many:,} times"


# Which insight saves most when somebody acts on it? Seconds a case costs, and what it costs in dollars, as seconds.
#
# What is over does not come back: a case counts half when it is eight weeks older than the newest session. What has no
# cost of its own (a failure reported as success) counts by what it hides.

HALF_LIFE_S = 8 * 7 * 86400.0
"""Seconds after which a case counts half. Guess of 2026-11-22: two of the report's usual windows of four weeks."""
SECONDS_A_DOLLAR = 60.0
"""For order only. Guess of 2026-11-22: an hour of a developer's waiting is worth about 60 dollars."""


def discount(at: float | None, newest: float | None) -> float:
    """Return what a case counts by its age, 0 to 1; of unknown age it counts half.

    >>> discount(0.0, HALF_LIFE_S)
    0.5
    """
    if at is None or newest is None:
        return 0.5
    return float(2.0 ** (-max(0.0, newest - at) / HALF_LIFE_S))


def rank_cases(costs: Iterable[tuple[float, float | None, float]]) -> float:
    """Return the seconds that acting on it saves, from seconds, dollars and discount of each case."""
    return sum((seconds + SECONDS_A_DOLLAR * (dollars or 0.0)) * weight for seconds, dollars, weight in costs)
