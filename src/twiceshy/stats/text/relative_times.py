"""Read the times that people type: an age such as ``36h`` or ``30d``, or a date."""

import re
from datetime import UTC, datetime, timedelta

from twiceshy.base.config import SINCE
from twiceshy.base.errors import UsageError

_STEPS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),  # a month is 30 days here: a window, not a calendar
    "y": timedelta(days=365),
}


def parse_since(text: str | None, now: datetime) -> datetime | None:
    """Return the time that a ``--since`` means, UTC; None when it was not given or empty.

    Raises:
        UsageError: it cannot be understood.
    """
    if not text:
        return None
    try:
        if not re.fullmatch(SINCE, text):
            raise ValueError  # noqa: TRY301  # one message for every way to be wrong
        if "-" in text:
            return datetime.fromisoformat(text).replace(tzinfo=now.tzinfo).astimezone(UTC)
        return (now - _STEPS[text[-1]] * int(text[:-1])).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise UsageError(f"--since cannot be {text!r}; say 36h, 30d, 4w, 3m, 1y or a date such as 2026-11-01.") from exc
