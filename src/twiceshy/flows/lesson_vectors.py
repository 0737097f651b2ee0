"""The sentence model, if it is here, and vectors of lessons kept in step with their words.

Whoever finds lessons asks ``embedder`` first: without a model, or without NumPy, there is a reason instead, and texts
are compared by their letters. Nothing here is ever needed.
"""

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from twiceshy import toolbox
from twiceshy.config import Config
from twiceshy.errors import NotFound, ToolMissing, TwiceshyError
from twiceshy.lessons.retrieval import words_of
from twiceshy.records.lessons import State
from twiceshy.records.nearest import MODEL
from twiceshy.store.db import Store
from twiceshy.store.nearest import InArchive, Made, Vectors
from twiceshy.store.reads import lessons as reads

if TYPE_CHECKING:
    from twiceshy.facts.embedding import Embedder
    from twiceshy.records.health import Check

AT_ONCE = 64
"""Lessons between two looks at the budget: about half a second of CPU."""
KEPT = frozenset({State.SHADOW, State.ACTIVE, State.PROMOTED})
"""States whose lessons have vectors."""
CHROMA = "chroma"


class Meaning(NamedTuple):
    """The model, or why there is none."""

    embedder: "Embedder | None"
    missing: str = ""


def embedder(config: Config) -> Meaning:
    """The sentence model; loaded once a process, and made ready in the cache the first time."""
    try:
        path, missing = place(config)
        return Meaning(_loaded(path, config.cache)) if path else Meaning(None, missing)
    except ToolMissing as error:
        return Meaning(None, str(error))


def place(config: Config) -> tuple[Path | None, str]:
    """Where the model's weights lie, or why they cannot be used.

    Raises:
        ToolMissing: a setting names a place where they are not.
    """
    if find_spec("numpy") is None:
        return None, "NumPy is not here: pip install 'twiceshy[meaning]'"
    found = toolbox.find("minilm", config)
    return (found.path, "") if found else (None, "the model is not here: twiceshy tools install minilm")


@lru_cache(maxsize=1)
def _loaded(path: Path, cache: Path) -> "Embedder":
    from twiceshy.facts.embedding import load  # noqa: PLC0415  # it loads NumPy

    return load(path, cache)


def vectors_in(config: Config, store: Store, model: str) -> Vectors:
    """Where vectors are kept, by the setting.

    Raises:
        ToolMissing: it names ChromaDB, and that is not installed.
        StoreCorrupt: its folder cannot be used.
    """
    if config.lessons_vectors == CHROMA:
        from twiceshy.store.nearest_chroma import InChroma  # noqa: PLC0415  # most people do not have it

        return InChroma(config.home, model)
    return InArchive(store.connection, model)


def refresh(config: Config, pause: Callable[[], None] = lambda: None) -> int:
    """How many lessons got a vector: those that have none, and those whose words changed. Without a model, 0.

    ``pause`` is called between groups and may raise to end the run; what was stored stays.

    Raises:
        StoreError: the store cannot be used.
    """
    model = embedder(config).embedder
    if model is None or not config.lessons_enabled:
        return 0
    from twiceshy.facts.embedding import packed  # noqa: PLC0415  # it loads NumPy

    with Store.open(config.home) as store:
        vectors = vectors_in(config, store, model.model)
        marks = vectors.marks()
        words = {
            bytes.fromhex(lesson.id[2:]): words_of(lesson)
            for lesson in reads.lessons(store.connection)
            if lesson.state in KEPT
        }
        if gone := marks.keys() - words.keys():
            with store.writing():
                vectors.drop(gone)
        todo = [key for key, text in words.items() if marks.get(key) != mark_of(text)]
        for start in range(0, len(todo), AT_ONCE):
            pause()
            some = todo[start : start + AT_ONCE]
            rows = packed(model.vectors([words[key] for key in some]))
            with store.writing():
                vectors.put(Made(key, mark_of(words[key]), row) for key, row in zip(some, rows, strict=True))
        if todo or gone:
            with store.writing():
                vectors.gather()
        return len(todo)


def mark_of(words: str) -> bytes:
    """8 bytes by which a lesson's words are known."""
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def check(config: Config) -> "Check":
    """For ``doctor``: by what lessons are found. The model is not loaded, so its damage shows only where it is used."""
    from twiceshy.records.health import Check  # noqa: PLC0415  # a brief waits for every import
    from twiceshy.records.health import State as Health  # noqa: PLC0415  # as above

    try:
        path, missing = place(config)
        if path is None:
            words = "found by their letters, not by meaning"
            return Check(name="lessons", state=Health.NOTE, words=words, advice=missing)
        with Store.open(config.home, readonly=True) as store:
            known = sum(lesson.state in KEPT for lesson in reads.lessons(store.connection))
            unmade = config.lessons_vectors == CHROMA and not (config.home / CHROMA).is_dir()  # asking would make it
            ready = 0 if unmade else min(known, len(vectors_in(config, store, MODEL).marks()))
    except NotFound:
        known = ready = 0
    except TwiceshyError as error:
        advice = "twiceshy config list; twiceshy tools list"
        return Check(name="lessons", state=Health.PROBLEM, words=str(error), advice=advice)
    if ready < known:
        words = f"found by meaning; {ready} of {known} are ready for it"
        return Check(name="lessons", state=Health.NOTE, words=words, advice="twiceshy learn")
    return Check(name="lessons", state=Health.OK, words=f"found by meaning; {ready} are ready for it")
