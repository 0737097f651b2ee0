"""Find the lessons that a text (a task, a command, an error) is about, for briefs, MCP and ``lessons --like``.

Nothing is written, and a missing model is no error: texts are then compared by character n-grams, and the answer
says so. Search by meaning finds a lesson once ``learn`` has made its vector.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads import lessons as reads
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreCorrupt, ToolMissing
from twiceshy.lessons import retrieval
from twiceshy.lessons.confidence import confidence_at
from twiceshy.lessons.recipes.lesson_vectors import embedder, open_vectors
from twiceshy.lessons.recognised_errors import recognise_errors
from twiceshy.lessons.retrieval import SHOWN_STATES, LessonCandidate, LessonFilter
from twiceshy.records.lessons import LastWork, Lesson, LessonState, NearestLessons, NearLesson, SimilarityMethod
from twiceshy.stats.text.character_ngrams import shortlist

if TYPE_CHECKING:
    from twiceshy.stats.text.embedding import Embedder

_K = 5
"""Lessons that are returned where nobody says how many (guess of 2026-11-21)."""
LOOKED_AT = 32
"""Lessons of which more than the vector is read at first; eight times as many each time that too few of them fit
(guess of 2026-11-21)."""
_LOOKED_AT_EACH = 8
"""More of them for each that is wanted, where texts are compared by letters (guess of 2026-11-22)."""
_MOST_LOOKED_AT = 30_000
"""Below the number of values that a statement may have, 32,766 (https://sqlite.org/limits.html)."""
_FARTHEST = 0.1
"""Cosine of meaning below which no more lessons are looked for, as texts have nothing in common there (guess of
2026-11-22)."""
FEW, _COMPARED, SAMPLED = 200, 40, 120
"""Lessons up to which all are compared by letters; of more those that are, and those by which it is told how rare
letters are: about as many as there were where the threshold was chosen. Guesses of 2026-11-21."""
_RECOGNISED = 1.0, 2.0
"""Similarity and closeness of the lesson on the very error that a text quotes: before all that is only alike."""
UNREADY = "lessons have no vectors yet: twiceshy learn"


def find_nearest(
    config: Config,
    text: str,
    *,
    project: str = "",
    tool: str = "",
    model: str = "",
    k: int = _K,
    states: frozenset[LessonState] = SHOWN_STATES,
    now: datetime | None = None,
) -> NearestLessons:
    """Return at most ``k`` lessons, the nearest to the text first; none if nothing is like it or nothing is stored.

    Who asks gets the nearest, however near; who tells somebody that did not ask leaves out what is not near enough.

    ``project``: its name as in the store; lessons that hold only in other projects are left out. ``tool``: only
    lessons with this subject; give it if you know it, because the answer is then much more certain. ``model``:
    lessons that this model itself needed come first.

    Raises:
        StoreError: the store cannot be used.
    """
    wanted = LessonFilter(
        tool=tool, project=project, model=model, states=states, codes=retrieval.find_error_codes(text)
    )
    asked = _LessonQuery(text, wanted, now or datetime.now(UTC), k)
    if not text.strip() or not _has_candidates(config, wanted):
        return NearestLessons(lessons=(), by=SimilarityMethod.LETTERS)
    meaning = embedder(config)
    missing = meaning.missing
    if meaning.embedder is not None:
        try:
            found = _find_by_meaning(config, asked, meaning.embedder)
        except NotFound:
            return NearestLessons(lessons=(), by=SimilarityMethod.MEANING)
        except (ToolMissing, StoreCorrupt) as error:  # of the place of vectors
            found, missing = None, str(error)
        else:
            missing = UNREADY
        if found is not None:
            return NearestLessons(lessons=found, by=SimilarityMethod.MEANING)
    return NearestLessons(lessons=_find_by_letters(config, asked), by=SimilarityMethod.LETTERS, missing=missing)


def _has_candidates(config: Config, wanted: LessonFilter) -> bool:
    """Tell whether any lesson could be found, whatever the text; if not, no model need be loaded.

    Raises:
        StoreError: the store cannot be used.
    """
    if not has_store(config.home):
        return False
    with Store.open(config.home, readonly=True) as store:
        return reads.has_any(store.connection, wanted.states, wanted.project, wanted.tool.lower())


class _LessonQuery(NamedTuple):
    """A text to find lessons for, with its filters, the time of asking and the number wanted."""

    text: str
    wanted: LessonFilter
    now: datetime
    k: int


def _find_by_letters(config: Config, asked: _LessonQuery) -> tuple[NearLesson, ...]:
    """Return the lessons nearest by character n-grams, which needs no model.

    If there are many lessons, only those that contain the text's rarer words are compared.
    """
    wanted = asked.wanted
    with Store.open(config.home, readonly=True) as store:
        rows = reads.read_words(store.connection, wanted.states, wanted.project, wanted.tool.lower())
        texts = [retrieval.join_lesson_text(subject, description, cause) for _, subject, description, cause in rows]
        places, sample = list(range(len(texts))), None
        if len(texts) > FEW:
            places, sample = shortlist(texts, asked.text, _COMPARED), texts[:: len(texts) // SAMPLED]
        recognised = recognise_errors(asked.text)
        places += [place for place, row in enumerate(rows) if row[0] in recognised and place not in set(places)]
        compared = retrieval.compare_letters(asked.text, [texts[place] for place in places], sample)
        near = [
            (rows[place][0], _RECOGNISED if rows[place][0] in recognised else both)
            for place, both in zip(places, compared, strict=True)
        ]
        near = sorted(near, key=lambda one: -one[1][1])[: LOOKED_AT + _LOOKED_AT_EACH * asked.k]
        known = reads.read_by_key(store.connection, [key for key, _ in near])
        work = reads.read_last_work(store.connection, asked.now)
    lessons = [
        LessonCandidate(replace(lesson, confidence=confidence_at(lesson, work)), *both)
        for key, both in near
        if (lesson := known.get(key)) is not None and retrieval.matches_filter(lesson, wanted)
    ]
    return retrieval.rank_nearest(lessons, wanted, asked.now, k=asked.k)


def _find_by_meaning(config: Config, asked: _LessonQuery, model: "Embedder") -> tuple[NearLesson, ...] | None:
    """Return the fitting lessons whose vectors are nearest to the text's; None if no lesson has a vector.

    Raises:
        NotFound: nothing was ever stored.
        ToolMissing, StoreCorrupt: the vector store cannot be used.
    """
    vector = model.vectors([retrieval.make_query_text(asked.text, asked.wanted.tool)])[0]
    with Store.open(config.home, readonly=True) as store:
        vectors = open_vectors(config, store, model.model)
        count = max(LOOKED_AT, asked.k)
        work = reads.read_last_work(store.connection, asked.now)
        while True:
            found = vectors.nearest(vector, count)
            if not found:
                return None
            known = reads.read_by_key(store.connection, [key for key, _ in found])
            near = _choose(asked, work, [(known[key], cosine) for key, cosine in found if key in known])
            if len(near) >= asked.k or len(found) < count or found[-1][1] < _FARTHEST or count >= _MOST_LOOKED_AT:
                return near
            count = min(8 * count, _MOST_LOOKED_AT)


def _choose(asked: _LessonQuery, work: LastWork, there: Sequence[tuple[Lesson, float]]) -> tuple[NearLesson, ...]:
    """Return the lessons that fit, the nearest first, with their confidence at the time of asking."""
    fitting = [(lesson, cosine) for lesson, cosine in there if retrieval.matches_filter(lesson, asked.wanted)]
    lessons = [replace(lesson, confidence=confidence_at(lesson, work)) for lesson, _ in fitting]
    words = [retrieval.text_of_lesson(lesson) for lesson in lessons]
    blended = retrieval.blend_similarities(asked.text, words, [max(cosine, 0.0) for _, cosine in fitting])
    recognised = {f"l-{key.hex()}" for key in recognise_errors(asked.text)}
    candidates = [
        LessonCandidate(lesson, *(_RECOGNISED if lesson.id in recognised else (value, value)))
        for lesson, value in zip(lessons, blended, strict=True)
    ]
    return retrieval.rank_nearest(candidates, asked.wanted, asked.now, k=asked.k)
