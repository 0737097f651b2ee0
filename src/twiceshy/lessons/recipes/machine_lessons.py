"""Learn the troubles that recur on this machine and at projects' hooks, from the counts that insights are made of."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.reads import lessons as reads
from twiceshy.archive.stored_attempts import read_attempts
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.insights.kinds.project_history import group_by_project, to_time
from twiceshy.insights.kinds.troubles import find_refusing_rules, find_troubles, list_refusals
from twiceshy.lessons.occurrences import SessionSeen, actor_of, scrub_occurrences
from twiceshy.lessons.recurring_troubles import make_occurrences
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.attempts import HookRefusal, RecurringTrouble
from twiceshy.records.lessons import LessonOccurrence


class SeenTroubles(NamedTuple):
    """What the sessions of some projects say of troubles."""

    troubles: list[RecurringTrouble]
    refusals: list[HookRefusal]
    """By hooks; which rules are among their causes, lessons say."""


def learn_troubles(store: Store, config: Config, scrubber: Scrubber) -> frozenset[str]:
    """Store each trouble that recurs, with all its cases; return the ids of the lessons on them.

    A trouble that is gone keeps its lesson and its cases.
    """
    return store_troubles(store, config, scrubber, see_troubles(store))


def see_troubles(store: Store) -> SeenTroubles:
    """Return what the attempts of all stored sessions say of troubles."""
    histories = group_by_project(read_attempts(store.connection, Scope()))
    return SeenTroubles(
        [trouble for history in histories for trouble in find_troubles(history)],
        [refusal for history in histories for refusal in list_refusals(history)],
    )


def store_troubles(store: Store, config: Config, scrubber: Scrubber, seen: SeenTroubles) -> frozenset[str]:
    """Store what was seen as lessons; return their ids."""
    rules = reads.read_rules_of_events(store.connection, [one.case.call for one in seen.refusals])
    kept = _clean([*seen.troubles, *find_refusing_rules(seen.refusals, rules)], scrubber, actor_of(store.salt))
    with store.begin_writing() as connection:
        unwanted = reads.read_deleted(connection)
        wanted = [one for one in kept if one.key not in unwanted and one.lesson.category not in config.lessons_ignore]
        writing.put_troubles(connection, wanted)
    return frozenset(one.lesson.id for one in wanted)


def _clean(found: Iterable[RecurringTrouble], scrubber: Scrubber, actor: str) -> list[LessonOccurrence]:
    """Return all cases with scrubbed texts."""
    pairs = [pair for trouble in found for pair in make_occurrences(trouble)]
    kept = []
    for session, some in groupby(sorted(pairs, key=lambda pair: pair[0].session.session), lambda pair: pair[0].session):
        seen = SessionSeen(
            session=session.session,
            project_name=session.project_name,
            model=session.model,
            agent=session.agent,
            first_at=to_time(session.first_at),
        )
        kept += scrub_occurrences([one for _, one in some], seen, scrubber.texts, actor)
    return kept
