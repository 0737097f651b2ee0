"""Two ways a log lies in a file, read the same way for every agent: records line by line, or one document.

Lines only grow, so a read goes on from its cursor. A document (one JSON object, a Markdown page) is written anew each
time: a changed one is read again from its start, and what it repeats is known by its uids. The cursor then stands for
the whole content, which is why a document that merely grew counts as changed too.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import orjson

from twiceshy.base.errors import SourceChanged, SourceError, locate_fault
from twiceshy.base.foreign_files import ForeignFileError, read_foreign, stream_foreign
from twiceshy.logs import file_walk
from twiceshy.logs.base import Batch, Source
from twiceshy.logs.journal import Journal, Record
from twiceshy.logs.json_lines import LogLines, load_odd_line
from twiceshy.logs.wide_text import codec_of, narrow_bytes
from twiceshy.records.ingest import Cursor, LineTally, UnreadableLine

LARGEST_DOCUMENT = 64 << 20
"""Bytes; a larger document is passed over (guess, 2026-11-21: the largest seen has .2 MB)."""
_LOOK_BACK = 16 << 20
"""Bytes before the cursor in which a record that a later one refers to is looked for (guess, 2026-11-21)."""
_ID = re.compile(rb"[A-Za-z0-9_-]{20,64}").fullmatch
_IDS = re.compile(rb'"([A-Za-z0-9_-]{20,64})"').finditer
"""What is looked for as a whole: ids of records and calls; a file's name may be a part of what stands there."""
_HEAD = 512 << 10
"""Bytes at a file's start in which a session says who it is: instructions of 60 KB were seen there (2026-11-21)."""
_OUR_FAULT = "bad-record"
_REASONS = {"bad-json", "not-an-object", _OUR_FAULT}
_Take = Callable[[Record], str | None]
"""Takes one record into the journal and gives its name; a record that added no event is counted under it.

None for a record that gave something else: a title, or tokens that become an event later."""


def read_lines(
    path: Path,
    cursor: Cursor,
    limit_bytes: int,
    journal: Journal,
    take: _Take,
    *,
    state: Callable[[], Record] = dict,
    silent: Callable[[bytes], str | None] | None = None,
) -> Batch:
    """Return the events of the lines from the cursor on.

    ``silent`` names lines that need no parsing.
    """
    lines = LogLines(path, cursor, limit_bytes)
    journal.call_ids.restore(orjson.loads(cursor.state or "{}"))
    journal.rank_ms, journal.rank_count = cursor.rank_ms, cursor.rank_count
    skipped: list[UnreadableLine] = []
    non_events: dict[str, int] = {}
    starts: list[tuple[int, int]] = []
    with_events = 0
    for offset, line in lines:
        before = len(journal.events)
        name = (silent(line) if silent else None) or take_line(journal, take, line)
        if name is None or len(journal.events) > before:
            with_events += 1
            starts.append((before, offset))
        elif name in _REASONS:
            place = journal.fault if name == _OUR_FAULT else ""
            skipped.append(UnreadableLine(offset=offset, length=len(line), reason=name, place=place))
        else:
            non_events[name] = non_events.get(name, 0) + 1
    tally = LineTally(
        lines=lines.count - cursor.line, with_events=with_events, non_events=non_events, unknown=journal.unknown
    )
    return Batch(
        events=journal.batch_events(),
        cursor=lines.cursor(
            rank_ms=journal.rank_ms,
            rank_count=journal.rank_count,
            state=orjson.dumps(state() | journal.call_ids.list_state()).decode(),
        ),
        tally=tally,
        skipped=skipped + lines.skipped,
        done=lines.done,
        starts=starts,
    )


def take_line(journal: Journal, take: _Take, line: bytes) -> str | None:
    """Take a line's records; return None if any gave something, else the first of their names by the alphabet."""
    try:
        record = orjson.loads(line)
    except ValueError:
        records = load_odd_line(line)
        if not records:
            return "bad-json" if line.strip(b" \t\r\0") else "blank"
        names = {_take_safely(journal, take, record) for record in records}
        return None if None in names else min(name for name in names if name)
    return _take_safely(journal, take, record)


def _take_safely(journal: Journal, take: _Take, record: object) -> str | None:
    """Take a record of any shape; if it cannot be read, its events so far are removed again.

    Whatever a leaf raises at it is a fault of ours that costs this record only; the journal remembers where it was.
    """
    if not isinstance(record, dict):
        return "not-an-object"
    length = len(journal.events)
    try:
        return take(record)
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001  # no other way to promise that the next record is read
        del journal.events[length:]
        journal.fault = locate_fault(error)
        return _OUR_FAULT


def read_document(
    path: Path, cursor: Cursor, journal: Journal, parse: Callable[[bytes], Sequence[object] | None], take: _Take
) -> Batch:
    """Return the events of a whole document; none if it is the one that the cursor stands for.

    ``parse`` gives its records, or None where it is torn or of another kind.

    Raises:
        SourceChanged: it is another than the cursor stands for; read it from ``Cursor()``.
        SourceError: it cannot be read.
    """
    data = read_whole(path, LARGEST_DOCUMENT)
    if data is None:
        return _skip_too_large(path, cursor)
    mark = blake2b(data, digest_size=8).digest()
    if cursor.offset:
        if (cursor.offset, cursor.tail) != (len(data), mark):
            raise SourceChanged(f"{str(path)!r} was rewritten since it was read; it is read again")
        return Batch(events=[], cursor=cursor, tally=LineTally(), skipped=[], done=True)
    if not data:
        return Batch(events=[], cursor=Cursor(), tally=LineTally(), skipped=[], done=True)
    records = parse(data)
    found = RecordTally(journal, take, len(data))
    for record in records or ():
        found.add(record)
    if records is None:
        found.skip("bad-json")
    return Batch(
        events=journal.batch_events(),
        cursor=Cursor(
            offset=len(data),
            line=found.count,
            rank_ms=journal.rank_ms,
            rank_count=journal.rank_count,
            head=mark,
            tail=mark,
        ),
        tally=found.tally(journal.unknown),
        skipped=found.skipped,
        done=True,
    )


class RecordTally:
    """Takes records that are no lines of their own into a journal, and counts what became of them."""

    def __init__(self, journal: Journal, take: _Take, length: int = 0) -> None:
        self.journal = journal
        self.length = length
        """Bytes of the document that they stand in, which is what is named where one cannot be read."""
        self.count = 0
        self.skipped: list[UnreadableLine] = []
        self._take = take
        self._with_events = 0
        self._non_events: dict[str, int] = {}

    def add(self, record: object) -> None:
        """Take a record of any shape."""
        before = len(self.journal.events)
        name = _take_safely(self.journal, self._take, record)
        if name in _REASONS:
            self.skip(name)
            return
        self.count += 1
        if name is None or len(self.journal.events) > before:
            self._with_events += 1
        else:
            self._non_events[name] = self._non_events.get(name, 0) + 1

    def skip(self, reason: str) -> None:
        """Count something that cannot be read."""
        place = self.journal.fault if reason == _OUR_FAULT else ""
        self.count += 1
        self.skipped.append(UnreadableLine(offset=0, length=self.length, reason=reason, place=place))

    def fail(self, error: Exception) -> None:
        """Count a fault of ours at something."""
        self.journal.fault = locate_fault(error)
        self.skip(_OUR_FAULT)

    def tally(self, unknown: dict[str, int]) -> LineTally:
        """Return the counts."""
        return LineTally(lines=self.count, with_events=self._with_events, non_events=self._non_events, unknown=unknown)


def read_whole(path: Path, most: int) -> bytes | None:
    """Return the file's bytes, UTF-16 as UTF-8; None if there are more than ``most``.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        return narrow_bytes(read_foreign(path, most))
    except ForeignFileError as error:
        if error.reason == "too-large":
            return None
        raise SourceError(f"cannot read {str(path)!r}: {error.strerror}") from error
    except OSError as error:
        raise SourceError(f"cannot read {str(path)!r}: {error.strerror or error}") from error


def _skip_too_large(path: Path, cursor: Cursor) -> Batch:
    """Return the batch for a document that is too large to be held: one skipped line, no events."""
    size = path.stat().st_size
    if cursor.offset == size:
        return Batch(events=[], cursor=cursor, tally=LineTally(), skipped=[], done=True)
    return Batch(
        events=[],
        cursor=Cursor(offset=size, line=1),
        tally=LineTally(lines=1),
        skipped=[UnreadableLine(offset=0, length=size, reason="too-long")],
        done=True,
    )


def parse_object(data: bytes) -> Record | None:
    """Return the object that a document is; None if it is torn or something else."""
    try:
        found = orjson.loads(data)
    except ValueError:
        records = load_odd_line(data)
        found = records[0] if len(records) == 1 else None
    return found if isinstance(found, dict) else None


def parse_list(data: bytes) -> list[object] | None:
    """Return the list that a document is; None if it is torn or something else."""
    try:
        found = orjson.loads(data)
    except ValueError:
        records = load_odd_line(data)
        found = records[0] if len(records) == 1 else None
    return found if isinstance(found, list) else None


def _source_of(agent: str, path: Path) -> Source | None:
    """Return the file as a source; None if it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return Source(agent=agent, path=path, size=status.st_size, mtime_ns=status.st_mtime_ns)


def find_sources(agent: str, root: Path, fits: Callable[[Path], bool]) -> Iterator[Source]:
    """Yield the file itself, or every file below the folder whose path ``fits``, in a stable order."""
    for path in file_walk.find_files(root):
        if (path == root or fits(path)) and (found := _source_of(agent, path)):
            yield found


def read_first_records(head: bytes, most: int | None = 50) -> Iterator[Record]:
    """Yield the objects on the first lines of a file; on all of them if ``most`` is None."""
    for line in head.split(b"\n")[:most]:
        try:
            record = orjson.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record


class EarlierPart:
    """The part of a file before the cursor, read only when something refers to it."""

    def __init__(self, path: Path, offset: int) -> None:
        self.path = path
        self.offset = offset
        self._held: bytes | None = None
        self._places: dict[bytes, list[int]] | None = None
        """Where each id stands, once one was asked for."""

    def head(self, size: int = _HEAD) -> list[bytes]:
        """Return the lines in the file's first bytes."""
        return self._bytes(0, min(size, self.offset)).split(b"\n")

    def lines(self, wanted: Callable[[bytes], bool]) -> list[bytes]:
        """Return the lines that are wanted, in order."""
        return [line for line in self._hold().split(b"\n") if wanted(line)]

    def lines_with(self, needle: bytes) -> Iterator[bytes]:
        """Yield the lines that hold these bytes, in order."""
        held = self._hold()
        if _ID(needle):
            yield from self._lines_with_id(held, needle)
            return
        at = held.find(needle)
        while at >= 0:
            end = held.find(b"\n", at)
            end = len(held) if end < 0 else end
            yield held[held.rfind(b"\n", 0, at) + 1 : end]
            at = held.find(needle, end)

    def _lines_with_id(self, held: bytes, needle: bytes) -> Iterator[bytes]:
        """Yield the lines in which an id stands alone between quotes; every prompt of a long log asks for one."""
        if self._places is None:
            self._places = {}
            for found in _IDS(held):
                self._places.setdefault(found[1], []).append(found.start())
        done = -1
        for at in self._places.get(needle, ()):
            if at > done:
                end = held.find(b"\n", at)
                done = len(held) if end < 0 else end
                yield held[held.rfind(b"\n", 0, at) + 1 : done]

    def last(self, needle: bytes) -> bytes | None:
        """Return the last line that holds these bytes; None where there is none."""
        held = self._hold()
        at = held.rfind(needle)
        if at < 0:
            return None
        end = held.find(b"\n", at)
        return held[held.rfind(b"\n", 0, at) + 1 : len(held) if end < 0 else end]

    def _hold(self) -> bytes:
        if self._held is None:
            first = max(self.offset - _LOOK_BACK, 0)
            self._held = self._bytes(first, self.offset - first)
        return self._held

    def _bytes(self, first: int, size: int) -> bytes:
        try:
            with stream_foreign(self.path) as file:
                codec = codec_of(file.read(4))
                file.seek(first & ~1 if codec else first)
                held = file.read(size)
                return held.decode(codec, "replace").encode("utf-8", "replace") if codec else held
        except OSError as error:
            raise SourceError(f"cannot read {str(self.path)!r}: {error.strerror or error}") from error
