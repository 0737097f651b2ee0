"""Complete lines of a growing file of JSON lines, from a cursor on, and the records that stand on a line.

What every reader of JSON lines needs and gets wrong alone: a last line without its newline, a file that was cut or
replaced since the last visit, lines too long to hold, two records glued together, text that is not quite JSON.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import IO, Final, NamedTuple

import orjson

from twiceshy.base.errors import SourceChanged, SourceError
from twiceshy.base.foreign_files import stream_foreign
from twiceshy.logs.wide_text import codec_of, find_line_end
from twiceshy.records.ingest import Cursor, UnreadableLine

PIECE = 16 << 20
"""Bytes read at once (guess, 2026-11-21)."""
_CHUNK = 1 << 20  # bytes read at once of a line that is longer (guess, 2026-11-21)
LONGEST = 32 << 20
"""Bytes; a longer line is passed over without being held. Guess, 2026-11-21: ten times the longest
seen in real logs (2.1 MB)."""
_HASHED_BYTES = 1024
"""Bytes at the file's start, and before the cursor, whose hash tells whether it is still the same file.

Guess, 2026-11-21."""
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_LENIENT = json.JSONDecoder(strict=False, parse_constant=lambda _: None)


class LogLines:
    """An iterable, to be used once, of ``(offset, line without its newline)``.

    ``offset``, ``count``, ``skipped`` and ``done`` follow the lines given. A last line without newline is given only if
    it holds whole objects; else it is left for the next read, which finds it from the same offset.
    """

    def __init__(self, path: Path, cursor: Cursor, limit_bytes: int) -> None:
        self.path = path
        self.offset = cursor.offset
        """Behind the last line given."""
        self.count = cursor.line
        self.skipped: list[UnreadableLine] = []
        self.done = True
        self._cursor = cursor
        self._stop = cursor.offset + max(limit_bytes, 1)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        try:
            with stream_foreign(self.path) as file:
                _check_same(file, self._cursor, self.path)
                file.seek(0)
                codec = codec_of(file.read(4))
                if codec:
                    yield from self._read_wide_lines(file, codec)
                else:
                    self._pass_over_newline(file)
                    yield from self._read_lines(file)
        except OSError as error:
            raise SourceError(f"cannot read {str(self.path)!r}: {error.strerror or error}") from error

    def cursor(self, *, rank_ms: int, rank_count: int, state: str) -> Cursor:
        """Return where to go on from, once the lines were taken.

        Raises:
            SourceError: the file can no longer be read.
        """
        try:
            with stream_foreign(self.path) as file:
                head, tail = _hash_ends(file, self.offset)
        except OSError as error:
            raise SourceError(f"cannot read {str(self.path)!r}: {error.strerror or error}") from error
        return Cursor(
            offset=self.offset,
            line=self.count,
            rank_ms=rank_ms,
            rank_count=rank_count,
            head=head,
            tail=tail,
            state=state,
        )

    def _pass_over_newline(self, file: IO[bytes]) -> None:
        """Skip the newline of a last line that was given before its newline was written."""
        if not self.offset:
            return
        file.seek(self.offset - 1)
        around = file.read(3)
        if around[:1] != b"\n":
            rest = around[1:]
            self.offset += 2 if rest == b"\r\n" else 1 if rest[:1] == b"\n" else 0

    def _read_lines(self, file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
        start = self.offset
        while self.offset < self._stop:
            file.seek(self.offset)
            piece = file.read(min(PIECE, self._stop - self.offset))
            if not piece:
                return
            end = piece.rfind(b"\n") + 1
            if end:
                yield from self._split_piece(piece, end)
            elif self.offset > start and self.offset + len(piece) >= self._stop and file.read(1):
                break  # the limit cuts a line in two: it is the next read's first one
            else:
                before = self.offset
                yield from self._read_long_line(file, piece)
                if self.offset == before:
                    return  # half a line: more is to come
        file.seek(self.offset)
        self.done = not file.read(1)

    def _read_wide_lines(self, file: IO[bytes], codec: str) -> Iterator[tuple[int, bytes]]:
        """Yield the lines of a UTF-16 file as UTF-8; offsets are the file's own."""
        size = min(max(self._stop - self.offset, _CHUNK), LONGEST) & ~1
        while self.offset < self._stop:
            file.seek(self.offset)
            held = file.read(size)
            start = 0
            while self.offset < self._stop and (end := find_line_end(held, codec, start)) >= 0:
                offset, self.offset = self.offset, self.offset + end + 2 - start
                self.count += 1
                yield offset, _narrow_line(held[start:end], codec)
                start = end + 2
            if start == 0 and len(held) < size:
                yield from self._read_wide_rest(held, codec)
                return
            if start == 0:
                size *= 2
            if size > 2 * LONGEST:
                self.skipped.append(UnreadableLine(offset=self.offset, length=len(held), reason="too-long"))
                self.count += 1
                self.offset += len(held)
        file.seek(self.offset)
        self.done = not file.read(1)

    def _read_wide_rest(self, held: bytes, codec: str) -> Iterator[tuple[int, bytes]]:
        """Yield the file's last line, without a newline, if it is whole objects and nothing else."""
        line = _narrow_line(held[: len(held) & ~1], codec)
        if line.endswith(b"}") and _is_whole(line):
            offset = self.offset
            self.offset += len(held) & ~1
            self.count += 1
            yield offset, line

    def _split_piece(self, piece: bytes, end: int) -> Iterator[tuple[int, bytes]]:
        offset = self.offset
        for line in piece[: end - 1].split(b"\n"):
            self.offset = offset + len(line) + 1
            self.count += 1
            yield offset, line
            offset = self.offset

    def _read_unended(self, piece: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the file's last line, without a newline, if it is whole objects and nothing else."""
        line = piece.rstrip(b"\r \t\0")
        if line.endswith(b"}") and _is_whole(line):
            offset = self.offset
            self.offset += len(line)
            self.count += 1
            yield offset, line

    def _read_long_line(self, file: IO[bytes], held: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield a line longer than one read; none if it has no end yet or is too long to hold."""
        offset, length, end = self.offset, len(held), -1
        parts = [held]
        file.seek(offset + length)
        while end < 0 and (part := file.read(_CHUNK)):
            end = part.find(b"\n")
            length += len(part) if end < 0 else end
            if length > LONGEST:
                parts.clear()
            else:
                parts.append(part if end < 0 else part[:end])
        if end < 0:
            if length <= LONGEST:
                yield from self._read_unended(b"".join(parts))
            return
        self.offset = offset + length + 1
        self.count += 1
        if length > LONGEST:
            self.skipped.append(UnreadableLine(offset=offset, length=length, reason="too-long"))
        else:
            yield offset, b"".join(parts)


def _check_same(file: IO[bytes], cursor: Cursor, path: Path) -> None:
    """Raise ``SourceChanged`` unless the file still begins with what ``cursor`` was made for."""
    if not cursor.offset:
        return
    if file.seek(0, 2) < cursor.offset:
        raise SourceChanged(f"{str(path)!r} became shorter since it was read; it is read again")
    if _hash_ends(file, cursor.offset) != (cursor.head, cursor.tail):
        raise SourceChanged(f"{str(path)!r} was replaced or rewritten since it was read; it is read again")


def _hash_ends(file: IO[bytes], offset: int) -> tuple[bytes, bytes]:
    size = min(_HASHED_BYTES, offset)
    file.seek(0)
    head = file.read(size)
    file.seek(offset - size)
    return _hash(head), _hash(file.read(size))


def _narrow_line(line: bytes, codec: str) -> bytes:
    """Return a line of UTF-16 as UTF-8, without a byte order mark and what stands around the text."""
    return line.decode(codec, "replace").strip("\ufeff\r \t\0").encode("utf-8", "replace")


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=8).digest() if data else b""


def _is_whole(line: bytes) -> bool:
    """Tell whether the line is JSON objects and nothing else."""
    try:
        records = [orjson.loads(line)]
    except ValueError:
        records = load_odd_line(line)
    return bool(records) and all(isinstance(record, dict) for record in records)


def load_odd_line(line: bytes) -> list[object]:
    """Return the records of a line that ``orjson`` refuses, or none.

    Handles records glued together, lone surrogates (replaced), bytes that are not UTF-8 (replaced), control characters
    in strings, a byte order mark, and NUL bytes around the line (some file systems leave them after a crash).
    """
    text = line.decode("utf-8", "replace").strip("\ufeff\0 \t\r\n")
    records: list[object] = []
    at = 0
    try:
        while at < len(text):
            record, at = _LENIENT.raw_decode(text, at)
            records.append(_clean(record))
            while at < len(text) and text[at] in " \t\r\0":
                at += 1
    except (ValueError, RecursionError):
        return []
    return records


def _clean(record: object) -> object:
    plain = json.dumps(record, ensure_ascii=False)
    cleaned: object = orjson.loads(_LONE_SURROGATES.sub("\ufffd", plain))
    return cleaned


# Numbers as a log may give them: what is no number, or none that can be meant, counts as missing.
#
# A log is foreign. Its numbers may be negative, texts, infinite, or larger than what SQLite holds; sums of what is
# stored must fit 63 bits however many rows there are.

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


# A log's time, whatever its spelling, as an aware UTC ``datetime``.

_LATEST_MS = 1 << 41  # year 2039: ``Stamp.rank`` shifts milliseconds by 22 bits and must fit SQLite's 63


class LogTime(NamedTuple):
    """A point in time, as a ``datetime`` and in milliseconds."""

    at: datetime
    ms: int
    """Milliseconds since 1970."""


def parse_time(value: object) -> LogTime | None:
    """Parse an ISO 8601 text (a naive one is taken as UTC) or a number since 1970; None if it is neither.

    A number's unit follows from its size: seconds, milliseconds, microseconds or nanoseconds.
    """
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at if at.tzinfo is UTC else at.astimezone(UTC)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            at = datetime.fromtimestamp(_to_seconds(value), UTC)
        else:
            return None
        ms = round(at.timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return None
    return LogTime(at, ms) if 0 <= ms < _LATEST_MS else None


def _to_seconds(value: float) -> float:
    for limit, unit in ((1e11, 1), (1e14, 1e3), (1e17, 1e6)):
        if value < limit:
            return value / unit
    return value / 1e9
