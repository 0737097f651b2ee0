"""Which stretch of time is a report about when nobody says one?

The newest four weeks of what is stored, counted back from the newest session, so that old logs give no empty page.
Where they hold too few sessions to say anything, a longer stretch.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from twiceshy.base.values import Scope

LENGTHS_DAYS = (28, 91, 365)
"""Days, the first that is enough is taken. Guess of 2026-11-22: what a person remembers, a quarter, a year."""
LEAST_SESSIONS = 20
"""Sessions that are enough. Guess of 2026-11-22: an insight needs some sessions of one project."""


def choose_begin(last_times: Sequence[datetime]) -> datetime | None:
    """Return when the window begins, from the time of each session's last event; None: everything.

    Where all that is stored is no longer than the window, it is everything.
    """
    if not last_times:
        return None
    newest, oldest = max(last_times), min(last_times)
    for days in LENGTHS_DAYS:
        begin = newest - timedelta(days=days)
        if oldest >= begin:
            return None
        if sum(at >= begin for at in last_times) >= LEAST_SESSIONS:
            return begin
    return None


def find_earlier(scope: Scope, last_at: datetime | None) -> Scope | None:
    """Return the same length of time before the scope; None where that has no beginning.

    Args:
        scope: what is reported.
        last_at: of the newest session of its projects: where the scope ends if it has no end of its own.
    """
    end = scope.until or last_at
    if scope.since is None or end is None:
        return None
    return replace(scope, since=scope.since - (end - scope.since), until=scope.since)
