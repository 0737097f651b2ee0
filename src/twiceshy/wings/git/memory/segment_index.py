"""A segment's own index: how many records of which type, a mark of each id, and where its line ends.

It stands in front of the segment's lines in a frame that zstandard's own programs skip: whoever unpacks the file sees
the lines alone. Counting needs no line, and a damaged line is known by its mark. The whole id is the hash of the line:
sixteen bytes that cannot be compressed would be a tenth of a small memory.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import zstandard

from twiceshy.records.codec import read_value

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
