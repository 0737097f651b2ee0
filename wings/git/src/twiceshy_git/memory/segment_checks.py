"""What is in a segment that somebody wrote, and what is wrong with it.

A line is parsed once. Where the fast encoder gives its bytes back, it is canonical; where not, the slow one decides.
"""

from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

import orjson

from twiceshy.records.codec import DamagedValue, read_value
from twiceshy_git.memory import envelope
from twiceshy_git.memory.segments import LARGEST_BLOB, LinePlace, find_month, name_lines, parse_line, read_segment


class SegmentReport(NamedTuple):
    """What was found in a segment's file."""

    lines: dict[bytes, bytes]
    """Those that can be read and have the bytes that their ids say, by id."""
    places: list[LinePlace]
    """Of these, in the order of the file."""
    faults: list[str]
    """What is wrong, in words."""


def examine_segment(name: str, month: str, blob: bytes) -> SegmentReport:
    """Return what is in a segment, and what is wrong: the file, its name, its lines and their order."""
    faults = []
    if len(blob) > LARGEST_BLOB:
        faults.append(f"it has {len(blob)} bytes, and the cap is {LARGEST_BLOB}")
    try:
        lines = read_segment(blob)
    except DamagedValue as error:
        return SegmentReport({}, [], [*faults, str(error)])
    if name_lines(b"".join(line + b"\n" for line in lines.values())) != name:
        faults.append("its name is not the hash of its lines")
    good: dict[bytes, bytes] = {}
    places = []
    for key, line in lines.items():
        try:
            place = read_place(key, line)
        except DamagedValue as error:
            faults.append(f"record {key.hex()}: {error}")
            continue
        good[key] = line
        places.append(place)
        if find_month(place) != month:
            faults.append(f"record {key.hex()} belongs into another month")
    if any(before > after for before, after in pairwise(places)):
        faults.append("its records are not in order")
    return SegmentReport(good, places, faults)


def read_place(key: bytes, line: bytes) -> LinePlace:
    """Return where a line stands; its id is known to be its hash.

    Raises:
        DamagedValue: it is no record, or not in the form in which records are written.
    """
    with read_value("line of memory"):
        row = _read_row(line)
        kind, at = str(row["type"]), str(row["at"])
        if type(row["v"]) is not int or envelope.format_time(envelope.parse_time(at)) != at:
            raise ValueError(at)
        if not _has_bytes(row, line):
            _check_slowly(line)
        return LinePlace(kind, at, key)


def write_out(line: bytes, key: bytes, writer: str) -> bytes:
    """Return a line that was checked with its id and writer, as ``envelope.encode`` does.

    Raises:
        DamagedValue: it was not checked.
    """
    with read_value("line of memory"):
        row = _read_row(line)
        if _has_bytes(row, line):
            return orjson.dumps(row | {"id": key.hex(), "writer": writer}, option=orjson.OPT_SORT_KEYS)
    return envelope.encode(replace(envelope.decode(line), writer=writer))


def _read_row(line: bytes) -> dict[str, Any]:
    """Parse a line.

    Raises:
        ValueError: it is no JSON object, or has a key that only the envelope adds.
    """
    row = parse_line(line)
    if not isinstance(row, dict) or "id" in row or "writer" in row:
        raise ValueError("no bare record")
    return row


def _has_bytes(row: dict[str, Any], line: bytes) -> bool:
    """Tell whether the fast encoder gives the line back."""
    try:
        return orjson.dumps(row, option=orjson.OPT_SORT_KEYS) == line
    except orjson.JSONEncodeError:  # half of a surrogate pair, or a number of more than 64 bits
        return False


def _check_slowly(line: bytes) -> None:
    """Check that a line is in the form in which records are written.

    Raises:
        DamagedValue: it is not.
    """
    if envelope.encode_bare(envelope.decode(line)) != line:
        raise DamagedValue("it is not in the form in which records are written")
