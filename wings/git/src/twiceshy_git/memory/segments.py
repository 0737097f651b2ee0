"""A segment: records of one month together in one file, named by the hash of its lines.

A line is a record without its id and writer, so that the line's hash is the id. The name does not depend on how the
lines are packed: two versions of zstandard give one name.
"""

import json
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import orjson
import zstandard

from twiceshy.records.codec import DamagedValue, read_value
from twiceshy_git.memory.envelope import hash_bare

# A segment's own index: how many records of which type, a mark of each id, and where its line ends.
#
# It stands in front of the segment's lines in a frame that zstandard's own programs skip: whoever unpacks the file sees
# the lines alone. Counting needs no line, and a damaged line is known by its mark. The whole id is the hash of the
# line: sixteen bytes that cannot be compressed would be a tenth of a small memory.

_SKIPPED: Final = 0x184D2A57  # as defined by the zstandard format (RFC 8878): the number of a frame to skip
_HEAD: Final = struct.Struct("<II")  # as defined there: number and size
MARK_BYTES: Final = 4  # of an id: a damaged line has another mark, but for 1 in 4 x 10^9 (guess of 2026-11-23)
_LARGEST: Final = 64 << 20  # bytes unpacked; a segment of the shortest lines has 4 MB (guess of 2026-11-23)
_LEVEL: Final = 19  # of zstandard: lengths are few bytes, hashes none (guess of 2026-11-23)


class SegmentIndex(NamedTuple):
    """What is in a segment, in the order of its lines."""

    raw_size: int
    """Bytes of all lines, with their ends."""
    types: Mapping[str, int]
    """How many records of each type: lines are sorted by type."""
    marks: Sequence[bytes]
    """The first bytes of each id."""
    lengths: Sequence[int]
    """Bytes of each line without its end."""


def pack_index(index: SegmentIndex) -> bytes:
    """Return the index as a frame to skip."""
    head = {"v": 1, "raw": index.raw_size, "types": dict(sorted(index.types.items())), "lengths": list(index.lengths)}
    plain = json.dumps(head, separators=(",", ":"), ensure_ascii=True).encode() + b"\n" + b"".join(index.marks)
    packed = zstandard.ZstdCompressor(level=_LEVEL, write_content_size=True).compress(plain)
    return _HEAD.pack(_SKIPPED, len(packed)) + packed


def read_index(blob: bytes) -> tuple[SegmentIndex, int]:
    """Return the index of a segment's file, and where its lines begin there.

    Raises:
        DamagedValue: it has none that can be read.
    """
    with read_value("index of a segment"):
        number, size = _HEAD.unpack(blob[: _HEAD.size].ljust(_HEAD.size, b"\0"))
        end = _HEAD.size + size
        if number != _SKIPPED or end > len(blob):
            raise ValueError(number)
        head, _, marks = _unpack(blob[_HEAD.size : end]).partition(b"\n")
        row = json.loads(head)
        lengths = [int(one) for one in row["lengths"]]
        found = [marks[at : at + MARK_BYTES] for at in range(0, len(marks), MARK_BYTES)]
        types = {str(name): int(count) for name, count in row["types"].items()}
        if not len(found) == len(lengths) == sum(types.values()) or sum(lengths) + len(lengths) != row["raw"]:
            raise ValueError(len(found))
        return SegmentIndex(int(row["raw"]), types, found, lengths), end


def _unpack(packed: bytes) -> bytes:
    """Return the bytes of a frame.

    Raises:
        ValueError: it is none.
    """
    try:
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error


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


# What several writers know together: the union of their records, less what any of them has forgotten.
#
# Union is the same in every order, and twice is once: so no merge has a conflict.

_MARK: Final = b'"type":"tombstone"'
"""As canonical JSON has it; a line without it is no tombstone."""
_ID_BYTES: Final = 16  # as defined by ``envelope``, 2026-11-23


def unite(sets: Iterable[Mapping[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return all lines by id, tombstones and what they forget included."""
    found: dict[bytes, bytes] = {}
    for one in sets:
        found.update(one)
    return found


def find_forgotten(lines: Iterable[bytes]) -> set[bytes]:
    """Return the ids that tombstones among the lines name; a tombstone that names none is passed over."""
    return {subject for line in lines if (subject := _read_subject(line))}


def drop_forgotten(lines: Mapping[bytes, bytes], forgotten: set[bytes]) -> dict[bytes, bytes]:
    """Return the lines that nobody has forgotten; a tombstone itself cannot be forgotten."""
    return {key: line for key, line in lines.items() if key not in forgotten or _read_subject(line)}


def _read_subject(line: bytes) -> bytes:
    """Return the id that a tombstone names; empty where the line is none."""
    if _MARK not in line:
        return b""
    try:
        with read_value("tombstone"):
            row = parse_line(line)
            subject = bytes.fromhex(row["subject"]) if row["type"] == TOMBSTONE else b""
    except DamagedValue:
        return b""
    return subject if len(subject) == _ID_BYTES else b""


# When a month of memory is packed for good, and how: the same records give the same bytes, whoever packs them.

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
