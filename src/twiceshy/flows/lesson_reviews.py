"""What a person decides about lessons: promote, mute, delete, other words; and in which order to ask.

A decision is kept beside the lesson and outlives it: what is learned again from the logs obeys it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from twiceshy.config import Config
from twiceshy.errors import NotFound, UsageError
from twiceshy.flows import program_notes
from twiceshy.flows.look_sessions import none_or_many
from twiceshy.lessons.confidence import believed, evolved, worth_asking
from twiceshy.lessons.quoting import clean
from twiceshy.privacy.policy import Level, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.lessons import Lesson, Occurrence, State
from twiceshy.records.text import Scrubbed
from twiceshy.store import lessons as writing
from twiceshy.store.db import Store
from twiceshy.store.reads import lessons as reads
from twiceshy.store.reads.given import Told, told

QUARTER = timedelta(days=91)
SURE = 0.95
"""Confidence from which a lesson is worth handing on, once a person has read it."""
MOST_NAMED, OCCURRENCES, FIXES = 10, 5, 3
LONGEST_TEXT = 1_000
"""Characters of a person's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonStory:
    """One lesson with its newest occurrences."""

    lesson: Lesson
    occurrences: tuple[Occurrence, ...]
    fixes: tuple[tuple[Scrubbed, int, int], ...]
    """What was done about it, times applied, times that it was gone then."""
    gone_after_s: float | None
    """Median seconds until it was gone; None where that was never seen."""
    told: Told
    """By briefs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What a person should look at, first things first."""

    lessons: tuple[Lesson, ...]
    last_at: datetime | None
    due: bool
    """The last decision is a quarter ago or more, or there was none, and there is something to decide."""


def find(store: Store, name: str) -> Lesson:
    """The lesson of an id's beginning or of a readable name.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    start = ids.beginning(name)
    if start is None or start.kind != ids.LESSON:
        if (lesson := reads.named(store.connection, name)) is not None:
            return lesson
        raise NotFound(f"no lesson is named {name!r}. `twiceshy lessons` shows them.")
    found = reads.beginning(store.connection, start, MOST_NAMED + 1)
    if len(found) != 1:
        raise none_or_many(start, [f"{lesson.id}  {lesson.description}" for lesson in found], "twiceshy lessons")
    return found[0]


def show_lesson(config: Config, name: str, now: datetime) -> LessonStory:
    """A lesson as it is shown today, and where it comes from.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    with Store.open(config.home, readonly=True) as store:
        lesson = find(store, name)
        key = writing.id_of(lesson)
        waits = sorted(reads.costs(store.connection).get(key, ()))
        return LessonStory(
            lesson=evolved(replace(lesson, confidence=believed(lesson, now))),
            occurrences=tuple(reads.occurrences(store.connection, key, OCCURRENCES)),
            fixes=tuple(reads.fixes(store.connection, key, FIXES)),
            gone_after_s=waits[len(waits) // 2] if waits else None,
            told=told(store.connection, key),
        )


def queue(config: Config, now: datetime) -> Queue:
    """Lessons that nobody has decided about, by uncertainty times frequency."""
    with Store.open(config.home, readonly=True) as store:
        known = [replace(lesson, confidence=believed(lesson, now)) for lesson in reads.lessons(store.connection)]
        last = reads.last_review(store.connection)
    open_ones = [lesson for lesson in known if lesson.state in {State.SHADOW, State.ACTIVE}]
    ordered = sorted(open_ones, key=lambda lesson: (-worth_asking(lesson, now), lesson.id))
    last_at = datetime.fromisoformat(last) if last else None
    return Queue(
        lessons=tuple(ordered),
        last_at=last_at,
        due=bool(ordered) and (last_at is None or now - last_at >= QUARTER),
    )


def decide(config: Config, name: str, state: State | None, now: datetime) -> Lesson:
    """The lesson, muted or promoted from now on; None takes a decision back.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    with Store.open(config.home) as store:
        lesson = find(store, name)
        key = writing.id_of(lesson)
        with store.writing() as connection:
            if state is None:
                writing.unreview(connection, key)
            else:
                writing.review(connection, key, now, state=state)
        return find(store, lesson.id)


def delete(config: Config, name: str, now: datetime) -> Lesson:
    """The lesson that is gone, and is not learned again.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    with Store.open(config.home) as store:
        lesson = find(store, name)
        key = writing.id_of(lesson)
        with store.writing() as connection:
            writing.delete(connection, key, now)
        return lesson


def edit(config: Config, name: str, description: str | None, root_cause: str | None, now: datetime) -> Lesson:
    """The lesson with a person's words, redacted; they stay when it is learned again.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
        UsageError: there are no words.
    """
    given = [fit(text) if text is not None else None for text in (description, root_cause)]
    if not any(given):
        raise UsageError("say what to write: --description or --cause.")
    with Store.open(config.home) as store:
        lesson = find(store, name)
        scrubber = Scrubber(load_rules(), store.salt, Level(config.privacy_level), cache=config.cache)
        words = [scrubber.text(text) if text else None for text in given]
        with store.writing() as connection:
            writing.review(connection, writing.id_of(lesson), now, description=words[0], root_cause=words[1])
        return find(store, lesson.id)


def fit(text: str) -> str:
    """A person's words on one line, bounded."""
    return " ".join(clean(text[:LONGEST_TEXT]).split())


def clear(config: Config) -> int:
    """How many lessons were removed, with all that was decided about them.

    Sessions learned from before are not learned from again, unless they change. What programs noted goes too.
    """
    program_notes.clear(config)
    with Store.open(config.home) as store, store.writing() as connection:
        return writing.clear(connection)


def chosen(known: Sequence[Lesson], state: str, category: str) -> list[Lesson]:
    """Those in a state (``shown``: active and promoted; ``all``) and of a category (empty: any)."""
    states = states_of(state)
    return [lesson for lesson in known if lesson.state in states and category in {"", lesson.category}]


def states_of(name: str) -> frozenset[State]:
    """The states of a name: one, or ``shown`` (active and promoted) or ``all``."""
    sets = {"shown": frozenset({State.ACTIVE, State.PROMOTED}), "all": frozenset(State)}
    return sets.get(name) or frozenset({State(name)})
