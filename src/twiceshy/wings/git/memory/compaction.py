"""When a month of memory is packed for good, and how: the same records give the same bytes, whoever packs them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from twiceshy.wings.git.memory.segments import SMALL, Segment, make_segments
from twiceshy.wings.git.memory.union import drop_forgotten

_PATIENCE: Final = timedelta(days=7)  # after a month's end; late sessions still come in (guess of 2026-11-23)


def is_closed(month: str, now: datetime) -> bool:
    """Tell whether a month, six digits, is over for so long that hardly anything will be added to it.

    >>> is_closed("202610", datetime(2026, 11, 7, tzinfo=UTC)), is_closed("202610", datetime(2026, 11, 8, tzinfo=UTC))
    (False, True)
    >>> is_closed("000000", datetime(2026, 11, 8, tzinfo=UTC))
    True
    """
    year, number = int(month[:4]), int(month[4:])
    if not (1 <= number <= 12 and 1 <= year < 9999):
        return True
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return now >= end + _PATIENCE


def compact_lines(lines: Mapping[bytes, bytes], forgotten: set[bytes]) -> Iterator[Segment]:
    """Yield the segments of a whole month, without what was forgotten.

    Raises:
        DamagedValue: a line is no record.
        ValueError: a line alone is larger than a segment may be.
    """
    return make_segments(drop_forgotten(lines, forgotten), SMALL)
