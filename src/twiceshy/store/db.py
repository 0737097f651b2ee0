"""The open store: twiceshy.db with what happened, and bodies.db with the long texts.

Long texts are committed first, then all rows of a batch with the cursors of their sources in one transaction. So a
process may be killed anywhere: what was acknowledged is there, nothing is there twice, and the next run goes on from
the last cursor. Two databases never share a transaction, because with a write-ahead log SQLite could not make it one.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from twiceshy.errors import StoreCorrupt
from twiceshy.records.text import Scrubbed
from twiceshy.store import connect, derived, guard, migrate
from twiceshy.store.bodies import Bodies
from twiceshy.store.derived import Derived
from twiceshy.store.faults import present, told, translated

if TYPE_CHECKING:
    from twiceshy.records.sources import Added, SourceState
    from twiceshy.store.rows import Packed

ARCHIVE = "twiceshy.db"
BODIES = "bodies.db"


class Store:
    """Use it as a context manager: what SQLite raises inside comes out as a ``StoreError``."""

    def __init__(self, home: Path, connection: sqlite3.Connection, *, readonly: bool) -> None:
        self.home = home
        self.connection = connection
        """Of twiceshy.db, for the functions of ``reads``."""
        self.readonly = readonly
        self._bodies: Bodies | None = None

    @classmethod
    def open(cls, home: Path, *, readonly: bool = False) -> Self:
        """The store in a data folder; made where there is none, unless it is only to be read.

        Raises:
            NotFound: it is only to be read, and there is none.
            StoreError: it cannot be used; the kind says why.
            ToolMissing: SQLite is too old.
        """
        path = home / ARCHIVE
        if readonly:
            return cls(home, connect.readable(path, migrate.ARCHIVE), readonly=True)
        guard.prepare(home)
        return cls(home, connect.writable(path, migrate.ARCHIVE), readonly=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        path = self.home / ARCHIVE
        if isinstance(error, sqlite3.Error):
            with suppress(sqlite3.Error):
                self.close()
            raise translated(error, path) from error
        with told(path):
            self.close()

    def close(self) -> None:
        """Nothing; both files are closed."""
        if self._bodies is not None:
            self._bodies.connection.close()
        self.connection.close()

    @property
    def bodies(self) -> Bodies:
        """The long texts; their file is opened when it is first asked for."""
        if self._bodies is None:
            path = self.home / BODIES
            if not present(path) and (self.readonly or self._refers_to_texts()):
                raise StoreCorrupt(
                    f"{path} is missing, and with it the long texts. Put back a copy of it, or move the whole data "
                    "folder aside and run `twiceshy ingest`: it reads again whatever logs the agents still have."
                )
            if self.readonly:
                self._bodies = Bodies(connect.readable(path, migrate.BODIES))
            else:
                self._bodies = Bodies(connect.writable(path, migrate.BODIES, durable=True))
        return self._bodies

    @property
    def has_bodies(self) -> bool:
        """Whether any long text was ever stored."""
        return self._bodies is not None or present(self.home / BODIES)

    def _refers_to_texts(self) -> bool:
        from twiceshy.store.sweep import referenced  # noqa: PLC0415  # that room imports this one

        return next(referenced(self.connection), None) is not None

    @property
    def salt(self) -> bytes:
        """The 32 bytes that key the hashes of this store.

        Raises:
            StoreCorrupt: the file is damaged, or is not the one that this store began with.
        """
        path = self.home / "salt"
        with told(self.home / ARCHIVE):
            known = self.connection.execute("SELECT value FROM meta WHERE key = 'salt'").fetchone()
        if (known is not None or self.readonly) and not present(path):
            raise StoreCorrupt(f"{path} is missing. {guard.NO_SALT}")
        salt = guard.salt(path)
        proof = blake2b(salt, digest_size=8, person=b"salt").hexdigest()
        if known is None and not self.readonly:
            with self.writing() as connection:
                connection.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('salt', ?)", (proof,))
        elif known is not None and known[0] != proof:
            raise StoreCorrupt(f"{path} is not the one that this store began with. {guard.NO_SALT}")
        return salt

    def body(self, key: bytes) -> Scrubbed:
        """The whole text of a body; says so where it is missing.

        Raises:
            StoreCorrupt: its pack is damaged.
        """
        with told(self.home / BODIES):
            text = self.bodies.text(key)
        return Scrubbed("[this text is missing from the store; see `twiceshy doctor`]") if text is None else text

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The archive's connection inside one write transaction: all of it or nothing."""
        with told(self.home / ARCHIVE), transaction(self.connection):
            yield self.connection

    @contextmanager
    def writing_bodies(self) -> Iterator[Bodies]:
        """The long texts inside one write transaction."""
        bodies = self.bodies
        with told(self.home / BODIES), transaction(bodies.connection):
            yield bodies

    def add(self, batch: "Packed", source: "SourceState") -> "Added":
        """What was new and what was stored already. When this returns, it is stored for good."""
        return self.add_all([(batch, source)])[0]

    def add_all(self, batches: "Sequence[tuple[Packed, SourceState]]") -> "list[Added]":
        """The same for several batches in one transaction, which costs far less than one for each.

        Raises:
            StoreBusy: another process writes longer than we wait.
            StoreUnwritable: no space or permission. Nothing of these batches was stored, then as above.
        """
        from twiceshy.store import adding  # noqa: PLC0415  # what makes rows costs a reader a third of its start
        from twiceshy.store.forgotten import Forgotten  # noqa: PLC0415

        with told(self.home / ARCHIVE):
            forgotten = Forgotten(self.connection)
            filtered = [forgotten.without(batch) for batch, _ in batches]
        if any(found.batch.packs for found in filtered):
            with self.writing_bodies() as bodies:
                for found in filtered:
                    bodies.add(found.batch.packs)
        with self.writing() as connection:
            return [
                replace(adding.add(connection, found.batch, source), forgotten=found.left_out)
                for found, (_, source) in zip(filtered, batches, strict=True)
            ]

    def note(self, key: str) -> str | None:
        """A fact about this store, kept under ``key``."""
        with told(self.home / ARCHIVE):
            row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put_note(self, key: str, value: str) -> None:
        """Nothing; ``value`` is kept in place of what ``key`` had."""
        with self.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))

    def put_derived(self, kind: str, entries: Iterable[Derived], rule_version: int) -> None:
        """Nothing; the values are kept in place of older ones with their keys."""
        with self.writing() as connection:
            derived.put(connection, kind, entries, rule_version)

    def derived(self, kind: str, key: bytes) -> Derived | None:
        """The value kept for a key, however old its input or rules."""
        with told(self.home / ARCHIVE):
            return derived.get(self.connection, kind, key)

    def stale(self, kind: str, inputs: Mapping[bytes, bytes], rule_version: int) -> list[bytes]:
        """The keys of ``inputs`` (to hashes of present input) whose value is missing or made of something else."""
        with told(self.home / ARCHIVE):
            return derived.stale(self.connection, kind, inputs, rule_version)


def begun(home: Path) -> bool:
    """Whether there is a store in a data folder.

    Raises:
        StoreUnwritable: that cannot be told.
    """
    return present(home / ARCHIVE)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Nothing, inside a transaction that takes the write lock at once: one that began by reading could not wait."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            with suppress(sqlite3.Error):  # the first error is the one to tell
                connection.execute("ROLLBACK")
        raise
