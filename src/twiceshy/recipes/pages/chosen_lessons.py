"""List lessons, a part at a time: all are looked at, and only what is shown is read whole."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from twiceshy.archive.db import Store
from twiceshy.archive.reads import lessons
from twiceshy.base.config import Config
from twiceshy.lessons.confidence import confidence_at
from twiceshy.lessons.lesson_order import choose_part, order_marks
from twiceshy.lessons.recipes.current_lessons import show_at, states_of
from twiceshy.records.lessons import LastWork, LessonList, LessonMark, LessonOrder, LessonQuestion


def choose_lessons(config: Config, asked: LessonQuestion, now: datetime) -> LessonList:
    """Return a part of the lessons that fit, as they are shown at a time.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        work = lessons.read_last_work(store.connection, now)
        known = lessons.read_marks(store.connection)
        projects = lessons.list_projects(store.connection)
        fits = _find_fitting(store, known, projects, asked)
        weighed = [mark for mark in known if mark.key in fits or mark.id == asked.after]
        part = choose_part(order_marks(weighed, _weigh_marks(store, weighed, asked.order, work)), fits, asked)
        found = lessons.read_by_key(store.connection, part.keys)
    return LessonList(
        total=len(fits),
        lessons=tuple(show_at(found[key], work) for key in part.keys if key in found),
        known=len(known),
        next=part.next_id,
        states=Counter(mark.state for mark in known),
        categories=Counter(mark.category for mark in known),
        projects=tuple(projects),
    )


def _weigh_marks(store: Store, known: list[LessonMark], order: LessonOrder, work: LastWork) -> Mapping[bytes, float]:
    """Return for each lesson what it is ordered by."""
    match order:
        case LessonOrder.SURE:
            return {mark.key: confidence_at(mark, work) for mark in known}
        case LessonOrder.NEWEST:
            return {mark.key: mark.last_seen.timestamp() for mark in known if mark.last_seen}
        case LessonOrder.COST:
            return {key: sum(seconds) for key, seconds in lessons.read_costs(store.connection).items()}
        case LessonOrder.SEEN:
            return {mark.key: mark.observations for mark in known}


def _find_fitting(
    store: Store, known: list[LessonMark], projects: list[str], asked: LessonQuestion
) -> frozenset[bytes]:
    """Return the keys of the lessons that are asked for."""
    states = states_of(asked.state)
    fits = {mark.key for mark in known if mark.state in states and asked.category in {"", mark.category}}
    if asked.project:
        named = [name for name in projects if asked.project.casefold() in name.casefold()]
        fits &= lessons.find_in_projects(store.connection, named)
    return frozenset(fits)
