"""Read values as either database gives them: PostgreSQL knows times and days, SQLite keeps their texts."""

from datetime import UTC, date, datetime, time

from twiceshy.base.errors import StoreCorrupt


def read_time(value: object) -> datetime | None:
    """Return a time, or the first moment of a day; None for None."""
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def read_moment(value: object) -> datetime:
    """Return a time that is never missing.

    Raises:
        StoreCorrupt: it is.
    """
    found = read_time(value)
    if found is None:
        raise StoreCorrupt("a time is missing in the server's database. Restore it from a dump.")
    return found


def read_day(value: object) -> date:
    """Return a day."""
    return value if isinstance(value, date) else date.fromisoformat(str(value))
