"""A worker's half of an ingest: stretches of log files in, scrubbed and packed rows out.

Everything here must be cheap to send to another process, and raw text must not outlive ``read_part``: what is returned
holds scrubbed text only.
"""

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture.base import Batch
from twiceshy.capture.projects import ProjectFinder
from twiceshy.capture.readers import READERS
from twiceshy.errors import SourceChanged, SourceError
from twiceshy.facts.verdicts import is_answer
from twiceshy.flows.pieces import Outcome, Part, Piece
from twiceshy.privacy import scrub
from twiceshy.privacy.policy import Level, load_rules
from twiceshy.records.events import Failure, RawEvent, Session, ToolCall, ToolResult
from twiceshy.records.sources import Cursor, SourceState, Tally
from twiceshy.records.text import Scrubbed
from twiceshy.store.rows import pack

READ_BYTES = 2_000_000  # of a file at a time: what is held as parsed events (measured: 4 MB costs 10 MB more memory)
LONGEST_KIND = 100
STRETCH_BYTES = 32_000_000  # of a file in one go; a bigger one comes back for the next stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a worker keeps from piece to piece."""

    scrubber: scrub.Scrubber
    salt: bytes
    now: datetime
    projects: ProjectFinder


def prepare(level: str, salt: bytes, cache: Path, now: datetime) -> Desk:
    """A worker's desk; compiled rules come from the cache where they are there already."""
    scrubber = scrub.Scrubber(load_rules(), salt, Level(level), cache=cache)
    return Desk(scrubber=scrubber, salt=salt, now=now, projects=ProjectFinder())


def read_item(desk: Desk, pieces: tuple[Piece, ...]) -> list[Outcome]:
    """What became of each piece."""
    with uncollected():
        return [read_piece(desk, piece) for piece in pieces]


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing, while the cyclic garbage collector rests: parsed logs have no cycles, and it would walk them each time.

    Measured: 5 to 9 % of a worker's CPU.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def read_piece(desk: Desk, piece: Piece) -> Outcome:
    """A stretch of the file, read part by part; a file that was replaced since its cursor is read from its start."""
    name = desk.scrubber.text(str(piece.source.path))
    parts: list[Part] = []
    cursor, from_start, read = piece.cursor, piece.cursor == Cursor(), 0
    try:
        while read < STRETCH_BYTES:
            try:
                part, read_to, done = read_part(desk, piece, name, cursor, from_start=from_start)
            except SourceChanged:
                if cursor == Cursor():
                    raise
                cursor, from_start = Cursor(), True
                continue
            parts.append(part)
            cursor, from_start, read = read_to, False, read + part.bytes_read
            if done:
                return Outcome(piece=piece, name=name, parts=parts)
    except SourceError as error:
        return Outcome(piece=piece, name=name, parts=parts, fault=str(desk.scrubber.text(str(error))))
    return Outcome(piece=piece, name=name, parts=parts, rest=replace(piece, cursor=cursor))


class Stretch(NamedTuple):
    """A few megabytes of a file, where they end, and whether the file ends there too."""

    part: Part
    read_to: Cursor
    done: bool


def read_part(desk: Desk, piece: Piece, name: Scrubbed, cursor: Cursor, *, from_start: bool) -> Stretch:
    """The next few megabytes, packed."""
    source = piece.source
    batch = READERS[source.agent].read(source.path, cursor, salt=desk.salt, limit_bytes=READ_BYTES)
    before = desk.scrubber.counts.copy()
    packed = pack(scrub.events(placed(desk, batch), desk.scrubber))
    redacted = desk.scrubber.counts - before
    state = SourceState(
        key=piece.key,
        agent=source.agent,
        name=name,
        size=source.size if batch.done else batch.cursor.offset,
        mtime_ns=source.mtime_ns,
        cursor=storable(batch.cursor, desk.scrubber),
        tally=named(batch.tally, desk.scrubber),
        skipped=batch.skipped,
        redacted=redacted,
        read_at=desk.now,
        from_start=from_start,
    )
    part = Part(packed=packed, state=state, bytes_read=batch.cursor.offset - cursor.offset)
    return Stretch(part, batch.cursor, batch.done)


def storable(cursor: Cursor, scrubber: scrub.Scrubber) -> Cursor:
    """The cursor; the file's start where a reader's state would bring a secret to the disk (a session's odd id).

    Such a file is read anew when it grows.
    """
    return cursor if scrubber.text(cursor.state) == cursor.state else Cursor()


def named(tally: Tally, scrubber: scrub.Scrubber) -> Tally:
    """The tally with scrubbed names: what a log calls its records can be anything."""
    unknown: Counter[str] = Counter()
    for kind, count in tally.unknown.items():
        unknown[scrubber.text(kind)[:LONGEST_KIND]] += count
    return replace(tally, unknown=dict(unknown))


def placed(desk: Desk, batch: Batch) -> list[RawEvent]:
    """The events; each session has its project as this machine knows it, and no command's "no" is a failure."""
    commands = {event.call: event.command for event in batch.events if isinstance(event, ToolCall) and event.command}
    return [_placed(desk, event, commands) for event in batch.events]


def _placed(desk: Desk, event: RawEvent, commands: dict[bytes, str]) -> RawEvent:
    if isinstance(event, Session) and event.cwd:
        return replace(event, project=desk.projects.find(event.cwd).identity)
    if isinstance(event, ToolResult) and event.failure is Failure.ERROR and event.exit_code == 1:
        command = commands.get(event.call, "")
        return replace(event, failure=None) if is_answer(command, event.exit_code, event.text) else event
    return event
