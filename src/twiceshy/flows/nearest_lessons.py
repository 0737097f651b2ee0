"""Which lessons a text is about: a task, a command, an error. Brief, MCP and ``lessons --like`` ask here.

Nothing is written and nothing is raised for want of a model: texts are then compared by their letters, and the answer
says so. By meaning a lesson is found once ``learn`` has made its vector.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.config import Config
from twiceshy.errors import NotFound, StoreCorrupt, ToolMissing
from twiceshy.facts.letters import Letters, shortlist
from twiceshy.flows.lesson_vectors import embedder, vectors_in
from twiceshy.lessons import retrieval
from twiceshy.lessons.confidence import believed
from twiceshy.lessons.retrieval import LEAST, SHOWN, Wanted
from twiceshy.records.lessons import Lesson, State
from twiceshy.records.nearest import By, Near, Nearest
from twiceshy.store.db import Store, begun
from twiceshy.store.reads import lessons as reads

if TYPE_CHECKING:
    from twiceshy.facts.embedding import Embedder

K = 5
LOOKED_AT = 32
"""Lessons of which more than the vector is read at first; eight times as many each time that too few of them fit."""
MOST_LOOKED_AT = 30_000
"""Below the number of values that a statement may have."""
LEAST_LETTERS = LEAST[By.LETTERS]
FEW, COMPARED, SAMPLED = 200, 40, 120
"""Lessons up to which all are compared by letters; of more those that are, and those by which it is told how rare
letters are: about as many as there were where the threshold was chosen. Guesses of 2026-11-21."""
UNREADY = "lessons have no vectors yet: twiceshy learn"


def nearest(
    config: Config,
    text: str,
    *,
    project: str = "",
    tool: str = "",
    model: str = "",
    k: int = K,
    states: frozenset[State] = SHOWN,
    now: datetime | None = None,
) -> Nearest:
    """At most ``k`` lessons that the text is about, the best first; none where nothing fits or nothing is stored.

    ``project``: its name as in the store; lessons of other projects that hold only there are left out. ``tool``: only
    this subject; where it is known, say it, as the answer is far surer. ``model``: lessons that it needed itself come
    first.

    Raises:
        StoreError: the store cannot be used.
    """
    wanted = Wanted(tool=tool, project=project, model=model, states=states, codes=retrieval.codes(text))
    asked = Question(text, wanted, now or datetime.now(UTC), k)
    if not text.strip() or not anything(config, wanted):
        return Nearest(lessons=(), by=By.LETTERS)
    meaning = embedder(config)
    missing = meaning.missing
    if meaning.embedder is not None:
        try:
            found = by_meaning(config, asked, meaning.embedder)
        except NotFound:
            return Nearest(lessons=(), by=By.MEANING)
        except (ToolMissing, StoreCorrupt) as error:  # of the place of vectors
            found, missing = None, str(error)
        else:
            missing = UNREADY
        if found is not None:
            return Nearest(lessons=found, by=By.MEANING)
    return Nearest(lessons=by_letters(config, asked), by=By.LETTERS, missing=missing)


def anything(config: Config, wanted: Wanted) -> bool:
    """Whether any lesson could be found, whatever the text: if not, no model is loaded for it.

    Raises:
        StoreError: the store cannot be used.
    """
    if not begun(config.home):
        return False
    with Store.open(config.home, readonly=True) as store:
        return reads.any_of(store.connection, wanted.states, wanted.project, wanted.tool.lower())


class Question(NamedTuple):
    """What is asked, and when."""

    text: str
    wanted: Wanted
    now: datetime
    k: int


def by_letters(config: Config, asked: Question) -> tuple[Near, ...]:
    """Found without a model; of many lessons only those with the text's rarer words in them are compared."""
    wanted = asked.wanted
    with Store.open(config.home, readonly=True) as store:
        rows = reads.words(store.connection, wanted.states, wanted.project, wanted.tool.lower())
        texts = [retrieval.said(subject, description, cause) for _, subject, description, cause in rows]
        places, sample = list(range(len(texts))), None
        if len(texts) > FEW:
            places, sample = shortlist(texts, asked.text, COMPARED), texts[:: len(texts) // SAMPLED]
        similar = Letters([texts[place] for place in places], sample).similar(asked.text)
        near = [(rows[place][0], value) for place, value in zip(places, similar, strict=True) if value >= LEAST_LETTERS]
        near = sorted(near, key=lambda one: -one[1])[:MOST_LOOKED_AT]
        known = reads.some(store.connection, [key for key, _ in near])
    lessons = [(replace(lesson, confidence=believed(lesson, asked.now)), value) for key, value in near
               if (lesson := known.get(key)) is not None and retrieval.fits(lesson, wanted)]  # fmt: skip
    return retrieval.nearest(lessons, wanted, asked.now, least=LEAST_LETTERS, k=asked.k)


def by_meaning(config: Config, asked: Question, model: "Embedder") -> tuple[Near, ...] | None:
    """Found with the model: of all vectors the nearest, and of these lessons those that fit. None: there is no vector.

    Raises:
        NotFound: nothing was ever stored.
        ToolMissing, StoreCorrupt: the place of vectors cannot be used.
    """
    vector = model.vectors([retrieval.words_for(asked.text, asked.wanted.tool)])[0]
    with Store.open(config.home, readonly=True) as store:
        vectors = vectors_in(config, store, model.model)
        count = max(LOOKED_AT, asked.k)
        while True:
            found = vectors.nearest(vector, count)
            if not found:
                return None
            known = reads.some(store.connection, [key for key, _ in found])
            near = chosen(asked, [(known[key], cosine) for key, cosine in found if key in known])
            if (
                len(near) >= asked.k
                or len(found) < count
                or found[-1][1] < LEAST[By.MEANING]
                or count >= MOST_LOOKED_AT
            ):
                return near
            count = min(8 * count, MOST_LOOKED_AT)


def chosen(asked: Question, there: Sequence[tuple[Lesson, float]]) -> tuple[Near, ...]:
    """Those of the nearest, with their cosines, that fit and are near enough; as sure as they are at the time."""
    fitting = [(lesson, cosine) for lesson, cosine in there if retrieval.fits(lesson, asked.wanted)]
    lessons = [replace(lesson, confidence=believed(lesson, asked.now)) for lesson, _ in fitting]
    words = [retrieval.words_of(lesson) for lesson in lessons]
    similar = retrieval.blended(asked.text, words, [max(cosine, 0.0) for _, cosine in fitting])
    pairs = zip(lessons, similar, strict=True)
    return retrieval.nearest(pairs, asked.wanted, asked.now, least=LEAST[By.MEANING], k=asked.k)
