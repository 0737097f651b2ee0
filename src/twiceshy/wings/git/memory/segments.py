"""A segment: records of one month together in one file, named by the hash of its lines.

A line is a record without its id and writer, so that the line's hash is the id. The name does not depend on how the
lines are packed: two versions of zstandard give one name.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import orjson
import zstandard

from twiceshy.records.codec import DamagedValue, read_value
from twiceshy.wings.git.memory.envelope import hash_bare
from twiceshy.wings.git.memory.segment_index import MARK_BYTES, SegmentIndex, pack_index, read_index

LARGEST_BLOB: Final = 10_000_000  # bytes of a segment's file; hosts warn at 50 MB (defined by the design, 2026-11-23)
LARGEST_RAW: Final = 8_000_000  # bytes of its lines: what cannot be compressed stays below it (guess, 2026-11-23)
TOMBSTONE: Final = "tombstone"
QUICK: Final = 12  # level of zstandard for what is packed often; 3 % larger at a fifth of the CPU (guess, 2026-11-23)
SMALL: Final = 19  # level of zstandard for what is packed once a month (guess of 2026-11-23)
_LARGEST_READ: Final = 64 << 20  # bytes of lines that are unpacked: a newer version may write more (guess, 2026-11-23)
_NO_MONTH: Final = "000000"


class LinePlace(NamedTuple):
    """Where a line stands among others: by type, then time, then id."""

    type: str
    at: str
    id: bytes


class Segment(NamedTuple):
    """One file of records."""

    name: str
    """64 hexadecimal digits."""
    blob: bytes


def find_place(line: bytes) -> LinePlace:
    """Return where a line belongs.

    Raises:
        DamagedValue: it is no record.
    """
    with read_value("line of memory"):
        row = parse_line(line)
        return LinePlace(str(row["type"]), str(row["at"]), hash_bare(line))


def parse_line(line: bytes) -> Any:
    """Parse a line of JSON.

    Raises:
        ValueError: it is none.
    """
    try:
        return orjson.loads(line)
    except ValueError:
        return json.loads(line)  # it knows half of a surrogate pair


def find_month(place: LinePlace) -> str:
    """Return year and month of a record as six digits; zeros where its time is of no known form."""
    found = place.at[:4] + place.at[5:7]
    return found if len(found) == 6 and found.isascii() and found.isdigit() else _NO_MONTH


def make_segments(lines: Mapping[bytes, bytes], level: int) -> Iterator[Segment]:
    """Yield the segments of these lines, given by id: the same set gives the same ones.

    Tombstones stand in segments of their own, so that a reader finds them without unpacking the others.

    Raises:
        DamagedValue: a line is no record.
        ValueError: a line alone is larger than a segment may be.
    """
    places = sorted(find_place(line) for line in lines.values())
    for stones in (False, True):
        kept: list[LinePlace] = []
        size = 0
        for place in places:
            if (place.type == TOMBSTONE) is not stones:
                continue
            length = len(lines[place.id]) + 1
            if kept and size + length > LARGEST_RAW:
                yield _make_segment(kept, lines, level)
                kept, size = [], 0
            kept.append(place)
            size += length
        if kept:
            yield _make_segment(kept, lines, level)


def _make_segment(places: list[LinePlace], lines: Mapping[bytes, bytes], level: int) -> Segment:
    """Return the segment of lines that are in order.

    Raises:
        ValueError: it is larger than a file of ours may be.
    """
    chosen = [lines[place.id] for place in places]
    raw = b"".join(line + b"\n" for line in chosen)
    types = Counter(place.type for place in places)
    index = SegmentIndex(len(raw), types, [place.id[:MARK_BYTES] for place in places], [len(line) for line in chosen])
    packed = zstandard.ZstdCompressor(level=level, write_content_size=True).compress(raw)
    blob = pack_index(index) + packed
    if len(blob) > LARGEST_BLOB:
        first = places[0]
        raise ValueError(f"{first.type} record {first.id.hex()} makes a file of {len(blob)} bytes")
    return Segment(name_lines(raw), blob)


def name_lines(raw: bytes) -> str:
    """Return the name of a segment with these lines."""
    return blake2b(raw, digest_size=32).hexdigest()


def read_segment(blob: bytes) -> dict[bytes, bytes]:
    """Return the lines of a segment by id, each as its id says.

    Raises:
        DamagedValue: the file, or any line of it, is not what was written.
    """
    index, begin = read_index(blob)
    lines = unpack_lines(blob[begin:]).split(b"\n")
    if lines.pop() or len(lines) != len(index.marks):
        raise DamagedValue(f"a segment has {len(lines)} lines, and its index names {len(index.marks)}")
    found = {hash_bare(line): line for line in lines}
    if len(found) != len(lines):
        raise DamagedValue("a segment has one record twice")
    for key, mark, length in zip(found, index.marks, index.lengths, strict=True):
        if key[:MARK_BYTES] != mark or len(found[key]) != length:
            raise DamagedValue(f"record {mark.hex()}... of a segment is not what was written")
    return found


def unpack_lines(packed: bytes) -> bytes:
    """Return the bytes of the frame behind a segment's index.

    Raises:
        DamagedValue: it cannot be unpacked.
    """
    try:
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST_READ)
    except (zstandard.ZstdError, MemoryError) as error:
        raise DamagedValue(f"a segment cannot be unpacked: {error}") from error
