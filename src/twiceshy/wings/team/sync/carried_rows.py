"""Take rows that another machine wrote into files: they wait here like our own, and are sent under our name."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.outbox import put_rows
from twiceshy.base.config import Config
from twiceshy.privacy.wire.wire_rows import WireError, decode_row
from twiceshy.records.team import CarriedRows, WireRow
from twiceshy.wings.team.remote.file_target import list_files, read_lines
from twiceshy.wings.team.sync.send_outbox import LOCK

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
