"""Every lesson with its confidence today: a brief waits for it, so it imports nothing that learning needs."""

from dataclasses import replace
from datetime import datetime

from twiceshy.config import Config
from twiceshy.lessons.confidence import believed
from twiceshy.records.lessons import Lesson
from twiceshy.store.db import Store, begun
from twiceshy.store.reads import lessons as reads

UNTOLD = "told-retired"
"""Note in the store: ids of lessons that briefs do not tell any more, worked out when lessons are learned."""


def untold(config: Config) -> frozenset[str]:
    """Ids of lessons that were measured to help nobody by being told."""
    if not begun(config.home):
        return frozenset()
    with Store.open(config.home, readonly=True) as store:
        return frozenset((store.note(UNTOLD) or "").split(",")) - {""}


def list_lessons(config: Config, now: datetime) -> list[Lesson]:
    """Every lesson with its confidence at a time.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        return [replace(lesson, confidence=believed(lesson, now)) for lesson in reads.lessons(store.connection)]
