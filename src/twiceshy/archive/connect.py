"""An open database file: private, write-ahead logged, patient with other writers, and at the newest schema."""

import os
import sqlite3
import time
from pathlib import Path

from twiceshy.archive import migrate
from twiceshy.archive.guard import make_private_file
from twiceshy.archive.storage_errors import is_present, translate_errors
from twiceshy.base.errors import NotFound, ToolMissing
from twiceshy.base.foreign_files import require_regular

_OLDEST_SQLITE = (3, 37, 0)  # STRICT tables
BUSY_S = 5.0
"""Seconds to wait for another process that writes. Guess of 2026-11-21: longer than a batch takes."""
_PAGE_BYTES = 4096
"""SQLite's own default, written down since it cannot be changed later."""
_CACHE_KB = 8 * 1024
"""KiB. Measured on 2026-11-21: 32 MB saves no CPU and costs 40 MB of a big ingest's memory."""
_CHECKPOINT_PAGES = 8192
"""Pages of log before they are moved into the file. Guess of 2026-11-21: one batch touches the same pages again."""


def check_sqlite(version: tuple[int, ...]) -> None:
    """Check that SQLite is new enough.

    Raises:
        ToolMissing: this Python's SQLite is too old.
    """
    if version < _OLDEST_SQLITE:
        wanted, found = (".".join(map(str, numbers)) for numbers in (_OLDEST_SQLITE, version))
        raise ToolMissing(
            f"this Python was built with SQLite {found}; the store needs {wanted} or newer. "
            "Install twiceshy with a newer Python, for instance `uv tool install --python 3.12 .` in the checkout."
        )


def open_writable(path: Path, steps: Path, *, durable: bool = False, shared: bool = False) -> sqlite3.Connection:
    """Open a connection that may write; create the file and bring it to the newest schema where need be.

    Args:
        path: the database.
        steps: the folder of its migrations.
        durable: every commit waits for the disk; otherwise the last ones may be lost when the power fails.
        shared: threads use it, one at a time: the caller sees to that.
    """
    check_sqlite(sqlite3.sqlite_version_info)
    make_private_file(path)
    with translate_errors(path):
        require_regular(path)  # SQLite would wait for a pipe for ever
        connection = sqlite3.connect(
            _uri(path, "rw"), uri=True, isolation_level=None, timeout=BUSY_S, check_same_thread=not shared
        )
        try:
            if not path.stat().st_size:
                connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            _enable_wal(connection)
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            if migrate.find_pending(connection, migrate.list_names(steps), path):
                migrate.migrate(connection, migrate.read_migrations(steps), path)
        except BaseException:
            connection.close()
            raise
    return connection


def _enable_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL mode; two processes that create a store at once both succeed."""
    give_up = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as exc:  # SQLite does not wait for this lock by itself
            if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return


def open_readable(path: Path, steps: Path) -> sqlite3.Connection:
    """Open a connection that cannot write; bring an older store to the newest schema first.

    Raises:
        NotFound: there is no such file.
    """
    check_sqlite(sqlite3.sqlite_version_info)
    if not is_present(path):
        raise NotFound(f"nothing is stored in {path.parent} yet. Read your agents' logs first: twiceshy ingest")
    with translate_errors(path):
        require_regular(path)  # as above
        connection = _connect_read_only(path)
        try:
            old = migrate.find_pending(connection, migrate.list_names(steps), path)
        except BaseException:
            connection.close()
            raise
        if old:
            connection.close()
            open_writable(path, steps).close()
            connection = _connect_read_only(path)
    return connection


def _connect_read_only(path: Path) -> sqlite3.Connection:
    log = path.with_name(path.name + "-wal")
    frozen = not os.access(path.parent, os.W_OK) and not (log.exists() and log.stat().st_size)
    # Readers of a logged file write to its shared memory; in a folder that cannot be written nobody else writes either.
    uri = _uri(path, "ro") + ("&immutable=1" if frozen else "")
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_S)
    connection.execute("PRAGMA query_only = ON")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    return connection


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"
