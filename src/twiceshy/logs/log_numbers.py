"""Numbers as a log may give them: what is no number, or none that can be meant, counts as missing.

A log is foreign. Its numbers may be negative, texts, infinite, or larger than what SQLite holds; sums of what is
stored must fit 63 bits however many rows there are.
"""

from typing import Final

LARGEST_COUNT: Final = 1 << 40
"""Tokens, lines, images (guess, 2026-11-22): a million times the largest seen, and eight million of them can be
added."""
LONGEST_S: Final = 1e9
"""Seconds (guess, 2026-11-22): 31 years; a longer duration is a time of day in the wrong field."""
LARGEST_COST: Final = 1e6
"""US dollars of one message (guess, 2026-11-22): ten thousand times the dearest model's longest."""
_STATUSES: Final = range(-(1 << 31), 1 << 32)
"""What a system can report as a status: signed or unsigned 32 bits, by definition."""


def to_count(value: object) -> int:
    """Return a count; 0 where the log has none that can be meant.

    >>> to_count(7), to_count(-1), to_count("7"), to_count(2**63), to_count(True)
    (7, 0, 0, 0, 0)
    """
    return value if type(value) is int and 0 <= value <= LARGEST_COUNT else 0


def to_seconds(value: object) -> float | None:
    """Return a duration in seconds; None where the log has none that can be meant.

    >>> to_seconds(1.5), to_seconds(float("inf")), to_seconds(float("nan")), to_seconds(-1), to_seconds("1")
    (1.5, None, None, None, None)
    """
    if type(value) not in (int, float) or not 0 <= value <= LONGEST_S:  # type: ignore[operator]  # a number by now
        return None
    return float(value)  # type: ignore[arg-type]  # as above


def to_dollars(value: object) -> float | None:
    """Return what one message cost; None where the log has nothing that can be meant.

    >>> to_dollars(0.25), to_dollars(2), to_dollars(-1), to_dollars(float("inf")), to_dollars("1"), to_dollars(None)
    (0.25, 2.0, None, None, None, None)
    """
    if type(value) not in (int, float) or not 0 <= value <= LARGEST_COST:  # type: ignore[operator]  # a number by now
        return None
    return float(value)  # type: ignore[arg-type]  # as above


def to_status(value: object) -> int | None:
    """Return an exit status; None where the log has none that a system can report.

    >>> to_status(0), to_status(-9), to_status(4294967295), to_status(2**63), to_status("1")
    (0, -9, 4294967295, None, None)
    """
    return value if type(value) is int and value in _STATUSES else None


def to_span(value: tuple[object, object] | None) -> tuple[int, int] | None:
    """Return two counts that belong together, such as a first line and a number of lines; None for none.

    >>> to_span((1, 2**63)), to_span(None)
    ((1, 0), None)
    """
    return None if value is None else (to_count(value[0]), to_count(value[1]))
