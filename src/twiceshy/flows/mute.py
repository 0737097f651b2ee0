"""Muting by id: a warning (``w-…``) or lesson (``l-…``) never speaks again, from the gate's next call on."""

from datetime import datetime
from typing import NamedTuple

from twiceshy.config import Config
from twiceshy.flows import lesson_reviews
from twiceshy.flows.look_sessions import none_or_many
from twiceshy.records import ids
from twiceshy.records.lessons import State
from twiceshy.store import rules as writing
from twiceshy.store import rules_file
from twiceshy.store.db import Store
from twiceshy.store.reads import rules as reads

MOST_NAMED = 10


class Muted(NamedTuple):
    """What does not speak any more, or speaks again."""

    id: str
    words: str


def mute(config: Config, name: str, now: datetime, *, undo: bool = False) -> Muted:
    """What was muted, or with ``undo`` may speak again: a rule then from the next ``learn`` on.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    start = ids.beginning(name)
    if start is None or start.kind != ids.WARNING:
        lesson = lesson_reviews.decide(config, name, None if undo else State.MUTED, now)
        return Muted(lesson.id, lesson.slug)
    with Store.open(config.home) as store:
        found = reads.beginning(store.connection, start, MOST_NAMED + 1)
        if len(found) != 1:
            raise none_or_many(start, [f"{ids.short(ids.WARNING, one.id)}  {one.words}" for one in found], "warnings")
        rule = found[0]
        with store.writing() as connection:
            if undo:
                writing.unmute(connection, rule.id)
            else:
                writing.mute(connection, rule.id, now)
    if not undo:
        rules_file.without(config.home, {rule.id.hex()})
    return Muted(ids.short(ids.WARNING, rule.id), rule.words)
