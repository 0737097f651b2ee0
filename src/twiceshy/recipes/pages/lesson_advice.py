"""List what a lesson's warnings and briefs did: every time that one was given or held out, and the measured effect."""

from twiceshy.archive import lesson_rows
from twiceshy.archive.db import Store
from twiceshy.archive.reads import lesson_cases
from twiceshy.base.config import Config
from twiceshy.lessons.recipes.lesson_reviews import find_lesson
from twiceshy.records.trial_effects import AdviceEffects, LessonAdvice


def read_lesson_advice(config: Config, name: str, effects: AdviceEffects, *, limit: int) -> LessonAdvice:
    """Return the newest times that a lesson's advice was given or held out, and which of the effects are its own.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    with Store.open(config.home, readonly=True) as store:
        key = lesson_rows.id_of(find_lesson(store, name))
        own = lesson_cases.name_advice(store.connection, key)
        total, cases = lesson_cases.read_advice(store.connection, key, limit)
    return LessonAdvice(total, tuple(cases), tuple(one for one in effects.rules if one.rule in own))
