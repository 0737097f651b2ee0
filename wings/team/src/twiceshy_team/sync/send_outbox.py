"""Send what waits in the outbox to the team's server; where no server is named, nothing is opened at all.

Only one process sends at a time. Whether anything leaves, to whom and how much, is the user's setting alone.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

from twiceshy.archive import outbox
from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.outbox import put_rows, read_notes
from twiceshy.archive.times import parse_time
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreBusy
from twiceshy.privacy.wire.wire_rows import WireError, decode_row
from twiceshy.records.team import CarriedRows, ServerAddress, SyncSummary, WaitingRow, WireRow
from twiceshy_team.remote.file_target import list_files, read_lines, write_rows
from twiceshy_team.sync.batch_sender import BatchSender, count_left
from twiceshy_team.sync.leaving_lines import LeavingLines
from twiceshy_team.sync.server_settings import find_server, fingerprint

LOCK = "sync"
AWAITED_S = 5.0
"""So long a command's caller waits at its end until all is sent (seconds; guess of the design, 2026-11-23)."""
_AGAIN_S = 0.1
"""Between two looks whether another sender has ended (seconds; guess, 2026-11-23)."""
_A_DAY = timedelta(days=1)
"""Nobody is waited for longer: a clock must have been wrong (guess, 2026-11-23)."""


def read_clock() -> datetime:
    """Return the time, aware."""
    return datetime.now(UTC)


def send_outbox(  # what is set, what is known, and how long it may take
    config: Config,
    env: Mapping[str, str],
    *,
    seconds: float | None = None,
    asked: bool = False,
    pause: Callable[[], None] = lambda: None,
    clock: Callable[[], datetime] = read_clock,
) -> SyncSummary:
    """Send, or write into a file to be carried, what waits; return what came of it.

    Args:
        config: ``telemetry.backend`` says whether and how anything leaves.
        env: the environment, for the token.
        seconds: all of it ends after so many; None: when nothing is left.
        asked: a person asked for it: what waits because of a failure is tried now, unless the server said when.
        pause: called between two batches; what it raises ends the sending.
        clock: gives the time, aware.

    Raises:
        ConfigError: the token cannot be used.
        StoreBusy: another process is sending.
        StoreError: the data folder cannot be used.
    """
    if config.telemetry_backend == "local":
        return SyncSummary()
    server = find_server(config, env)
    if server is None and config.telemetry_backend != "file":
        return SyncSummary(stopped="no server is named: set sync.url")
    until = None if seconds is None else monotonic() + seconds
    with Store.open(config.home) as store, hold_lock(config.home, LOCK):
        sender = BatchSender(store, LeavingLines(config, store.salt), clock, pause)
        if server is None:
            return sender.write_files(find_folder(config))
        stopped = _find_hindrance(store, server, clock(), asked=asked)
        if stopped:
            return SyncSummary(stopped=stopped, left=count_left(store, clock()))
        with store.begin_writing() as connection:  # waits that a wrong clock made are ended, too
            outbox.end_waiting(connection, clock() if asked else clock() + _A_DAY)
        return sender.send(server, until)


def wait_until_sent(config: Config, env: Mapping[str, str], *, seconds: float = AWAITED_S) -> str:
    """Send what waits while a caller waits for it; return why something of it still waits, else an empty text.

    Raises:
        ConfigError: the token cannot be used.
        StoreError: the data folder cannot be used.
    """
    give_up = monotonic() + seconds
    while (left := give_up - monotonic()) > 0:
        try:
            return send_outbox(config, env, seconds=left).stopped
        except StoreBusy:  # another process sends: what it leaves is ours
            sleep(min(_AGAIN_S, left))
    return "another process is still sending"


def write_carried(config: Config, rows: Sequence[WaitingRow], now: datetime) -> Path:
    """Write rows that may leave as one new file to be carried; return its path.

    Raises:
        StoreUnwritable: it could not be written.
    """
    return write_rows(find_folder(config), LeavingLines(config, os.urandom(32)).sort(rows).ready, now)


def find_folder(config: Config) -> Path:
    """Return where files to be carried are written."""
    return config.sync_folder if config.sync_folder != Path() else config.home / "outbox"


def _find_hindrance(store: Store, server: ServerAddress, now: datetime, *, asked: bool) -> str:
    """Return why nothing may be sent now; empty where it may."""
    notes = read_notes(store.connection)
    if notes.get("refused_as") == fingerprint(server):
        return (
            "the server does not take rows of this token. Nothing is sent until sync.url or the token changes, "
            "or `twiceshy sync --test` succeeds"
        )
    until = find_wait(notes, now)
    if until is not None and "told" in notes:
        return f"the server asked to be left alone until {until:%H:%M:%S} UTC"
    if until is not None and not asked:
        return f"the last try failed ({notes.get('last_answer', '')}); the next is at {until:%H:%M:%S} UTC"
    return ""


def may_still_ask(config: Config, server: ServerAddress) -> bool:
    """Tell whether a server that takes nothing of us may give us something: a token that may only read."""
    with Store.open(config.home, readonly=True) as store:
        notes = read_notes(store.connection)
    return notes.get("refused_as") == fingerprint(server) and notes.get("refused_status") == "403"


def find_wait(notes: Mapping[str, str], now: datetime) -> datetime | None:
    """Return until when nothing is tried; None where it may be now."""
    until = parse_time(notes.get("next_at"))
    return until if until is not None and now < until <= now + _A_DAY else None


# Take rows that another machine wrote into files: they wait here like our own, and are sent under our name.

_AT_ONCE = 1000
"""Rows that are put in one transaction (guess, 2026-11-23)."""


def take_files(config: Config, paths: Sequence[Path], now: datetime) -> CarriedRows:
    """Put the rows of files, or of all files in folders, into the outbox; the same file again brings nothing new.

    Raises:
        SourceError: a file cannot be read; what the files before it brought stays.
        StoreBusy: another process is sending.
        StoreError: the store cannot be written.
    """
    new = known = unreadable = 0
    files = list_files(paths)
    with Store.open(config.home) as store, hold_lock(config.home, LOCK):
        for path in files:
            waiting: list[WireRow] = []
            for line in read_lines(path):
                try:
                    waiting.append(decode_row(line))
                except WireError:
                    unreadable += 1
                if len(waiting) == _AT_ONCE:
                    new += _put(store, waiting, now)
                    known += len(waiting)
                    waiting = []
            new += _put(store, waiting, now)
            known += len(waiting)
    return CarriedRows(files=len(files), new=new, known=known - new, unreadable=unreadable)


def _put(store: Store, rows: Sequence[WireRow], now: datetime) -> int:
    with store.begin_writing() as connection:
        return put_rows(connection, rows, now)
