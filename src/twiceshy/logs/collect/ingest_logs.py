"""Bring log files into the store: find what is new, read, scrub and encode it in workers, store it, and judge it.

A worker gets pieces of files and returns encoded rows: text leaves it only scrubbed. One writer stores a piece's
rows together with how far its file was read, in one transaction, so an ingest may be killed at any moment and the
next one goes on from there. Files are taken oldest first: where sessions repeat each other, the earlier file owns
the event.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.archive.bodies import TEXTS_CHECKED
from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads.sources import SourceCursor, read_cursors
from twiceshy.archive.storage_errors import may_be_refusal
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing, TwiceshyError, UsageError, locate_fault
from twiceshy.logs.base import Reader, Source
from twiceshy.logs.collect.judge_turns import judge_turns
from twiceshy.logs.collect.log_pieces import LogPart, LogPiece, PieceResult
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.file_walk import NOTE as FIXTURE_RULE
from twiceshy.logs.file_walk import VERSION as FIXTURE_VERSION
from twiceshy.logs.file_walk import find_closed_folders
from twiceshy.logs.local_paths import spell_path, to_local_path
from twiceshy.logs.log_owner import agent_of, find_logs
from twiceshy.logs.readers import list_readers, traits_of
from twiceshy.records.ingest import (
    BatchResult,
    Cursor,
    FailedFile,
    IngestSummary,
    Progress,
    SkippedLine,
    UnclaimedFile,
)

if TYPE_CHECKING:
    from twiceshy.archive.restated_store import Restatement
    from twiceshy.archive.session_secrets import SessionSecrets
    from twiceshy.base.spread import FailedItem, LostItem

_PieceGroup = tuple[LogPiece, ...]
_ITEM_BYTES = 8_000_000
"""Bytes of logs in one item (guess, 2026-11-21): enough to make a worker's round trip cheap, small enough for 200 MB of
memory."""
_JUDGING = "judging"
_INLINE_BYTES = 2_000_000
"""Bytes of logs below which starting workers costs more than it saves (guess, 2026-11-21)."""


@dataclass(slots=True)
class _IngestTotals:
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
    """Store everything new in ``paths`` (default: every known agent's folders); return what was found, in numbers.

    Raises:
        StoreError: the data folder cannot be used, or another ingest is at work on it.
        SourceError: a path cannot be looked at.
        UsageError: a path does not exist, or an agent is not known.
    """
    started = time.perf_counter()
    _check_paths(paths)
    reports = _select_reports(paths)
    logs_in = [path for path in paths if path not in reports]
    found = list(find_sources(logs_in, config)) if logs_in or not paths else []
    sources = sorted(
        (one for one in found if isinstance(one, Source)), key=lambda source: (source.mtime_ns, source.path)
    )
    with Store.open(config.home) as store, hold_lock(config.home, "ingest"):
        salt = store.salt
        _drop_damaged(store)
        restated, left_out = judge_turns(store), _leave_out_fixtures(store)
        counts, unread_reports = _ingest_reports(store, reports, config) if reports else ({}, [])
        pieces = list(select_unread(sources, read_cursors(store.connection), salt))
        fresh = store.note(_JUDGING) != "due"
        if pieces:
            store.put_note(_JUDGING, "due")  # an ingest that is killed leaves word for the next
            progress(_say_what_is_read(pieces))
        totals = _read_all(store, pieces, config, salt, progress=progress, now=now()) if pieces else _IngestTotals()
        unclaimed = [one for one in found if isinstance(one, UnclaimedFile)]
        failed = [*_find_closed_folders(paths, config), *unread_reports, *totals.failed]
        _note_faults(store, config, "find", {one.path: one.place for one in unclaimed}, paths)
        _note_faults(store, config, "read", {one.name: one.place for one in failed}, paths)
        if sources:
            _unite_projects(store, config)
        _judge_if_due(store, config, restated + left_out, fresh=fresh)
    return IngestSummary(
        files_seen=len(sources),
        files_read=totals.files_read,
        files_unchanged=len(sources) - len(pieces),
        bytes_read=totals.bytes_read,
        events=dict(totals.new),
        duplicates=totals.duplicates,
        restated=restated,
        left_out=left_out,
        sessions_new=totals.new["session"],
        secrets=dict(totals.secrets),
        skipped=totals.skipped,
        unknown=dict(totals.unknown),
        failed_files=failed,
        unclaimed=unclaimed,
        reports=counts,
        seconds=time.perf_counter() - started,
        oldest_log=_find_oldest_day(sources),
        deletion_after_days=None if paths else _find_deletion_days(sources),
    )


def _say_what_is_read(pieces: Sequence[LogPiece]) -> Progress:
    size = sum(piece.bytes_left for piece in pieces)
    return Progress(bytes_done=0, bytes_total=size, files_done=0, files_total=len(pieces))


def _select_reports(paths: Sequence[Path]) -> list[Path]:
    """Return the files among these that are another tool's report."""
    if not any(path.is_file() for path in paths):
        return []
    from twiceshy.logs.collect.ingest_reports import select_reports  # noqa: PLC0415  # as in ``_read_all``

    return select_reports(paths)


def _ingest_reports(store: Store, paths: Sequence[Path], config: Config) -> tuple[dict[str, int], list[FailedFile]]:
    """Store other tools' reports; return what they held, in numbers, and those that could not be read."""
    from twiceshy.logs.collect.ingest_reports import store_reports  # noqa: PLC0415  # as in ``_read_all``
    from twiceshy.privacy.policy import RedactionLevel, load_rules  # noqa: PLC0415
    from twiceshy.privacy.scrub import Scrubber  # noqa: PLC0415

    scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
    kept, failed = store_reports(store, paths, scrubber.text)
    verdicts = [one.verdict for one in kept if one.verdict is not None]
    return {
        "files": len(kept),
        "findings": sum(len(one.findings) for one in kept),
        "suppressed": sum(one.suppressed for one in kept),
        "tests": sum((one.passed or 0) + (one.failed or 0) + (one.errors or 0) for one in verdicts),
        "failed": sum((one.failed or 0) + (one.errors or 0) for one in verdicts),
    }, failed


def _leave_out_fixtures(store: Store) -> int:
    """Mark stored sessions that are fixtures of tests, once a version of the rule; return how many.

    A new store has none.
    """
    if store.note(FIXTURE_RULE) == str(FIXTURE_VERSION):
        return 0
    if not read_cursors(store.connection):
        store.put_note(FIXTURE_RULE, str(FIXTURE_VERSION))
        return 0
    from twiceshy.logs.collect.leave_out_fixtures import leave_out_fixtures  # noqa: PLC0415  # once a version

    return leave_out_fixtures(store)


def _drop_damaged(store: Store) -> None:
    """Look a store through for damaged texts, once; a new one has none."""
    if store.note(TEXTS_CHECKED):
        return
    if store.has_bodies:
        from twiceshy.archive.sweep import drop_damaged  # noqa: PLC0415  # only an older store needs it

        drop_damaged(store)
    store.put_note(TEXTS_CHECKED, "1")


def _check_paths(paths: Sequence[Path]) -> None:
    """Check that every path exists.

    Raises:
        UsageError: one of them is not there.
        SourceError: one of them cannot be looked at.
    """
    for path in paths:
        try:
            path.stat()
        except FileNotFoundError:
            raise UsageError(f"{path} does not exist") from None
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}. Nothing was stored.") from error


def _find_closed_folders(paths: Sequence[Path], config: Config) -> Iterator[FailedFile]:
    """Yield the folders in which there may be logs, and that cannot be opened."""
    for root in paths or _list_roots(config):
        for folder in find_closed_folders(root):
            yield FailedFile(name=spell_path(folder.path), reason=f"the folder cannot be looked into: {folder.reason}")


def _list_roots(config: Config) -> Iterator[Path]:
    """Yield the folders where the agents of this machine store their logs."""
    for name in config.ingest_agents or list_readers():
        yield from list_readers()[name].roots(dict(os.environ), Path.home())


def find_sources(paths: Sequence[Path], config: Config) -> Iterator[Source | UnclaimedFile]:
    """Yield every agent's log files below the given paths, or in the agents' own folders, and what nobody claims.

    Raises:
        UsageError: ``ingest.agents`` names an agent that is not known.
    """
    unknown = set(config.ingest_agents) - set(list_readers())
    if unknown:
        raise UsageError(f"no agent {min(unknown)!r}; known are {', '.join(list_readers())}")
    readers = {
        name: list_readers()[name] for name in list_readers() if name in (config.ingest_agents or list_readers())
    }
    own = [reader.find(root) for reader in readers.values() for root in reader.roots(dict(os.environ), Path.home())]
    given = [find_logs(path.absolute(), readers, os.environ, Path.home()) for path in paths]
    found = {str(source.path): source for source in chain.from_iterable(given if paths else own)}
    for source in found.values():
        known = source if isinstance(source, Source) else _explain(source, readers)
        if known is not None:
            yield known


def _explain(file: UnclaimedFile, readers: Mapping[str, Reader]) -> UnclaimedFile | None:
    """Return the file; of one whose agent is left out say so if it was named, else None."""
    agent = agent_of(Path(file.path), list_readers()) if len(readers) < len(list_readers()) else None
    if agent is None:
        return file
    return (
        replace(file, recognised=f"a log of {list_readers()[agent].title}, which is left out") if file.named else None
    )


def select_unread(sources: Sequence[Source], read: Mapping[bytes, SourceCursor], salt: bytes) -> Iterator[LogPiece]:
    """Yield a piece for each file that is new or has changed since it was read."""
    for source in sources:
        key = blake2b(os.fsencode(source.path), key=salt, digest_size=16).digest()
        before = read.get(key)
        if before is None:
            yield LogPiece(source=source, key=key, cursor=Cursor())
        elif (before.size, before.mtime_ns) != (source.size, source.mtime_ns):
            outdated = before.reader < traits_of(source.agent).version
            yield LogPiece(source=source, key=key, cursor=before.cursor, outdated=outdated, rereading=before.rereading)


def _read_all(
    store: Store,
    pieces: Sequence[LogPiece],
    config: Config,
    salt: bytes,
    *,
    progress: Callable[[Progress], None],
    now: datetime,
) -> _IngestTotals:
    """Read pieces in parallel and write them one by one; a big file comes back for its next part."""
    # Dear to import; most ingests find nothing new.
    from twiceshy.archive.restated_store import note_rules  # noqa: PLC0415
    from twiceshy.archive.session_secrets import SessionSecrets, wipe_traces  # noqa: PLC0415
    from twiceshy.base.spread import spread  # noqa: PLC0415
    from twiceshy.logs.collect.ingest_worker import prepare, read_item  # noqa: PLC0415
    from twiceshy.privacy.policy import RedactionLevel, load_rules  # noqa: PLC0415

    wipe_traces(store, config.cache, None)
    note_rules(store, load_rules().digest(RedactionLevel(config.privacy_level)))
    totals = _IngestTotals()
    secrets = SessionSecrets(store, lambda agent: traits_of(agent).resumes_in_copies)
    bytes_total = sum(piece.bytes_left for piece in pieces)
    processes = config.processes if bytes_total > _INLINE_BYTES else 1
    setup = partial(prepare, config.privacy_level, salt, config.cache, now)
    if processes > 1:
        setup().scrubber.compile_rest()  # into the cache: every worker would otherwise compile for itself
    todo = list(group_pieces(pieces))
    while todo:
        again: list[_PieceGroup] = []
        for answer in spread(read_item, todo, setup=setup, processes=processes):
            again += _take_answer(store, answer, totals, secrets)
            progress(
                Progress(
                    bytes_done=totals.bytes_read,
                    bytes_total=bytes_total,
                    files_done=totals.files_read,
                    files_total=len(pieces),
                )
            )
        todo = again
    wipe_traces(store, config.cache, secrets.literals)
    return totals


def read_again(store: Store, pieces: Sequence[LogPiece], config: Config, pause: Callable[[], None]) -> int:
    """Read pieces in their order, and judge what they gave; return how many events are new.

    ``pause`` is called between groups and may raise to end the run; what was stored stays.
    """
    store.put_note(_JUDGING, "due")
    totals = _read_all(store, pieces, config, store.salt, progress=lambda _: pause(), now=datetime.now(UTC))
    _judge_if_due(store, config, 0, fresh=False)
    return totals.new.total()


def read_pieces(store: Store, pieces: Sequence[LogPiece], config: Config, now: datetime) -> IngestSummary:
    """Read pieces in their order and count what they gave; nothing is looked up on this machine, or judged."""
    totals = _read_all(store, pieces, config, store.salt, progress=lambda _: None, now=now)
    return IngestSummary(
        files_read=totals.files_read,
        bytes_read=totals.bytes_read,
        events=dict(totals.new),
        duplicates=totals.duplicates,
        secrets=dict(totals.secrets),
        skipped=totals.skipped,
        unknown=dict(totals.unknown),
        failed_files=totals.failed,
    )


def _take_answer(
    store: Store,
    answer: "list[PieceResult] | FailedItem[_PieceGroup] | LostItem[_PieceGroup]",
    totals: _IngestTotals,
    secrets: "SessionSecrets",
) -> list[_PieceGroup]:
    """Store what a worker read, and return what is still to be read.

    Raises:
        TwiceshyError: a worker raised it on purpose; what cannot be read of a log is part of an outcome.
    """
    from twiceshy.base.spread import FailedItem, LostItem  # noqa: PLC0415  # as in ``_read_all``

    if isinstance(answer, FailedItem):
        if isinstance(answer.error, TwiceshyError):
            raise answer.error
        place = locate_fault(answer.error)
        return _retry_alone(answer.item, f"a fault of ours ({place}); please report it", place, totals)
    if isinstance(answer, LostItem):
        reason = f"the process that read it was lost ({answer.reason}); the next ingest tries again"
        return _retry_alone(answer.item, reason, "", totals)
    _write(store, answer, totals, secrets)
    return list(group_pieces([outcome.rest for outcome in answer if outcome.rest is not None]))


def group_pieces(pieces: Sequence[LogPiece]) -> Iterator[_PieceGroup]:
    """Yield pieces in groups that are large enough for a worker's round trip."""
    group: list[LogPiece] = []
    size = 0
    for piece in pieces:
        if group and size + piece.bytes_left > _ITEM_BYTES:
            yield tuple(group)
            group, size = [], 0
        group.append(piece)
        size += piece.bytes_left
    if group:
        yield tuple(group)


def _retry_alone(group: _PieceGroup, reason: str, place: str, totals: _IngestTotals) -> list[_PieceGroup]:
    """Return the pieces of a group that a worker failed at, one by one; a file at which it did so alone has failed."""
    if len(group) > 1:
        return [(piece,) for piece in group]
    totals.failed.append(FailedFile(name=spell_path(group[0].source.path.name), reason=reason, place=place))
    return []


def _write(store: Store, outcomes: Sequence[PieceResult], totals: _IngestTotals, secrets: "SessionSecrets") -> None:
    """Store a group's parts with their cursors in one transaction, and count them."""
    parts = [(outcome, part) for outcome in outcomes for part in outcome.parts]
    clean, change = secrets.admit([part for _, part in parts])
    ready = [(outcome, replace(part, packed=rows)) for (outcome, part), rows in zip(parts, clean, strict=True)]
    for (outcome, part), added in zip(ready, _add_parts(store, ready, totals, change), strict=True):
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


def _add_parts(
    store: Store,
    parts: Sequence[tuple[PieceResult, LogPart]],
    totals: _IngestTotals,
    change: "Restatement | None",
) -> list[BatchResult]:
    """Store parts in one transaction; where the database refuses a row of them, part by part and without that row.

    Raises:
        StoreError: the store cannot be used.
    """
    try:
        return store.add_all([(part.packed, part.state) for _, part in parts], change)
    except Exception as error:
        if not may_be_refusal(error):
            raise
    added = []
    for outcome, part in parts:
        begin = max(part.state.cursor.offset - part.bytes_read, 0)
        found = store.add_leniently(part.packed, part.state, begin)
        totals.skipped += [SkippedLine(name=outcome.name, line=line) for line in found.refused]
        added.append(found.result)
    store.add_all([], change)
    return added


def _note_faults(store: Store, config: Config, step: str, found: Mapping[str, str], paths: Sequence[Path]) -> None:
    """Store at which files our code failed: ``found`` has a place, or none, for each; all folders begin anew."""
    known = StepFaults(store, step)
    if not paths:
        known.settle(known.keys())
    if any(found.values()):
        from twiceshy.privacy.policy import RedactionLevel, load_rules  # noqa: PLC0415  # as in `_judge`
        from twiceshy.privacy.scrub import Scrubber  # noqa: PLC0415

        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        for name, place in found.items():
            if not place:
                continue
            known.add(blake2b(name.encode(), key=store.salt, digest_size=16).digest(), place, scrubber.text(name))


def _unite_projects(store: Store, config: Config) -> None:
    """Join what is stored of a project whose folders have another identity by now."""
    from twiceshy.logs.collect.unite_projects import unite_projects  # noqa: PLC0415  # as in `_read_all`
    from twiceshy.privacy.policy import RedactionLevel, load_rules  # noqa: PLC0415
    from twiceshy.privacy.scrub import Scrubber  # noqa: PLC0415

    scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
    with StepFaults(store, "projects").guard(b"projects", "projects"):
        unite_projects(store, scrubber)


def _judge_if_due(store: Store, config: Config, restated: int, *, fresh: bool) -> None:
    """Judge what is new; also what an ingest that was killed left."""
    if restated or store.note(_JUDGING) == "due":
        _judge(store, config, fresh=fresh)
        store.put_note(_JUDGING, "done")


def _judge(store: Store, config: Config, *, fresh: bool) -> None:
    """Judge the behaviour of changed sessions, and store the commits of projects whose folders are here.

    The store knows folders only with the user's name replaced, so this user's name is put back; a folder that
    exists then is the one that was meant, or its copy. Without git only the sessions are judged. ``fresh``: this run
    found nothing that waited to be judged.
    """
    from twiceshy.archive.reads.sessions import read_working_folders  # noqa: PLC0415
    from twiceshy.logs.collect.judge_behaviour import judge_behaviour  # noqa: PLC0415  # as in `read_all`

    faults = StepFaults(store, "judge")
    with faults.guard(b"behaviour", "behaviour"):
        judge_behaviour(store, fresh=fresh)
    stored = read_working_folders(store.connection)
    places = [place for folder in stored if Path(place := to_local_path(folder)).is_dir()]
    if places:
        from twiceshy.logs.collect.read_commits import read_commits  # noqa: PLC0415
        from twiceshy.privacy.policy import RedactionLevel, load_rules  # noqa: PLC0415
        from twiceshy.privacy.scrub import Scrubber  # noqa: PLC0415

        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        with suppress(ToolMissing), faults.guard(b"commits", "commits"):
            read_commits(store, scrubber, places)


def _find_oldest_day(sources: Sequence[Source]) -> date | None:
    """Return the day on which the least recently changed file was last written; None without files."""
    return datetime.fromtimestamp(min(source.mtime_ns for source in sources) / 1e9, UTC).date() if sources else None


def _find_deletion_days(sources: Sequence[Source]) -> int | None:
    """Return after how many days an agent among these deletes its own logs; None where none does."""
    kept = (traits_of(agent).retention for agent in {source.agent for source in sources})
    return min((one.read_days(os.environ, Path.home()) for one in kept if one), default=None)
