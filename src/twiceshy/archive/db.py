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
from typing import TYPE_CHECKING, Protocol, Self

from twiceshy.archive import connect, derived_values, guard, migrate
from twiceshy.archive.bodies import Bodies
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.storage_errors import is_present, translate_errors, translate_storage_error
from twiceshy.base.errors import StoreCorrupt
from twiceshy.base.values import Scrubbed
from twiceshy.records.codec import DamagedValue

if TYPE_CHECKING:
    from twiceshy.archive.batch_insert import LenientResult
    from twiceshy.archive.rows import RowBatch
    from twiceshy.records.ingest import BatchResult, SourceState

ARCHIVE = "twiceshy.db"
BODIES = "bodies.db"


class StoredChange(Protocol):
    """What new batches change in what is stored already."""

    def put_bodies(self) -> None:
        """Change the long texts, in a transaction of its own, before anything refers to the new ones."""

    def put_rows(self, connection: sqlite3.Connection) -> None:
        """Change the rows, in the transaction that adds the batches."""

    def put_values(self, connection: sqlite3.Connection) -> None:
        """Keep what the batches showed, in the same transaction, once their sessions are there."""

    def finish(self) -> None:
        """Take out what no row refers to any more."""


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
        """Open the store of a data folder; create it where there is none, unless ``readonly``.

        Raises:
            NotFound: it is only to be read, and there is none.
            StoreError: it cannot be used; the kind says why.
            ToolMissing: SQLite is too old.
        """
        path = home / ARCHIVE
        if readonly:
            return cls(home, connect.open_readable(path, migrate.ARCHIVE), readonly=True)
        guard.prepare_home(home)
        return cls(home, connect.open_writable(path, migrate.ARCHIVE), readonly=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        path = self.home / ARCHIVE
        if isinstance(error, sqlite3.Error | DamagedValue):
            with suppress(sqlite3.Error):
                self.close()
            raise translate_storage_error(error, path) or error from error
        with translate_errors(path):
            self.close()

    def close(self) -> None:
        """Close both files."""
        if self._bodies is not None:
            self._bodies.connection.close()
        self.connection.close()

    @property
    def bodies(self) -> Bodies:
        """The long texts; their file is opened when it is first asked for."""
        if self._bodies is None:
            path = self.home / BODIES
            if not is_present(path) and (self.readonly or self._refers_to_texts()):
                raise StoreCorrupt(
                    f"{path} is missing, and with it the long texts. Put back a copy of it, or move the whole data "
                    "folder aside and run `twiceshy ingest`: it reads again whatever logs the agents still have."
                )
            if self.readonly:
                self._bodies = Bodies(connect.open_readable(path, migrate.BODIES))
            else:
                self._bodies = Bodies(connect.open_writable(path, migrate.BODIES, durable=True))
        return self._bodies

    @property
    def has_bodies(self) -> bool:
        """Whether any long text was ever stored."""
        return self._bodies is not None or is_present(self.home / BODIES)

    def _refers_to_texts(self) -> bool:
        from twiceshy.archive.reads.body_references import find_references  # noqa: PLC0415  # as in ``add_all``

        return next(find_references(self.connection), None) is not None

    @property
    def salt(self) -> bytes:
        """The 32 bytes that key the hashes of this store.

        Raises:
            StoreCorrupt: the file is damaged, or is not the one that this store began with.
        """
        path = self.home / "salt"
        with translate_errors(self.home / ARCHIVE):
            known = self.connection.execute("SELECT value FROM meta WHERE key = 'salt'").fetchone()
        if (known is not None or self.readonly) and not is_present(path):
            raise StoreCorrupt(f"{path} is missing. {guard.NO_SALT}")
        salt = guard.load_salt(path)
        proof = blake2b(salt, digest_size=8, person=b"salt").hexdigest()
        if known is None and not self.readonly:
            with self.begin_writing() as connection:
                connection.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('salt', ?)", (proof,))
        elif known is not None and known[0] != proof:
            raise StoreCorrupt(f"{path} is not the one that this store began with. {guard.NO_SALT}")
        return salt

    def body(self, key: bytes) -> Scrubbed:
        """Return the whole text of a body, or a sentence that says that it is missing.

        Raises:
            StoreCorrupt: its pack is damaged.
        """
        with translate_errors(self.home / BODIES):
            text = self.bodies.text(key)
        return Scrubbed("[this text is missing from the store; see `twiceshy doctor`]") if text is None else text

    def read_bodies(self, keys: Iterable[bytes]) -> dict[bytes, Scrubbed]:
        """Return many bodies at once, each pack unpacked once; those that are missing as ``body`` has them.

        Raises:
            StoreCorrupt: a pack is damaged.
        """
        with translate_errors(self.home / BODIES):
            ordered = self.bodies.sort_keys(keys)
        return {key: self.body(key) for key in ordered}

    @contextmanager
    def begin_writing(self) -> Iterator[sqlite3.Connection]:
        """Run the block in one write transaction of the archive, all of it or nothing; yield the connection."""
        with translate_errors(self.home / ARCHIVE), _begin_transaction(self.connection):
            yield self.connection

    @contextmanager
    def begin_writing_bodies(self) -> Iterator[Bodies]:
        """Run the block in one write transaction of the long texts; yield them."""
        bodies = self.bodies
        with translate_errors(self.home / BODIES), _begin_transaction(bodies.connection):
            yield bodies

    def add(self, batch: "RowBatch", source: "SourceState") -> "BatchResult":
        """Store a batch for good; return what was new and what was stored already."""
        return self.add_all([(batch, source)])[0]

    def add_all(
        self, batches: "Sequence[tuple[RowBatch, SourceState]]", change: "StoredChange | None" = None
    ) -> "list[BatchResult]":
        """Store several batches in one transaction, which costs far less than one for each.

        ``change``: what these batches show to be secret in what is stored already; it changes in the same transaction.

        Raises:
            StoreBusy: another process writes longer than we wait.
            StoreUnwritable: no space or permission. Nothing of these batches was stored, then as above.
        """
        from twiceshy.archive import batch_insert  # noqa: PLC0415  # what makes rows costs a reader a third of its start
        from twiceshy.archive.forget_rules import ForgetRules  # noqa: PLC0415

        with translate_errors(self.home / ARCHIVE):
            forgotten = ForgetRules(self.connection)
            filtered = [forgotten.filter_batch(batch) for batch, _ in batches]
        if change is not None:
            change.put_bodies()
        if any(found.batch.packs for found in filtered):
            with self.begin_writing_bodies() as bodies:
                for found in filtered:
                    bodies.add(found.batch.packs)
        with self.begin_writing() as connection:
            if change is not None:
                change.put_rows(connection)
            added = [
                replace(batch_insert.add_batch(connection, found.batch, source), forgotten=found.left_out)
                for found, (_, source) in zip(filtered, batches, strict=True)
            ]
            if change is not None:
                change.put_values(connection)
        if change is not None:
            change.finish()
        return added

    def add_leniently(self, batch: "RowBatch", source: "SourceState", begin: int) -> "LenientResult":
        """Store a batch without the rows that the database refuses; ``begin`` is where it begins in its file.

        Raises:
            StoreError: as ``add_all``.
        """
        from twiceshy.archive.batch_insert import insert_leniently  # noqa: PLC0415
        from twiceshy.archive.forget_rules import ForgetRules  # noqa: PLC0415  # as in ``add_all``

        with translate_errors(self.home / ARCHIVE):
            found = ForgetRules(self.connection).filter_batch(batch)
        with self.begin_writing_bodies() as bodies:
            bodies.add(found.batch.packs)
        with self.begin_writing() as connection:
            return insert_leniently(connection, found.batch, source, begin)

    def note(self, key: str) -> str | None:
        """Return a fact about this store by its key; None where there is none."""
        with translate_errors(self.home / ARCHIVE):
            row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put_note(self, key: str, value: str) -> None:
        """Store ``value`` under ``key``, in place of what was there."""
        with self.begin_writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))

    def put_derived(self, kind: str, entries: Iterable[DerivedValue], rule_version: int) -> None:
        """Store derived values, in place of older ones with the same keys."""
        with self.begin_writing() as connection:
            derived_values.put(connection, kind, entries, rule_version)

    def get_derived(self, kind: str, key: bytes) -> DerivedValue | None:
        """Return the value stored for a key, however old its input or rules; None where there is none."""
        with translate_errors(self.home / ARCHIVE):
            return derived_values.get(self.connection, kind, key)

    def find_stale(self, kind: str, inputs: Mapping[bytes, bytes], rule_version: int) -> list[bytes]:
        """Return the keys of ``inputs`` (to hashes of present input) whose value is missing or outdated."""
        with translate_errors(self.home / ARCHIVE):
            return derived_values.find_stale(self.connection, kind, inputs, rule_version)


def has_store(home: Path) -> bool:
    """Tell whether there is a store in a data folder.

    Raises:
        StoreUnwritable: nobody can tell.
    """
    return is_present(home / ARCHIVE)


@contextmanager
def _begin_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block in a transaction that takes the write lock at once: one that began by reading cannot wait."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            with suppress(sqlite3.Error):  # the first error is the one to tell
                connection.execute("ROLLBACK")
        raise
