"""What may be wrong with a segment that somebody wrote."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from twiceshy.memory import envelope
from twiceshy.memory.segments import LARGEST_BLOB, find_month, find_place, name_lines, read_segment
from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import MemoryRecord


def check_segment(name: str, month: str, blob: bytes) -> Iterator[str]:
    """Yield what is wrong, in words: the file, its name, its lines and their order."""
    if len(blob) > LARGEST_BLOB:
        yield f"it has {len(blob)} bytes, and the cap is {LARGEST_BLOB}"
    try:
        lines = read_segment(blob)
    except DamagedValue as error:
        yield str(error)
        return
    if name_lines(b"".join(line + b"\n" for line in lines.values())) != name:
        yield "its name is not the hash of its lines"
    yield from _check_lines(lines, month)


def _check_lines(lines: Mapping[bytes, bytes], month: str) -> Iterator[str]:
    """Yield what is wrong with lines whose ids are right."""
    places = []
    for key, line in lines.items():
        try:
            place = find_place(line)
            read_line(line)
        except DamagedValue as error:
            yield f"record {key.hex()}: {error}"
            continue
        places.append(place)
        if find_month(place) != month:
            yield f"record {key.hex()} belongs into another month"
    if any(before > after for before, after in pairwise(places)):
        yield "its records are not in order"


def read_line(line: bytes) -> MemoryRecord:
    """Parse a line of a segment; written again it has the same bytes.

    Raises:
        DamagedValue: it is no record, or not in the form in which records are written.
    """
    record = envelope.decode(line)
    try:
        same = envelope.encode_bare(record) == line
    except ValueError as error:
        raise DamagedValue(f"it cannot be written again: {error}") from error
    if not same:
        raise DamagedValue("it is not in the form in which records are written")
    return record
