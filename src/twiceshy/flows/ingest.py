"""From log files to the store: find what is new, read, scrub and pack it in workers, add it with one writer, judge it.

A worker gets pieces of files and gives back packed rows: text leaves it only scrubbed. The writer stores a piece's rows
together with how far its file was read, in one transaction, so that an ingest may be killed at any moment and the next
one goes on from there. Files are taken oldest first: where sessions repeat each other the earlier file owns the event.
"""

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from hashlib import blake2b
from itertools import chain
from pathlib import Path

from twiceshy.capture.base import Source
from twiceshy.capture.claude_code.deletion import deletes_after_days
from twiceshy.capture.readers import READERS
from twiceshy.capture.walking import closed
from twiceshy.capture.whose import logs
from twiceshy.config import Config
from twiceshy.errors import SourceError, ToolMissing, UsageError
from twiceshy.flows.findings_files import keep, reports_among
from twiceshy.flows.pieces import Outcome, Piece
from twiceshy.records.sources import Cursor
from twiceshy.records.summary import FailedFile, IngestSummary, Progress, SkippedLine
from twiceshy.spread import Failed, Lost, spread
from twiceshy.store.db import Store
from twiceshy.store.lock import held
from twiceshy.store.reads.sessions import working_folders
from twiceshy.store.reads.sources import Known, cursors

Group = tuple[Piece, ...]
ITEM_BYTES = 8_000_000  # guess: enough to make a worker's round trip cheap, small enough for 200 MB of memory
JUDGING = "judging"
USER = re.compile(r"\[user:[0-9a-f]+\]")
INLINE_BYTES = 2_000_000  # below this, starting workers costs more than it saves


@dataclass(slots=True)
class Totals:
    """The summary while it grows."""

    new: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    secrets: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    skipped: list[SkippedLine] = field(default_factory=list)
    failed: list[FailedFile] = field(default_factory=list)
    bytes_read: int = 0
    files_read: int = 0


def ingest(
    paths: Sequence[Path],
    config: Config,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> IngestSummary:
    """Everything new in ``paths`` (default: every known agent's folders) is in the store; what was found, in numbers.

    Raises:
        StoreError: the data folder cannot be used, or another ingest is at work on it.
        SourceError: a path cannot be looked at.
        UsageError: a path does not exist, or an agent is not known.
    """
    started = time.perf_counter()
    check_paths(paths)
    reports = reports_among(paths)
    logs_in = [path for path in paths if path not in reports]
    found = find(logs_in, config) if logs_in or not paths else ()
    sources = sorted(found, key=lambda source: (source.mtime_ns, source.path))
    with Store.open(config.home) as store, held(config.home, "ingest"):
        salt = store.salt
        told, unread_reports = kept_reports(store, reports, config) if reports else ({}, [])
        pieces = list(unread(sources, cursors(store.connection), salt))
        if pieces:
            store.put_note(JUDGING, "due")  # an ingest that is killed leaves word for the next
        totals = read_all(store, pieces, config, salt, progress=progress, now=now()) if pieces else Totals()
        if store.note(JUDGING) == "due":
            judge(store, config)
            store.put_note(JUDGING, "done")
    return IngestSummary(
        files_seen=len(sources),
        files_read=totals.files_read,
        files_unchanged=len(sources) - len(pieces),
        bytes_read=totals.bytes_read,
        events=dict(totals.new),
        duplicates=totals.duplicates,
        sessions_new=totals.new["session"],
        secrets=dict(totals.secrets),
        skipped=totals.skipped,
        unknown=dict(totals.unknown),
        failed_files=[*closed_folders(paths, config), *unread_reports, *totals.failed],
        reports=told,
        seconds=time.perf_counter() - started,
        oldest_log=oldest_day(sources),
        deletion_after_days=None if paths else deletion_days(sources),
    )


def kept_reports(store: Store, paths: Sequence[Path], config: Config) -> tuple[dict[str, int], list[FailedFile]]:
    """What other tools' reports held, in numbers, now that it is stored; and those that could not be read."""
    from twiceshy.privacy.policy import Level, load_rules  # noqa: PLC0415
    from twiceshy.privacy.scrub import Scrubber  # noqa: PLC0415

    scrubber = Scrubber(load_rules(), store.salt, Level(config.privacy_level), cache=config.cache)
    kept, failed = keep(store, paths, scrubber.text)
    verdicts = [one.verdict for one in kept if one.verdict is not None]
    return {
        "files": len(kept),
        "findings": sum(len(one.findings) for one in kept),
        "suppressed": sum(one.suppressed for one in kept),
        "tests": sum((one.passed or 0) + (one.failed or 0) + (one.errors or 0) for one in verdicts),
        "failed": sum((one.failed or 0) + (one.errors or 0) for one in verdicts),
    }, failed


def check_paths(paths: Sequence[Path]) -> None:
    """Nothing.

    Raises:
        UsageError: one of them is not there.
        SourceError: that cannot be told.
    """
    for path in paths:
        try:
            path.stat()
        except FileNotFoundError:
            raise UsageError(f"{path} does not exist") from None
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}. Nothing was stored.") from error


def closed_folders(paths: Sequence[Path], config: Config) -> Iterator[FailedFile]:
    """The folders in which there may be logs, and that cannot be looked into."""
    for root in paths or own_roots(config):
        for folder in closed(root):
            yield FailedFile(name=str(folder.path), reason=f"the folder cannot be looked into: {folder.reason}")


def own_roots(config: Config) -> Iterator[Path]:
    """Where the agents of this machine keep their logs."""
    for name in config.ingest_agents or READERS:
        yield from READERS[name].roots(dict(os.environ), Path.home())


def find(paths: Sequence[Path], config: Config) -> Iterator[Source]:
    """Every agent's log files below the given paths, or in the agents' own folders.

    Raises:
        UsageError: ``ingest.agents`` names an agent that is not known.
    """
    unknown = set(config.ingest_agents) - set(READERS)
    if unknown:
        raise UsageError(f"no agent {min(unknown)!r}; known are {', '.join(READERS)}")
    readers = {name: READERS[name] for name in READERS if name in (config.ingest_agents or READERS)}
    seen: set[Path] = set()
    own = [reader.find(root) for reader in readers.values() for root in reader.roots(dict(os.environ), Path.home())]
    given = [logs(path.absolute(), readers, os.environ, Path.home()) for path in paths]
    for source in chain.from_iterable(given if paths else own):
        if source.path not in seen:
            seen.add(source.path)
            yield source


def unread(sources: Sequence[Source], read: Mapping[bytes, Known], salt: bytes) -> Iterator[Piece]:
    """A piece for each file that is new or has changed since it was read."""
    for source in sources:
        key = blake2b(os.fsencode(source.path), key=salt, digest_size=16).digest()
        before = read.get(key)
        if before is None:
            yield Piece(source=source, key=key, cursor=Cursor())
        elif (before.size, before.mtime_ns) != (source.size, source.mtime_ns):
            yield Piece(source=source, key=key, cursor=before.cursor)


def read_all(
    store: Store,
    pieces: Sequence[Piece],
    config: Config,
    salt: bytes,
    *,
    progress: Callable[[Progress], None],
    now: datetime,
) -> Totals:
    """Pieces are read side by side and written one after the other; a big file comes back for its next stretch."""
    from twiceshy.flows.reading import prepare, read_item  # noqa: PLC0415  # dear to import; most find nothing new

    totals = Totals()
    bytes_total = sum(piece.bytes_left for piece in pieces)
    processes = config.processes if bytes_total > INLINE_BYTES else 1
    setup = partial(prepare, config.privacy_level, salt, config.cache, now)
    if processes > 1:
        setup()  # leaves compiled rules in the cache, which every worker would otherwise compile for itself
    todo = list(groups(pieces))
    while todo:
        again: list[Group] = []
        for answer in spread(read_item, todo, setup=setup, processes=processes):
            if isinstance(answer, Failed):
                raise answer.error  # a fault of our own: what cannot be read of a log is part of an outcome
            if isinstance(answer, Lost):
                again += lost(answer, totals)
            else:
                write(store, answer, totals)
                again += groups([outcome.rest for outcome in answer if outcome.rest is not None])
            progress(
                Progress(
                    bytes_done=totals.bytes_read,
                    bytes_total=bytes_total,
                    files_done=totals.files_read,
                    files_total=len(pieces),
                )
            )
        todo = again
    return totals


def groups(pieces: Sequence[Piece]) -> Iterator[Group]:
    """Pieces in groups that are worth a worker's round trip."""
    group: list[Piece] = []
    size = 0
    for piece in pieces:
        if group and size + piece.bytes_left > ITEM_BYTES:
            yield tuple(group)
            group, size = [], 0
        group.append(piece)
        size += piece.bytes_left
    if group:
        yield tuple(group)


def lost(answer: Lost[Group], totals: Totals) -> list[Group]:
    """A group that cost a worker its life, one by one; a file that did so alone has failed."""
    if len(answer.item) > 1:
        return [(piece,) for piece in answer.item]
    reason = f"the process that read it was lost ({answer.reason}); the next ingest tries again"
    totals.failed.append(FailedFile(name=answer.item[0].source.path.name, reason=reason))
    return []


def write(store: Store, outcomes: Sequence[Outcome], totals: Totals) -> None:
    """A group's parts are stored with their cursors in one transaction, and counted."""
    parts = [(outcome, part) for outcome in outcomes for part in outcome.parts]
    for (outcome, part), added in zip(
        parts, store.add_all([(part.packed, part.state) for _, part in parts]), strict=True
    ):
        totals.new.update(added.new)
        totals.duplicates += sum(added.duplicates.values())
        totals.secrets.update(part.state.redacted)
        totals.unknown.update(part.state.tally.unknown)
        totals.skipped += [SkippedLine(name=outcome.name, line=line) for line in part.state.skipped]
        totals.bytes_read += part.bytes_read
    for outcome in outcomes:
        if outcome.fault is not None:
            totals.failed.append(FailedFile(name=outcome.name, reason=outcome.fault))
        elif outcome.rest is None:
            totals.files_read += 1


def judge(store: Store, config: Config) -> None:
    """What changed is judged, and the commits of the projects whose folders lie on this machine are stored.

    The store knows folders only with the user's name replaced, so this user's own is put back; a folder that exists
    then is the one that was meant, or its copy. Without git the sessions suffice.
    """
    from twiceshy.flows.judge import judge_behaviour  # noqa: PLC0415  # as in `read_all`

    judge_behaviour(store)
    stored = working_folders(store.connection)
    places = [place for folder in stored if Path(place := USER.sub(Path.home().name, folder)).is_dir()]
    if places:
        from twiceshy.flows.commits import read_commits  # noqa: PLC0415
        from twiceshy.privacy.policy import Level, load_rules  # noqa: PLC0415
        from twiceshy.privacy.scrub import Scrubber  # noqa: PLC0415

        scrubber = Scrubber(load_rules(), store.salt, Level(config.privacy_level), cache=config.cache)
        with suppress(ToolMissing):
            read_commits(store, scrubber, places)


def oldest_day(sources: Sequence[Source]) -> date | None:
    """The day on which the file that was not touched for longest was last written."""
    return datetime.fromtimestamp(min(source.mtime_ns for source in sources) / 1e9, UTC).date() if sources else None


def deletion_days(sources: Sequence[Source]) -> int | None:
    """After how many days an agent among these deletes its own logs; None where none does."""
    if any(source.agent == "claude-code" for source in sources):
        return deletes_after_days(os.environ, Path.home())
    return None
