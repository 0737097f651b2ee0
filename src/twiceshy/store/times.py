"""Times as the store writes them."""

from datetime import UTC, datetime


def format_time(at: datetime | None) -> str | None:
    """Return the time as it is stored: UTC, milliseconds, ``Z``; None for None."""
    if at is None:
        return None
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="milliseconds")[:-6] + "Z"


def parse_time(text: str | None) -> datetime | None:
    """Parse a stored time, aware; None for None or an empty text."""
    return datetime.fromisoformat(text) if text else None
