"""Vectors of lessons, and which of them are nearest to another: in the archive itself, or in ChromaDB.

The archive is the truth and needs nothing else: it compares with all of them, which for ten thousand takes a few
milliseconds. A value in ``lesson_vector`` is 8 bytes that identify the words it was made of, then the packed vector.
Vectors can be made again at any time; those of another model are left alone and not looked at.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from twiceshy.archive import derived_values
from twiceshy.archive.derived_values import DerivedValue

if TYPE_CHECKING:
    from twiceshy.stats.text.embedding import EncodedVectors

_MARK_BYTES, _ID_BYTES = 8, 8
_GATHERED_KIND = "lesson-vectors"
"""Kind of ``derived``: all vectors of a model."""
COLLECTION = "llm_mistakes"
_REVISION = "lesson-vectors"
"""Note that changes with every change of them, so that a process that keeps them knows when to read again."""


class LessonVector(NamedTuple):
    """A lesson's vector, and what it was made of."""

    lesson: bytes
    """``lesson.id``."""
    mark: bytes
    """8 bytes by which its words are known."""
    vector: bytes
    """As ``facts.embedding.packed`` makes it."""


class Vectors(Protocol):
    """Where vectors of one model are kept."""

    def marks(self) -> Mapping[bytes, bytes]:
        """Return each lesson that has a vector, with the mark of its words."""
        ...

    def put(self, made: Iterable[LessonVector]) -> None:
        """Store vectors, in place of those that their lessons had."""
        ...

    def drop(self, lessons: Iterable[bytes]) -> None:
        """Delete the vectors of those lessons."""
        ...

    def nearest(self, vector: Sequence[float], count: int) -> list[tuple[bytes, float]]:
        """Return the ``count`` nearest lessons and their cosines, the nearest first. ``vector``: of length 1."""
        ...

    def gather(self) -> None:
        """Prepare for quicker queries, if that can be done; call it after changes."""
        ...


class ArchiveVectors:
    """Vectors in twiceshy.db. The caller holds the transaction when it writes."""

    def __init__(self, connection: sqlite3.Connection, model: str) -> None:
        self._connection = connection
        self._model = model

    def marks(self) -> dict[bytes, bytes]:
        """Return each lesson that has a vector, with the mark of its words."""
        rows = self._connection.execute(
            f"SELECT lesson, substr(vector, 1, {_MARK_BYTES}) FROM lesson_vector WHERE collection = ? AND model = ?",  # noqa: S608  # a number of ours
            (COLLECTION, self._model),
        )
        return dict(rows.fetchall())

    def put(self, made: Iterable[LessonVector]) -> None:
        """Store vectors, in place of those that their lessons had; skip a lesson that is gone by now."""
        self._connection.executemany(
            """INSERT OR REPLACE INTO lesson_vector (lesson, collection, model, vector)
            SELECT id, ?, ?, ? FROM lesson WHERE id = ?""",
            [(COLLECTION, self._model, one.mark + one.vector, one.lesson) for one in made],
        )
        self._raise_revision()

    def drop(self, lessons: Iterable[bytes]) -> None:
        """Delete the vectors of those lessons."""
        self._connection.executemany("DELETE FROM lesson_vector WHERE lesson = ?", [(lesson,) for lesson in lessons])
        self._raise_revision()

    def nearest(self, vector: Sequence[float], count: int) -> list[tuple[bytes, float]]:
        """Return the ``count`` nearest lessons and their cosines, the nearest first."""
        from twiceshy.stats.text.embedding import to_vector  # noqa: PLC0415  # it loads NumPy, which whoever asks has

        lessons, packed = self._read_all()
        return [(lessons[place], cosine) for place, cosine in packed.nearest(to_vector(vector), count)]

    def _read_all(self) -> "tuple[list[bytes], EncodedVectors]":
        """Return every lesson with its vector, ready to compare; this process caches them until they change."""
        from twiceshy.stats.text.embedding import EncodedVectors  # noqa: PLC0415  # as above

        ((_, _, file),) = self._connection.execute("PRAGMA database_list").fetchall()[:1]
        key = (file, self._model, self._revision())
        if key not in _cache:
            lessons, joined = self._read_gathered() or self._read_rows()
            _cache.clear()
            _cache[key] = lessons, EncodedVectors(joined, len(lessons))
        return _cache[key]

    def _read_rows(self) -> tuple[list[bytes], bytes]:
        """Return every lesson that has a vector, and their vectors one after the other."""
        rows = self._connection.execute(
            f"SELECT lesson, substr(vector, {_MARK_BYTES + 1}) FROM lesson_vector WHERE collection = ? AND model = ?",  # noqa: S608  # a number of ours
            (COLLECTION, self._model),
        ).fetchall()
        return [lesson for lesson, _ in rows], b"".join(vector for _, vector in rows)

    def gather(self) -> None:
        """Store all vectors in one value too, which is read in a tenth of the time of ten thousand rows."""
        lessons, joined = self._read_rows()
        whole = len(lessons).to_bytes(4, "little") + b"".join(lessons) + joined
        derived_values.put(
            self._connection, _GATHERED_KIND, [DerivedValue(self._name(), self._revision().encode(), whole)], 1
        )

    def _read_gathered(self) -> tuple[list[bytes], bytes] | None:
        """Return the same as ``_read_rows`` from that value; None where vectors changed since it was stored."""
        found = derived_values.get(self._connection, _GATHERED_KIND, self._name())
        if found is None or found.input_hash != self._revision().encode():
            return None
        end = 4 + _ID_BYTES * int.from_bytes(found.value[:4], "little")
        return [found.value[at : at + _ID_BYTES] for at in range(4, end, _ID_BYTES)], found.value[end:]

    def _name(self) -> bytes:
        return f"{COLLECTION}\0{self._model}".encode()

    def _revision(self) -> str:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (_REVISION,)).fetchone()
        return row[0] if row else ""

    def _raise_revision(self) -> None:
        self._connection.execute(
            """INSERT INTO meta (key, value) VALUES (?, '1')
            ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1""",
            (_REVISION,),
        )


_cache: "dict[tuple[str, str, str], tuple[list[bytes], EncodedVectors]]" = {}
"""Of the one store that was asked last, by its file, the model and the revision. Lessons that are gone may be among
them until the next revision: whoever reads the lessons finds that they are not there."""
