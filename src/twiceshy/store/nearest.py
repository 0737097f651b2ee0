"""Vectors of lessons, and which of them are nearest to another: in the archive itself, or in ChromaDB.

The archive is the truth and needs nothing else: it compares with all of them, which for ten thousand takes a few
milliseconds. A value in ``lesson_vector`` is 8 bytes by which the words that it was made of are known, then the packed
vector. Vectors can be made again at any time; those of another model are left alone and not looked at.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from twiceshy.store import derived
from twiceshy.store.derived import Derived

if TYPE_CHECKING:
    from twiceshy.facts.embedding import Packed

MARK, ID = 8, 8
GATHERED = "lesson-vectors"
"""Kind of ``derived``: all vectors of a model."""
COLLECTION = "llm_mistakes"
REVISION = "lesson-vectors"
"""Note that changes with every change of them, so that a process that keeps them knows when to read again."""


class Made(NamedTuple):
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
        """Each lesson that has one, with the mark of its words."""
        ...

    def put(self, made: Iterable[Made]) -> None:
        """Nothing; they take the place of those that their lessons had."""
        ...

    def drop(self, lessons: Iterable[bytes]) -> None:
        """Nothing; those lessons have none."""
        ...

    def nearest(self, vector: Sequence[float], count: int) -> list[tuple[bytes, float]]:
        """The ``count`` nearest lessons and their cosines, the nearest first. ``vector``: of length 1."""
        ...

    def gather(self) -> None:
        """Nothing; asking is quicker now, if it can be: to be called after changes."""
        ...


class InArchive:
    """Vectors in twiceshy.db. The caller holds the transaction when it writes."""

    def __init__(self, connection: sqlite3.Connection, model: str) -> None:
        self._connection = connection
        self._model = model

    def marks(self) -> dict[bytes, bytes]:
        """Each lesson that has one, with the mark of its words."""
        rows = self._connection.execute(
            f"SELECT lesson, substr(vector, 1, {MARK}) FROM lesson_vector WHERE collection = ? AND model = ?",  # noqa: S608  # a number of ours
            (COLLECTION, self._model),
        )
        return dict(rows.fetchall())

    def put(self, made: Iterable[Made]) -> None:
        """Nothing; they take the place of those that their lessons had. A lesson that is gone by now gets none."""
        self._connection.executemany(
            """INSERT OR REPLACE INTO lesson_vector (lesson, collection, model, vector)
            SELECT id, ?, ?, ? FROM lesson WHERE id = ?""",
            [(COLLECTION, self._model, one.mark + one.vector, one.lesson) for one in made],
        )
        self._changed()

    def drop(self, lessons: Iterable[bytes]) -> None:
        """Nothing; those lessons have none."""
        self._connection.executemany("DELETE FROM lesson_vector WHERE lesson = ?", [(lesson,) for lesson in lessons])
        self._changed()

    def nearest(self, vector: Sequence[float], count: int) -> list[tuple[bytes, float]]:
        """The ``count`` nearest lessons and their cosines, the nearest first."""
        from twiceshy.facts.embedding import as_vector  # noqa: PLC0415  # it loads NumPy, which whoever asks has

        lessons, packed = self._all()
        return [(lessons[place], cosine) for place, cosine in packed.nearest(as_vector(vector), count)]

    def _all(self) -> "tuple[list[bytes], Packed]":
        """Every lesson with its vector, ready to be compared; this process keeps them until they change."""
        from twiceshy.facts.embedding import Packed  # noqa: PLC0415  # as above

        ((_, _, file),) = self._connection.execute("PRAGMA database_list").fetchall()[:1]
        key = (file, self._model, self._revision())
        if key not in _kept:
            lessons, joined = self._gathered() or self._rows()
            _kept.clear()
            _kept[key] = lessons, Packed(joined, len(lessons))
        return _kept[key]

    def _rows(self) -> tuple[list[bytes], bytes]:
        """Every lesson that has a vector, and their vectors one after the other."""
        rows = self._connection.execute(
            f"SELECT lesson, substr(vector, {MARK + 1}) FROM lesson_vector WHERE collection = ? AND model = ?",  # noqa: S608  # a number of ours
            (COLLECTION, self._model),
        ).fetchall()
        return [lesson for lesson, _ in rows], b"".join(vector for _, vector in rows)

    def gather(self) -> None:
        """Nothing; all vectors stand in one value too, which is read in a tenth of the time of ten thousand rows."""
        lessons, joined = self._rows()
        whole = len(lessons).to_bytes(4, "little") + b"".join(lessons) + joined
        derived.put(self._connection, GATHERED, [Derived(self._name(), self._revision().encode(), whole)], 1)

    def _gathered(self) -> tuple[list[bytes], bytes] | None:
        """The same as ``_rows``; None where they changed since they were gathered."""
        found = derived.get(self._connection, GATHERED, self._name())
        if found is None or found.input_hash != self._revision().encode():
            return None
        end = 4 + ID * int.from_bytes(found.value[:4], "little")
        return [found.value[at : at + ID] for at in range(4, end, ID)], found.value[end:]

    def _name(self) -> bytes:
        return f"{COLLECTION}\0{self._model}".encode()

    def _revision(self) -> str:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (REVISION,)).fetchone()
        return row[0] if row else ""

    def _changed(self) -> None:
        self._connection.execute(
            """INSERT INTO meta (key, value) VALUES (?, '1')
            ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1""",
            (REVISION,),
        )


_kept: "dict[tuple[str, str, str], tuple[list[bytes], Packed]]" = {}
"""Of the one store that was asked last, by its file, the model and the revision. Lessons that are gone may be among
them until the next revision: whoever reads the lessons finds that they are not there."""
