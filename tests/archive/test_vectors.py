"""Where vectors are kept: the same promises of the archive and of ChromaDB."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tests.lessons.builders import a_lesson

from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.vectors import ArchiveVectors, LessonVector, Vectors, _cache
from twiceshy.archive.vectors_chroma import ChromaVectors
from twiceshy.stats.text.embedding import encode_vectors

KEYS = [bytes([0, 0, 0, 0, 0, 0, 0, number]) for number in range(1, 5)]
ROWS = np.eye(4, 384, dtype=np.float32) * 0.8 + np.eye(4, 384, 1, dtype=np.float32) * 0.6


Opened = Callable[..., AbstractContextManager[Vectors]]


def made(*places: int, mark: bytes = b"12345678") -> list[LessonVector]:
    return [
        LessonVector(KEYS[place], mark, row)
        for place, row in zip(places, encode_vectors(ROWS[list(places)]), strict=True)
    ]


@pytest.fixture(params=["archive", "chroma"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    if request.param == "chroma" and find_spec("chromadb") is None:
        pytest.skip("ChromaDB is missing: pip install '.[chroma]' in the checkout")
    with Store.open(tmp_path) as store, store.begin_writing() as connection:
        for key in KEYS:
            writing.add(connection, a_lesson(id=f"l-{key.hex()}", slug=key.hex()), imported=True)

    @contextmanager
    def open_(model: str = "m") -> Iterator[Vectors]:
        if request.param == "chroma":
            yield ChromaVectors(tmp_path, model)
        else:
            with Store.open(tmp_path) as store, store.begin_writing() as connection:
                yield ArchiveVectors(connection, model)

    return open_


def test_the_nearest_first(opened: Opened) -> None:
    """With their cosines; also when they are asked for anew, and more than there are."""
    with opened() as vectors:
        assert vectors.nearest(ROWS[0].tolist(), 3) == []
        vectors.put(made(0, 1, 3))
    with opened() as vectors:
        found = vectors.nearest(ROWS[1].tolist(), 2)
        assert [lesson for lesson, _ in found] == [KEYS[1], KEYS[0]]
        assert [round(cosine, 2) for _, cosine in found] == [1.0, 0.48]
        assert len(vectors.nearest(ROWS[1].tolist(), 9)) == 3


def test_a_change_is_seen(opened: Opened) -> None:
    """A new vector takes the old one's place; what is dropped is not found."""
    with opened() as vectors:
        vectors.put(made(0, 1))
        assert vectors.nearest(ROWS[0].tolist(), 1)[0][0] == KEYS[0]
    with opened() as vectors:
        vectors.put([LessonVector(KEYS[0], b"abcdefgh", encode_vectors(ROWS[3:])[0])])
        vectors.drop([KEYS[1]])
        vectors.drop([])
        assert vectors.marks() == {KEYS[0]: b"abcdefgh"}
    with opened() as vectors:
        ((lesson, cosine),) = vectors.nearest(ROWS[3].tolist(), 5)
        assert (lesson, round(cosine, 2)) == (KEYS[0], 1.0)


def test_gathered_vectors_are_the_same_and_a_change_after_it_is_seen(opened: Opened) -> None:
    """Gathering changes what asking costs and nothing else; those of another model are not among them."""
    with opened("other") as vectors:
        vectors.put(made(3))
    with opened() as vectors:
        vectors.put(made(0, 1))
        before = vectors.nearest(ROWS[1].tolist(), 5)
        vectors.gather()
        _cache.clear()
        assert vectors.nearest(ROWS[1].tolist(), 5) == before
        vectors.put(made(2))
    with opened() as vectors:
        assert vectors.nearest(ROWS[2].tolist(), 5)[0][0] == KEYS[2]


def test_models_do_not_meet(opened: Opened) -> None:
    """Vectors of another model are not looked at."""
    with opened("one") as vectors:
        vectors.put(made(0))
    with opened("two") as vectors:
        assert vectors.marks() == {}
        assert vectors.nearest(ROWS[0].tolist(), 5) == []


def test_a_lesson_that_is_gone_has_none(tmp_path: Path) -> None:
    """In the archive they go together, and none is stored for a lesson that is not there."""
    with Store.open(tmp_path) as store, store.begin_writing() as connection:
        writing.add(connection, a_lesson(id=f"l-{KEYS[0].hex()}"), imported=True)
        vectors = ArchiveVectors(connection, "m")
        vectors.put(made(0, 1))
        assert set(vectors.marks()) == {KEYS[0]}
        connection.execute("DELETE FROM lesson")
        assert vectors.marks() == {}
