"""What the kinds that speak of the account share: whether dollars are worth a line, and where a request stands."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.insights import Remedy, RemedyKind
from twiceshy.records.spend import PICO

_LEAST_USD = 1.0
"""Dollars that a line is worth (guess, 2026-11-25: below it nobody changes a habit)."""
_LEAST_SHARE = 0.01
"""Of the project's dollars (guess, 2026-11-25)."""
_RANK_BITS = 22  # of ``Stamp.rank`` behind the milliseconds (by definition of it)


def is_worth(usd: float, history: ProjectHistory) -> bool:
    """Tell whether so many dollars are worth a line."""
    return usd >= _LEAST_USD and usd >= _LEAST_SHARE * sum_project(history)


def sum_project(history: ProjectHistory) -> float:
    """Return the dollars of its sessions."""
    found = (history.spends.get(one.session) for one in history.sessions)
    return sum(amount.picodollars for one in found if one for amount in one.cells.values()) / PICO


def make_habit(text: str, evidence: str) -> Remedy:
    """Return what a person may do otherwise."""
    return Remedy(kind=RemedyKind.HABIT, text=text, evidence=evidence)


def list_times(session: SessionAttempts) -> list[float]:
    """Return the time of each prompt and call, none before the one before it."""
    return list(accumulate((one.at or 0.0 for one in session.attempts), max))


def find_second(rank: int) -> float:
    """Return the POSIX seconds of a request.

    >>> find_second(1_500 << 22)
    1.5
    """
    return (rank >> _RANK_BITS) / 1000


def find_place(times: Sequence[float], session: int, rank: int) -> Place:
    """Return the last prompt or call before a request ended, by its time; the first where no time is known."""
    return Place(session, max(bisect_right(times, find_second(rank)) - 1, 0))
