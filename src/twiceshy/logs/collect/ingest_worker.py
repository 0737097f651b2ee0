"""The worker's side of an ingest: stretches of log files in, scrubbed and encoded rows out.

Everything here must be cheap to send to another process, and raw text must not outlive ``_read_part``: what is
returned holds scrubbed text only, and beside it the few credentials that rules recognised, so that the writer can take
them out of the session's other texts. They travel through the pipe to our own process and are never written.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.rows import RowBatch, pack_events
from twiceshy.base.errors import SourceChanged, SourceError, TwiceshyError, locate_fault
from twiceshy.base.values import Scrubbed
from twiceshy.logs.base import Batch
from twiceshy.logs.benchmark_instances import CONTAINER_FOLDERS, instance_on_path, repository_of_instance
from twiceshy.logs.collect.log_pieces import LogPart, LogPiece, PieceResult
from twiceshy.logs.file_walk import is_fixture
from twiceshy.logs.local_paths import spell_path
from twiceshy.logs.projects import ProjectFinder
from twiceshy.logs.readers import list_readers, traits_of
from twiceshy.privacy import scrub
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records.events import RawEvent, Session
from twiceshy.records.ingest import Cursor, LineTally, SourceState, UnreadableLine

# Encode what was read of a log; an event that a fault of ours spoils is left out and named, the others are kept.
#
# The usual case costs nothing: only where the whole cannot be encoded is each event tried alone. What cannot be
# scrubbed is never stored.

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


_READ_BYTES = 2_000_000
"""Bytes of a file that are held as parsed events at a time (measured, 2026-11-21: 4 MB cost 10 MB more memory)."""
_LONGEST_KIND = 100
"""Characters of a record's unknown kind that are kept (guess, 2026-11-21)."""
_STRETCH_BYTES = 32_000_000
"""Bytes of a file in one go (guess, 2026-11-21); a bigger one comes back for the next stretch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerState:
    """What a worker holds from one piece to the next."""

    scrubber: scrub.Scrubber
    salt: bytes
    now: datetime
    projects: ProjectFinder


def prepare(level: str, salt: bytes, cache: Path, now: datetime) -> WorkerState:
    """Return a worker's state, with compiled rules from the cache if they are there already."""
    scrubber = scrub.Scrubber(load_rules(), salt, RedactionLevel(level), cache=cache)
    return WorkerState(scrubber=scrubber, salt=salt, now=now, projects=ProjectFinder())


def read_item(desk: WorkerState, pieces: tuple[LogPiece, ...]) -> list[PieceResult]:
    """Return the result of each piece."""
    with _pause_garbage_collection():
        return [_read_piece(desk, piece) for piece in pieces]


@contextmanager
def _pause_garbage_collection() -> Iterator[None]:
    """Pause the cyclic garbage collector: parsed logs have no cycles, and it would walk them each time.

    Measured: 5 to 9 % of a worker's CPU.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _read_piece(desk: WorkerState, piece: LogPiece) -> PieceResult:
    """Read one stretch of the file, part by part.

    A file that was replaced since its cursor was made is read from its start.
    """
    name = desk.scrubber.text(spell_path(piece.source.path))
    parts: list[LogPart] = []
    cursor, from_start, read = piece.cursor, piece.cursor == Cursor(), 0
    begun_anew = from_start
    try:
        while read < _STRETCH_BYTES:
            try:
                part, read_to, done = _read_part(desk, piece, name, cursor, from_start=from_start)
            except Exception as error:
                if not begun_anew and _may_begin_anew(error):
                    cursor, from_start, begun_anew = Cursor(), True, True
                    piece = replace(piece, rereading=piece.rereading or piece.outdated)  # the same file
                    continue
                if isinstance(error, TwiceshyError):
                    raise
                parts.append(_build_fault_part(desk, piece, name, cursor, locate_fault(error)))
                return PieceResult(piece=piece, name=name, parts=parts)
            parts.append(part)
            cursor, from_start, read = read_to, False, read + part.bytes_read
            if done:
                return PieceResult(piece=piece, name=name, parts=parts)
    except SourceError as error:
        return PieceResult(piece=piece, name=name, parts=parts, fault=desk.scrubber.text(spell_path(str(error))))
    return PieceResult(piece=piece, name=name, parts=parts, rest=replace(piece, cursor=cursor))


def _may_begin_anew(error: Exception) -> bool:
    """Tell whether a read from the start may help: what the cursor stands for is gone, or a reader fails to go on."""
    return isinstance(error, SourceChanged) or not isinstance(error, TwiceshyError)


class _Stretch(NamedTuple):
    """A few megabytes of a file, where they end, and whether the file ends there too."""

    part: LogPart
    read_to: Cursor
    done: bool


def _read_part(desk: WorkerState, piece: LogPiece, name: Scrubbed, cursor: Cursor, *, from_start: bool) -> _Stretch:
    """Read and encode the next few megabytes."""
    source = piece.source
    batch = list_readers()[source.agent].read(source.path, cursor, salt=desk.salt, limit_bytes=_READ_BYTES)
    before = desk.scrubber.counts.copy()
    values: scrub.SessionValues = {}

    def encode(events: Sequence[RawEvent]) -> RowBatch:
        desk.scrubber.counts = before.copy()
        clean, found = scrub.scrub_events_telling(_correct_events(desk, events, piece), desk.scrubber)
        values.update(found)
        return pack_events(clean)

    packed, faults = encode_part(encode, batch, cursor.offset)
    redacted = desk.scrubber.counts - before
    state = SourceState(
        key=piece.key,
        agent=source.agent,
        name=name,
        size=source.size if batch.done else batch.cursor.offset,
        mtime_ns=source.mtime_ns,
        cursor=_make_storable(batch.cursor, desk.scrubber),
        tally=recount(_scrub_names(batch.tally, desk.scrubber), faults),
        skipped=[*batch.skipped, *faults],
        redacted=redacted,
        read_at=desk.now,
        from_start=from_start,
        reader=traits_of(source.agent).version,
        rereading=piece.rereading,
        done=batch.done,
        complete=piece.complete,
    )
    part = LogPart(packed=packed, state=state, bytes_read=batch.cursor.offset - cursor.offset, values=values)
    return _Stretch(part, batch.cursor, batch.done)


def _build_fault_part(desk: WorkerState, piece: LogPiece, name: Scrubbed, cursor: Cursor, fault: str) -> LogPart:
    """Return what is stored of a file that a reader fails at: where that was, and nothing else.

    It counts as read as it is now, so that it is tried again when it changes or when its reader does.
    """
    source = piece.source
    lost = max(source.size - cursor.offset, 0)
    state = SourceState(
        key=piece.key,
        agent=source.agent,
        name=name,
        size=source.size,
        mtime_ns=source.mtime_ns,
        cursor=_make_storable(cursor, desk.scrubber),
        tally=LineTally(lines=1),
        skipped=[UnreadableLine(offset=cursor.offset, length=lost, reason=FAULT, place=fault)],
        read_at=desk.now,
        from_start=cursor == Cursor(),
        reader=traits_of(source.agent).version,
    )
    return LogPart(packed=pack_events([]), state=state, bytes_read=0)


def _make_storable(cursor: Cursor, scrubber: scrub.Scrubber) -> Cursor:
    """Return the cursor, or the file's start if the reader's state holds a secret (a session's odd id).

    Such a file is read again from its start when it grows.
    """
    return cursor if scrubber.text(cursor.state) == cursor.state else Cursor()


def _scrub_names(tally: LineTally, scrubber: scrub.Scrubber) -> LineTally:
    """Scrub the names in a tally, because a log can call its records anything."""
    unknown: Counter[str] = Counter()
    for kind, count in tally.unknown.items():
        unknown[scrubber.text(kind)[:_LONGEST_KIND]] += count
    return replace(tally, unknown=dict(unknown))


def _correct_events(desk: WorkerState, events: Sequence[RawEvent], piece: LogPiece) -> list[RawEvent]:
    """Return the events with each session's project as this machine knows it; a fixture's sessions are not real."""
    path = piece.source.path
    fixture = is_fixture(path) and not piece.project
    return [
        replace(event, project=piece.project or _project_of(desk, event, path), real=event.real and not fixture)
        if isinstance(event, Session)
        else event
        for event in events
    ]


def _project_of(desk: WorkerState, session: Session[str], path: Path) -> str:
    """Return the identity of a session's project: what its log says, else its folder's.

    A benchmark's container has one folder for every repository; there the log's own place may name the instance.
    """
    if not session.cwd or not session.project.startswith("folder:"):
        return session.project
    instance = instance_on_path(path) if session.cwd in CONTAINER_FOLDERS else None
    repository = repository_of_instance(instance) if instance else None
    return f"remote:{repository}" if repository else desk.projects.find(session.cwd).identity
