"""A log's time, whatever its spelling, as an aware UTC ``datetime``."""

from datetime import UTC, datetime
from typing import NamedTuple

_LATEST_MS = 1 << 41  # year 2039: ``Stamp.rank`` shifts milliseconds by 22 bits and must fit SQLite's 63


class LogTime(NamedTuple):
    """A point in time, as a ``datetime`` and in milliseconds."""

    at: datetime
    ms: int
    """Milliseconds since 1970."""


def parse_time(value: object) -> LogTime | None:
    """Parse an ISO 8601 text (a naive one is taken as UTC) or a number since 1970; None if it is neither.

    A number's unit follows from its size: seconds, milliseconds, microseconds or nanoseconds.
    """
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at if at.tzinfo is UTC else at.astimezone(UTC)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            at = datetime.fromtimestamp(_to_seconds(value), UTC)
        else:
            return None
        ms = round(at.timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return None
    return LogTime(at, ms) if 0 <= ms < _LATEST_MS else None


def _to_seconds(value: float) -> float:
    for limit, unit in ((1e11, 1), (1e14, 1e3), (1e17, 1e6)):
        if value < limit:
            return value / unit
    return value / 1e9
