"""Every lesson with its confidence today: a brief waits for it, so it imports nothing that learning needs."""

from dataclasses import replace
from datetime import datetime

from twiceshy.config import Config
from twiceshy.lessons.confidence import believed
from twiceshy.records.lessons import Lesson
from twiceshy.store.db import Store
from twiceshy.store.reads import lessons as reads


def list_lessons(config: Config, now: datetime) -> list[Lesson]:
    """Every lesson with its confidence at a time.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        return [replace(lesson, confidence=believed(lesson, now)) for lesson in reads.lessons(store.connection)]
