"""Store what a person decides about lessons (promote, mute, delete, reword), and choose what to ask about next.

A decision is stored beside the lesson and outlives it: what is learned again from the logs obeys it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from twiceshy.config import Config
from twiceshy.errors import NotFound, UsageError
from twiceshy.facts.text.quoting import clean
from twiceshy.flows.lessons.current_lessons import read_shown, show_at
from twiceshy.lessons.confidence import rate_review_priority
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.lessons import Lesson, LessonState, Occurrence
from twiceshy.records.values import Scrubbed
from twiceshy.store import lesson_rows as writing
from twiceshy.store import program_notes
from twiceshy.store.ambiguous_ids import make_id_error
from twiceshy.store.db import Store
from twiceshy.store.reads import lessons as reads
from twiceshy.store.reads.advice_cases import BriefCounts, count_briefs

_QUARTER = timedelta(days=91)
_SURE = 0.95
"""Confidence from which a lesson is worth handing on, once a person has read it (guess of 2026-11-21)."""
_MOST_NAMED, _OCCURRENCES, _FIXES = 10, 5, 3
_LONGEST_TEXT = 1_000
"""Characters of a person's own words (guess of 2026-11-21)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonStory:
    """One lesson with its newest occurrences."""

    lesson: Lesson
    occurrences: tuple[Occurrence, ...]
    fixes: tuple[tuple[Scrubbed, int, int], ...]
    """What was done about it, times applied, times that it was gone then."""
    gone_after_s: float | None
    """Median seconds until it was gone; None where that was never seen."""
    told: BriefCounts
    """By briefs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQueue:
    """The lessons that a person should review, most important first."""

    lessons: tuple[Lesson, ...]
    last_at: datetime | None
    due: bool
    """The last decision is a quarter ago or more, or there was none, and there is something to decide."""


def _find_lesson(store: Store, name: str) -> Lesson:
    """Return the lesson with this beginning of an id, or with this readable name.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    start = ids.parse_prefix(name)
    if start is None or start.kind != ids.LESSON:
        if (lesson := reads.find_by_slug(store.connection, name)) is not None:
            return lesson
        raise NotFound(f"no lesson is named {name!r}. `twiceshy lessons` shows them.")
    found = reads.find_by_prefix(store.connection, start, _MOST_NAMED + 1)
    if len(found) != 1:
        raise make_id_error(start, [f"{lesson.id}  {lesson.description}" for lesson in found], "twiceshy lessons")
    return found[0]


def show_lesson(config: Config, name: str, now: datetime) -> LessonStory:
    """Return a lesson as it is shown today, and where it comes from.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    with Store.open(config.home, readonly=True) as store:
        lesson = _find_lesson(store, name)
        key = writing.id_of(lesson)
        waits = sorted(reads.read_costs(store.connection).get(key, ()))
        return LessonStory(
            lesson=show_at(lesson, reads.read_last_work(store.connection, now)),
            occurrences=tuple(reads.read_occurrences(store.connection, key, _OCCURRENCES)),
            fixes=tuple(reads.read_fixes(store.connection, key, _FIXES)),
            gone_after_s=waits[len(waits) // 2] if waits else None,
            told=count_briefs(store.connection, key),
        )


def build_queue(config: Config, now: datetime) -> ReviewQueue:
    """Return the lessons that nobody has decided about, by uncertainty times frequency."""
    with Store.open(config.home, readonly=True) as store:
        known = read_shown(store, now)
        last = reads.read_last_review(store.connection)
    open_ones = [lesson for lesson in known if lesson.state in {LessonState.SHADOW, LessonState.ACTIVE}]
    ordered = sorted(open_ones, key=lambda lesson: (-rate_review_priority(lesson), lesson.id))
    last_at = datetime.fromisoformat(last) if last else None
    return ReviewQueue(
        lessons=tuple(ordered),
        last_at=last_at,
        due=bool(ordered) and (last_at is None or now - last_at >= _QUARTER),
    )


def decide(config: Config, name: str, state: LessonState | None, now: datetime) -> Lesson:
    """Mute or promote a lesson, or undo that decision (None); return the lesson.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    with Store.open(config.home) as store:
        lesson = _find_lesson(store, name)
        key = writing.id_of(lesson)
        with store.begin_writing() as connection:
            if state is None:
                writing.undo_review(connection, key)
            else:
                writing.review(connection, key, now, state=state)
        return _find_lesson(store, lesson.id)


def delete(config: Config, name: str, now: datetime) -> Lesson:
    """Delete a lesson so that it is not learned again; return it.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    with Store.open(config.home) as store:
        lesson = _find_lesson(store, name)
        key = writing.id_of(lesson)
        with store.begin_writing() as connection:
            writing.delete(connection, key, now)
        return lesson


def edit(config: Config, name: str, description: str | None, root_cause: str | None, now: datetime) -> Lesson:
    """Replace a lesson's texts with a person's words, scrubbed, which stay when it is learned again; return it.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
        UsageError: there are no words.
    """
    given = [_clean_text(text) if text is not None else None for text in (description, root_cause)]
    if not any(given):
        raise UsageError("say what to write: --description or --cause.")
    with Store.open(config.home) as store:
        lesson = _find_lesson(store, name)
        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        words = [scrubber.text(text) if text else None for text in given]
        with store.begin_writing() as connection:
            writing.review(connection, writing.id_of(lesson), now, description=words[0], root_cause=words[1])
        return _find_lesson(store, lesson.id)


def _clean_text(text: str) -> str:
    """Return a person's words on one line, shortened."""
    return " ".join(clean(text[:_LONGEST_TEXT]).split())


def clear(config: Config) -> int:
    """Remove all lessons with all decisions about them; return how many there were.

    Sessions learned from before are not learned from again, unless they change. What programs noted goes too.
    """
    program_notes.clear(config)
    with Store.open(config.home) as store, store.begin_writing() as connection:
        return writing.clear(connection)


def filter_lessons(known: Sequence[Lesson], state: str, category: str) -> list[Lesson]:
    """Return those in a state (``shown``: active and promoted; ``all``) and of a category (empty: any)."""
    states = states_of(state)
    return [lesson for lesson in known if lesson.state in states and category in {"", lesson.category}]


def states_of(name: str) -> frozenset[LessonState]:
    """Return the states of a name: one, or ``shown`` (active and promoted) or ``all``."""
    sets = {"shown": frozenset({LessonState.ACTIVE, LessonState.PROMOTED}), "all": frozenset(LessonState)}
    return sets.get(name) or frozenset({LessonState(name)})
