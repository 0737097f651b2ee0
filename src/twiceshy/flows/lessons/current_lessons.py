"""List every lesson with its confidence today. A brief waits for it, so it imports nothing that learning needs."""

from dataclasses import replace
from datetime import datetime

from twiceshy.config import Config
from twiceshy.lessons.confidence import confidence_at
from twiceshy.records.lessons import Lesson
from twiceshy.store.db import Store, has_store
from twiceshy.store.reads import lessons as reads

RETIRED_NOTE = "told-retired"
"""Note in the store: ids of lessons that briefs do not tell any more, worked out when lessons are learned."""


def find_retired_lessons(config: Config) -> frozenset[str]:
    """Return the ids of lessons that were measured to help nobody when briefs tell them."""
    if not has_store(config.home):
        return frozenset()
    with Store.open(config.home, readonly=True) as store:
        return frozenset((store.note(RETIRED_NOTE) or "").split(",")) - {""}


def list_lessons(config: Config, now: datetime) -> list[Lesson]:
    """Return every lesson with its confidence at a time.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        return [
            replace(lesson, confidence=confidence_at(lesson, now)) for lesson in reads.read_lessons(store.connection)
        ]
