"""List every lesson with its confidence today. A brief waits for it, so it imports nothing that learning needs."""

from dataclasses import replace
from datetime import datetime

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads import lessons as reads
from twiceshy.base.config import Config
from twiceshy.lessons.confidence import confidence_at, evolve_lesson
from twiceshy.lessons.confidence import explain_waiting as explain_waiting  # noqa: PLC0414  # named by the face
from twiceshy.records.lessons import LastWork, Lesson, LessonState

RETIRED_NOTE = "told-retired"
"""Note in the store: ids of lessons that briefs do not tell any more, worked out when lessons are learned."""


def find_retired_lessons(config: Config) -> frozenset[str]:
    """Return the ids of lessons that were measured to help nobody when briefs tell them."""
    if not has_store(config.home):
        return frozenset()
    with Store.open(config.home, readonly=True) as store:
        return frozenset((store.note(RETIRED_NOTE) or "").split(",")) - {""}


def list_lessons(config: Config, now: datetime) -> list[Lesson]:
    """Return every lesson as it is shown at a time, with its confidence.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        return read_shown(store, now)


def read_shown(store: Store, now: datetime) -> list[Lesson]:
    """Return every lesson of an open store as it is shown at a time."""
    work = reads.read_last_work(store.connection, now)
    return [show_at(lesson, work) for lesson in reads.read_lessons(store.connection)]


def show_at(lesson: Lesson, work: LastWork) -> Lesson:
    """Return a lesson in the form of its number of observations, with its confidence."""
    return evolve_lesson(replace(lesson, confidence=confidence_at(lesson, work)))


def states_of(name: str) -> frozenset[LessonState]:
    """Return the states of a name: one, or ``shown`` (active and promoted) or ``all``."""
    sets = {"shown": frozenset({LessonState.ACTIVE, LessonState.PROMOTED}), "all": frozenset(LessonState)}
    return sets.get(name) or frozenset({LessonState(name)})
