"""Times as the store writes them."""

from datetime import UTC, datetime

from twiceshy.records.codec import DamagedValue, read_value


def format_time(at: datetime | None) -> str | None:
    """Return the time as it is stored: UTC, milliseconds, ``Z``; None for None."""
    if at is None:
        return None
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="milliseconds")[:-6] + "Z"


def parse_time(text: str | None) -> datetime | None:
    """Parse a stored time, aware; None for None or an empty text.

    Raises:
        DamagedValue: it is no time.
    """
    if not text:
        return None
    with read_value("time"):
        at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise DamagedValue(f"a stored time has no zone: {text!r:.60}")
    return at


def parse_moment(text: str) -> datetime:
    """Parse a stored time that is never missing.

    Raises:
        DamagedValue: it is no time.
    """
    at = parse_time(text)
    if at is None:
        raise DamagedValue("a stored time is empty")
    return at
