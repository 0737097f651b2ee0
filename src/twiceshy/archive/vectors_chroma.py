"""Vectors of lessons in ChromaDB, for those who have it anyway: a folder in the data folder, with cosine distance.

It answers as ``archive.vectors`` does. Opening it takes half a second of CPU, so it pays only in a process that
stays. The archive remains the truth; the folder may be deleted at any time.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from twiceshy.archive.vectors import COLLECTION, LessonVector
from twiceshy.base.errors import StoreCorrupt, ToolMissing

_FOLDER = "chroma"
_AT_ONCE = 1_000
"""Entries a call. Guess of 2026-11-21; its own limit is some five thousand."""


class ChromaVectors:
    """Vectors of one model in a collection of their own."""

    def __init__(self, home: Path, model: str) -> None:
        """Open the folder in the data folder ``home``; create it where there is none.

        Raises:
            ToolMissing: ChromaDB is not installed.
            StoreCorrupt: it cannot use the folder.
        """
        try:
            import chromadb  # noqa: PLC0415  # half a second, and most people do not have it
            from chromadb.config import Settings  # noqa: PLC0415
        except ImportError as exc:
            raise ToolMissing(
                "ChromaDB is missing: pip install '.[chroma]' in the checkout, or set lessons.vectors"
            ) from exc
        folder = home / _FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
            self._collection: Any = client.get_or_create_collection(
                COLLECTION, metadata={"hnsw:space": "cosine"}, embedding_function=None
            )
        except Exception as exc:
            raise StoreCorrupt(f"ChromaDB cannot use {folder} ({type(exc).__name__}). It may be deleted.") from exc
        self._model = model

    def marks(self) -> dict[bytes, bytes]:
        """Return each lesson that has a vector, with the mark of its words."""
        found = self._collection.get(where={"model": self._model}, include=["metadatas"])
        return {
            bytes.fromhex(name): bytes.fromhex(about["mark"])
            for name, about in zip(found["ids"], found["metadatas"], strict=True)
        }

    def put(self, made: Iterable[LessonVector]) -> None:
        """Store vectors, in place of those that their lessons had."""
        from twiceshy.stats.text.embedding import decode_vector  # noqa: PLC0415  # it loads NumPy

        every = list(made)
        for start in range(0, len(every), _AT_ONCE):
            some = every[start : start + _AT_ONCE]
            self._collection.upsert(
                ids=[one.lesson.hex() for one in some],
                embeddings=[decode_vector(one.vector) for one in some],
                metadatas=[{"model": self._model, "mark": one.mark.hex()} for one in some],
            )

    def drop(self, lessons: Iterable[bytes]) -> None:
        """Delete the vectors of those lessons."""
        names = [lesson.hex() for lesson in lessons]
        if names:
            self._collection.delete(ids=names)

    def gather(self) -> None:
        """Do nothing: ChromaDB has an index of its own."""

    def nearest(self, vector: Sequence[float], count: int) -> list[tuple[bytes, float]]:
        """Return the ``count`` nearest lessons and their cosines, the nearest first."""
        most = min(count, self._collection.count())
        if not most:
            return []
        found = self._collection.query(
            query_embeddings=[list(map(float, vector))],
            n_results=most,
            where={"model": self._model},
            include=["distances"],
        )
        return [
            (bytes.fromhex(name), 1 - float(distance))
            for name, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]
