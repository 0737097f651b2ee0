"""Load the sentence model, if it is installed, and bring the lessons' vectors up to date with their words.

Whoever searches lessons asks ``embedder`` first: without a model, or without NumPy, it gives a reason instead, and
texts are compared by their letters. Nothing here is ever required.
"""

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads import lessons as reads
from twiceshy.archive.vectors import ArchiveVectors, LessonVector, Vectors
from twiceshy.base import toolbox
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, ToolMissing, TwiceshyError
from twiceshy.lessons.retrieval import text_of_lesson
from twiceshy.records.lessons import EMBEDDING_MODEL, LessonState

if TYPE_CHECKING:
    from twiceshy.records.upkeep import Check
    from twiceshy.stats.text.embedding import Embedder

AT_ONCE = 64
"""Lessons between two looks at the budget: about half a second of CPU (measured 2026-11-21)."""
_VECTOR_STATES = frozenset({LessonState.SHADOW, LessonState.ACTIVE, LessonState.PROMOTED})
"""States whose lessons have vectors."""
_CHROMA = "chroma"


class SentenceModel(NamedTuple):
    """The sentence model, or why there is none."""

    embedder: "Embedder | None"
    missing: str = ""


def embedder(config: Config) -> SentenceModel:
    """Return the sentence model; it is loaded once per process, and prepared in the cache the first time."""
    try:
        path, missing = _find_model(config)
        return SentenceModel(_load_model(path, config.cache)) if path else SentenceModel(None, missing)
    except ToolMissing as error:
        return SentenceModel(None, str(error))


def _find_model(config: Config) -> tuple[Path | None, str]:
    """Return where the model's weights are, or why they cannot be used.

    Raises:
        ToolMissing: a setting names a place where they are not.
    """
    if find_spec("numpy") is None:
        return None, "NumPy is missing: pip install '.[meaning]' in the checkout"
    found = toolbox.find("minilm", config)
    return (found.path, "") if found else (None, "the model is not here: twiceshy tools install minilm")


@lru_cache(maxsize=1)
def _load_model(path: Path, cache: Path) -> "Embedder":
    from twiceshy.stats.text.embedding import load  # noqa: PLC0415  # it loads NumPy

    return load(path, cache)


def open_vectors(config: Config, store: Store, model: str) -> Vectors:
    """Return the place where vectors are stored, by the setting.

    Raises:
        ToolMissing: it names ChromaDB, and that is not installed.
        StoreCorrupt: its folder cannot be used.
    """
    if config.lessons_vectors == _CHROMA:
        from twiceshy.archive.vectors_chroma import ChromaVectors  # noqa: PLC0415  # most people do not have it

        return ChromaVectors(config.home, model)
    return ArchiveVectors(store.connection, model)


def refresh(config: Config, pause: Callable[[], None] = lambda: None) -> int:
    """Store vectors for lessons with none or with changed words; return how many. Without a model, 0.

    ``pause`` is called between groups and may raise to end the run; what was stored stays.

    Raises:
        StoreError: the store cannot be used.
    """
    model = embedder(config).embedder
    if model is None or not config.lessons_enabled:
        return 0
    from twiceshy.stats.text.embedding import encode_vectors  # noqa: PLC0415  # it loads NumPy

    with Store.open(config.home) as store:
        vectors = open_vectors(config, store, model.model)
        marks = vectors.marks()
        words = {
            bytes.fromhex(lesson.id[2:]): text_of_lesson(lesson)
            for lesson in reads.read_lessons(store.connection)
            if lesson.state in _VECTOR_STATES
        }
        if gone := marks.keys() - words.keys():
            with store.begin_writing():
                vectors.drop(gone)
        todo = [key for key, text in words.items() if marks.get(key) != _mark_of(text)]
        for start in range(0, len(todo), AT_ONCE):
            pause()
            some = todo[start : start + AT_ONCE]
            rows = encode_vectors(model.vectors([words[key] for key in some]))
            with store.begin_writing():
                vectors.put(LessonVector(key, _mark_of(words[key]), row) for key, row in zip(some, rows, strict=True))
        if todo or gone:
            with store.begin_writing():
                vectors.gather()
        return len(todo)


def _mark_of(words: str) -> bytes:
    """Return an 8-byte hash of a lesson's words."""
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def check(config: Config) -> "Check":
    """Check for ``doctor`` how lessons are found: by meaning or by letters.

    The model is not loaded, so damage in it shows only where it is used.
    """
    from twiceshy.archive import health_rows as rows  # noqa: PLC0415  # a brief waits for every import

    try:
        path, missing = _find_model(config)
        if path is None:
            return rows.note("lessons", "found by their letters, not by meaning", missing)
        with Store.open(config.home, readonly=True) as store:
            known = sum(lesson.state in _VECTOR_STATES for lesson in reads.read_lessons(store.connection))
            unmade = config.lessons_vectors == _CHROMA and not (config.home / _CHROMA).is_dir()  # asking would make it
            ready = 0 if unmade else min(known, len(open_vectors(config, store, EMBEDDING_MODEL).marks()))
    except NotFound:
        known = ready = 0
    except TwiceshyError as error:
        return rows.problem("lessons", str(error), "twiceshy config list; twiceshy tools list")
    return rows.check_vectors(ready, known)
