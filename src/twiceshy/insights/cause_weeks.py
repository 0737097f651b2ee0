"""Count failed calls by cause and week, for a plot. Pure.

A test or check that is red did its job, so runs in which one was red are left out, as they are of insights. A
week in which no session is stored has no count: nothing recorded is not the same as nothing failed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.repeated_costs import has_red_check
from twiceshy.records import ids
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.report import CauseWeeks, WeeklyCause
from twiceshy.stats.text.foreign_names import quote_words

MOST_CAUSES = 5
"""Causes with a line of their own (guess, 2026-11-22: more lines than that cannot be told apart)."""
_WEEK = timedelta(weeks=1)


def count_cause_weeks(sessions: Iterable[SessionAttempts]) -> CauseWeeks:
    """Return the counts of the most frequent causes, and of all others together."""
    counts: defaultdict[bytes, Counter[date]] = defaultdict(Counter)
    says: dict[bytes, str] = {}
    began: Counter[date] = Counter()
    for session in sessions:
        began.update(_week_of(session.first_at))
        for call in filter(_is_failure, session.attempts):
            counts[call.fingerprint].update(_week_of(call.at if call.at is not None else session.first_at))
            says[call.fingerprint] = call.message
    weeks = _list_weeks([*began, *chain.from_iterable(counts.values())])
    rest: Counter[date] = Counter(counts.pop(b"", {}))
    ordered = sorted(counts, key=lambda key: (-counts[key].total(), key))
    for key in ordered[MOST_CAUSES:]:
        rest.update(counts[key])
    rows = [
        WeeklyCause(ids.shorten(ids.ERROR, key), quote_words(says[key]), *_spread(counts[key], weeks, began))
        for key in ordered[:MOST_CAUSES]
    ]
    if rest:
        rows.append(WeeklyCause("", Quoted(""), *_spread(rest, weeks, began)))
    return CauseWeeks(weeks=tuple(weeks), causes=tuple(rows), sessions=tuple(began[week] for week in weeks))


def _is_failure(call: CallAttempt) -> bool:
    return call.end is AttemptEnd.FAILED and not has_red_check(call)


def _week_of(at: float | None) -> list[date]:
    """Return the Monday of a time, UTC; nothing where it is not known."""
    if at is None:
        return []
    day = datetime.fromtimestamp(at, UTC).date()
    return [day - timedelta(days=day.weekday())]


def _list_weeks(seen: Sequence[date]) -> list[date]:
    """Return every Monday from the first to the last."""
    if not seen:
        return []
    first, last = min(seen), max(seen)
    return [first + _WEEK * number for number in range((last - first) // _WEEK + 1)]


def _spread(counts: Counter[date], weeks: Sequence[date], began: Counter[date]) -> tuple[int, tuple[int | None, ...]]:
    """Return the sum, and the count of each week; None where no session began and nothing failed."""
    return counts.total(), tuple(counts[week] if began[week] or counts[week] else None for week in weeks)
