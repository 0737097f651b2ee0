"""Mute a warning (``w-…``) or lesson (``l-…``) by its id: it is not given again from the gate's next call on."""

from datetime import datetime
from typing import NamedTuple

from twiceshy.archive import rule_rows as writing
from twiceshy.archive import rules_file
from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.db import Store
from twiceshy.archive.reads import rules as reads
from twiceshy.base.config import Config
from twiceshy.lessons.recipes import lesson_reviews
from twiceshy.records import ids
from twiceshy.records.lessons import LessonState

_MOST_NAMED = 10
"""Warnings that an error lists (guess of 2026-11-21)."""


class MuteResult(NamedTuple):
    """The warning or lesson that was muted or unmuted."""

    id: str
    words: str


def mute(config: Config, name: str, now: datetime, *, undo: bool = False) -> MuteResult:
    """Mute a warning or lesson; with ``undo``, unmute it. Return which one it was.

    An unmuted warning is given again after the next ``learn``; one that refused a call wrongly may refuse again then.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    start = ids.parse_prefix(name)
    if start is None or start.kind != ids.WARNING:
        lesson = lesson_reviews.decide(config, name, None if undo else LessonState.MUTED, now)
        return MuteResult(lesson.id, lesson.slug)
    with Store.open(config.home) as store:
        found = reads.find_by_prefix(store.connection, start, _MOST_NAMED + 1)
        if len(found) != 1:
            raise make_id_error(
                start, [f"{ids.shorten(ids.WARNING, one.id)}  {one.words}" for one in found], "warnings"
            )
        rule = found[0]
        with store.begin_writing() as connection:
            if undo:
                writing.unmute(connection, rule.id, now)
            else:
                writing.mute(connection, rule.id, now)
    if not undo:
        rules_file.remove_rules(config.home, {rule.id.hex()})
    return MuteResult(ids.shorten(ids.WARNING, rule.id), rule.words)
