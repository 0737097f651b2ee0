"""Encode what was read of a log; an event that a fault of ours spoils is left out and named, the others are kept.

The usual case costs nothing: only where the whole cannot be encoded is each event tried alone. What cannot be
scrubbed is never stored.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from twiceshy.archive.rows import RowBatch
from twiceshy.base.errors import TwiceshyError, locate_fault
from twiceshy.logs.base import Batch
from twiceshy.records.events import RawEvent
from twiceshy.records.ingest import LineTally, UnreadableLine

FAULT = "fault"
"""Reason of a line that was read and could not be kept."""


class EncodedEvents(NamedTuple):
    """Rows, and what is not among them."""

    packed: RowBatch
    faults: Sequence[UnreadableLine]


def encode_part(encode: Callable[[Sequence[RawEvent]], RowBatch], batch: Batch, begin: int) -> EncodedEvents:
    """Encode a batch that was read from the offset ``begin`` on.

    Raises:
        TwiceshyError: as ``encode`` does on purpose, for instance where a program is missing.
    """
    try:
        return EncodedEvents(encode(batch.events), ())
    except TwiceshyError:
        raise
    except Exception:  # noqa: BLE001  # looked at more closely below
        return _encode_one_by_one(encode, batch, begin)


def _encode_one_by_one(encode: Callable[[Sequence[RawEvent]], RowBatch], batch: Batch, begin: int) -> EncodedEvents:
    """Encode without the events that cannot be encoded alone."""
    kept: list[RawEvent] = []
    faults: dict[int, str] = {}
    for place, event in enumerate(batch.events):
        try:
            encode([event])
        except Exception as error:  # noqa: BLE001  # any fault of one event leaves out that event
            at = batch.offset_of(place)
            faults.setdefault(begin if at is None else at, locate_fault(error))
        else:
            kept.append(event)
    try:
        packed = encode(kept)
    except Exception as error:  # noqa: BLE001  # none fails alone, and all do together
        packed = encode([])
        faults.setdefault(begin, locate_fault(error))
    return EncodedEvents(packed, _to_lines(faults.items(), batch.cursor.offset))


def _to_lines(faults: Iterable[tuple[int, str]], end: int) -> list[UnreadableLine]:
    """Return faults by place as lines that could not be read."""
    return [
        UnreadableLine(offset=offset, length=max(end - offset, 0), reason=FAULT, place=place)
        for offset, place in sorted(faults)
    ]


def recount(tally: LineTally, faults: Sequence[UnreadableLine]) -> LineTally:
    """Return the tally with lines that gave faults counted as skipped and no longer as read."""
    lost = min(len(faults), tally.with_events)
    return LineTally(
        lines=tally.lines + len(faults) - lost,
        with_events=tally.with_events - lost,
        non_events=tally.non_events,
        unknown=tally.unknown,
    )
