"""Store what a person decides about lessons (promote, mute, delete, reword), and choose what to ask about next.

A decision is stored beside the lesson and outlives it: what is learned again from the logs obeys it.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.archive import lesson_rows as writing
from twiceshy.archive import program_notes, rules_file
from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.db import Store
from twiceshy.archive.reads import lessons as reads
from twiceshy.archive.reads import rules as rule_reads
from twiceshy.archive.reads.rules import BriefCounts, count_briefs
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.base.values import Scrubbed
from twiceshy.lessons.call_patterns import has_trigger
from twiceshy.lessons.recipes.current_lessons import show_at
from twiceshy.lessons.user_corrections import cut_words, is_worth_asking
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.lessons import Lesson, LessonState, Occurrence, OwnWords
from twiceshy.score.gate_patterns import PATTERNS
from twiceshy.stats.text.quoting import clean

if TYPE_CHECKING:
    from twiceshy.records.lessons import ChangedLesson

_SURE = 0.95
"""Confidence from which a lesson is worth handing on, once a person has read it (guess of 2026-11-21)."""
_PUT_OFF = "rules-put-off"
"""Note in the store: ids of lessons that a person was asked about and did not decide."""
_MOST_PUT_OFF = 500
"""Ids that are remembered (guess, 2026-11-22)."""
_MOST_NAMED, _OCCURRENCES, _FIXES, _MOST_MESSAGES = 10, 5, 3, 50
_NOT_WRITTEN = "Nothing was written; look at it again."
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
    rules: int
    """Rules made of it that speak."""
    has_trigger: bool
    """Something in a call, an edit or the session before shows what it warns of; without it no rule can be made."""


class StatedRule(NamedTuple):
    """What a person said in a correction that may hold beyond its task."""

    id: str
    """Of its lesson."""
    words: str
    """The person's own, quoted from a log."""
    project: str
    sessions: int
    """In which it was said."""
    last_seen: datetime | None


def find_lesson(store: Store, name: str) -> Lesson:
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
        lesson = find_lesson(store, name)
        key = writing.id_of(lesson)
        waits = sorted(reads.read_costs(store.connection).get(key, ()))
        return LessonStory(
            lesson=show_at(lesson, reads.read_last_work(store.connection, now)),
            occurrences=tuple(reads.read_occurrences(store.connection, key, _OCCURRENCES)),
            fixes=tuple(reads.read_fixes(store.connection, key, _FIXES)),
            gone_after_s=waits[len(waits) // 2] if waits else None,
            told=count_briefs(store.connection, key),
            rules=(rules := reads.count_rules(store.connection, key)),
            has_trigger=rules > 0 or has_trigger(lesson) or _is_seen_at_edit(lesson),
        )


def _is_seen_at_edit(lesson: Lesson) -> bool:
    """Tell whether the gate looks for what a finding's lesson is about in the text of an edit."""
    return any(f"pattern/{row[0]}" == lesson.trigger.rule for row in PATTERNS)


def list_offers(config: Config, projects: Collection[str]) -> list[StatedRule]:
    """Return what a person stated in these projects as a rule, undecided and never put off, what was said again first.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        known = reads.read_lessons(store.connection)
        put_off = frozenset((store.note(_PUT_OFF) or "").split(","))
    return [
        StatedRule(one.id, cut_words(one), one.scope_of, one.sessions, one.last_seen)
        for one in _order_wishes(known)
        if one.scope_of in projects and one.id not in put_off
    ]


def put_off(config: Config, offered: Iterable[str]) -> None:
    """Remember that a person was asked about these lessons and said neither yes nor no: only ``review`` asks again."""
    with Store.open(config.home) as store:
        known = dict.fromkeys(filter(None, (store.note(_PUT_OFF) or "").split(",")))
        kept = [*known, *(one for one in offered if one not in known)][-_MOST_PUT_OFF:]
        store.put_note(_PUT_OFF, ",".join(kept))


def _order_wishes(known: Iterable[Lesson]) -> list[Lesson]:
    """Return the rules that a person stated and nobody decided about, what was said again first, then the newest."""
    return sorted(
        (one for one in known if is_worth_asking(one)),
        key=lambda one: (one.sessions, one.last_seen.timestamp() if one.last_seen else 0.0, one.id),
        reverse=True,
    )


def decide(
    config: Config, name: str, state: LessonState | None, now: datetime, *, seen: LessonState | None = None
) -> Lesson:
    """Mute or promote a lesson, or undo that decision (None); return the lesson.

    Where it is told in which state the person saw it, a decision that somebody made since is not written over.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
        UsageError: somebody else decided since.
    """
    from twiceshy.lessons.recipes.program_lessons import mute_patterns  # noqa: PLC0415  # it imports a reader of YAML

    with Store.open(config.home) as store:
        with store.begin_writing() as connection:
            lesson = find_lesson(store, name)
            key = writing.id_of(lesson)
            if seen is not None and keep_decision(seen) is not keep_decision(lesson.state):
                raise UsageError(
                    f"{lesson.slug} is {lesson.state.value} by now: somebody decided since. {_NOT_WRITTEN}"
                )
            if state is None:
                writing.undo_review(connection, key)
            else:
                writing.review(connection, key, now, state=state)
        if state is LessonState.MUTED:
            _silence_rules(config, store, key)
        said = {one.message for one in reads.read_occurrences(store.connection, key, _MOST_MESSAGES)}
        with suppress(ValueError):  # the file of patterns is damaged: programs hear nothing of it then
            mute_patterns(config, lesson.subject, said, muted=state is LessonState.MUTED)
        return find_lesson(store, lesson.id)


def keep_decision(state: LessonState) -> LessonState | None:
    """Return the state, if it is one that a person decided; None for one that the evidence gave."""
    return state if state in {LessonState.MUTED, LessonState.PROMOTED} else None


def delete(config: Config, name: str, now: datetime) -> "ChangedLesson":
    """Delete a lesson so that it is not learned again; return it with what takes that back.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    from twiceshy.archive import lesson_rows  # noqa: PLC0415
    from twiceshy.records.lessons import ChangedLesson  # noqa: PLC0415  # a report imports this module

    with Store.open(config.home) as store:
        with store.begin_writing() as connection:
            lesson = find_lesson(store, name)
            key = writing.id_of(lesson)
            copy = lesson_rows.copy_lesson(connection, key)
            writing.delete(connection, key, now)
        _silence_rules(config, store, key)
        return ChangedLesson(lesson, copy)


def _silence_rules(config: Config, store: Store, lesson: bytes | None = None) -> None:
    """Take the rules that were made of a lesson (None: of any) out of the gate's file, so that it is silent at once."""
    rules = rule_reads.find_rules_of_lessons(store.connection, lesson)
    rules_file.remove_rules(config.home, {rule.hex() for rule in rules})


def edit(  # which lesson, two texts, and when
    config: Config, name: str, description: str | None, root_cause: str | None, now: datetime, *, seen: str = ""
) -> Lesson:
    """Replace a lesson's texts with a person's words, scrubbed, which stay when it is learned again; return it.

    Words that it has already are not written: they stay those that were learned. Where it is told which words the
    person saw (``mark_words``), words that somebody wrote since are not written over.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
        UsageError: there are no words, or somebody else wrote some since.
    """
    given = [_clean_text(text) if text is not None else None for text in (description, root_cause)]
    if not any(given):
        raise UsageError("say what to write: --description or --cause.")
    with Store.open(config.home) as store:
        words = _scrub_words(config, store, given)
        with store.begin_writing() as connection:
            lesson = find_lesson(store, name)
            _refuse_other_words(lesson, seen)
            now_said = (lesson.description, lesson.root_cause)
            new = [text if text != said else None for text, said in zip(words, now_said, strict=True)]
            if any(new):
                writing.review(connection, writing.id_of(lesson), now, description=new[0], root_cause=new[1])
        return find_lesson(store, lesson.id)


def read_own_words(config: Config, name: str) -> OwnWords:
    """Return what a person wrote in place of a lesson's learned texts.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    with Store.open(config.home, readonly=True) as store:
        return reads.read_own_words(store.connection, writing.id_of(find_lesson(store, name)))


def put_words(config: Config, name: str, words: OwnWords, *, seen: str) -> Lesson:
    """Put back what a person had written before, or what was learned where that was nothing; return the lesson.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
        UsageError: somebody else wrote some since.
    """
    with Store.open(config.home) as store:
        scrubbed = _scrub_words(config, store, words)
        with store.begin_writing() as connection:
            lesson = find_lesson(store, name)
            _refuse_other_words(lesson, seen)
            writing.put_words(connection, writing.id_of(lesson), *scrubbed)
        return find_lesson(store, lesson.id)


def mark_words(lesson: Lesson) -> str:
    """Return what tells a lesson's words from any others, without being words."""
    return blake2b(f"{lesson.description}\0{lesson.root_cause}".encode(), digest_size=8).hexdigest()


def _refuse_other_words(lesson: Lesson, seen: str) -> None:
    if seen and seen != mark_words(lesson):
        raise UsageError(f"{lesson.slug} has other words by now: somebody wrote them since. {_NOT_WRITTEN}")


def _scrub_words(config: Config, store: Store, words: Iterable[str | None]) -> list[Scrubbed | None]:
    scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
    return [scrubber.text(text) if text else None for text in words]


def _clean_text(text: str) -> str:
    """Return a person's words on one line, shortened."""
    return " ".join(clean(text[:_LONGEST_TEXT]).split())


def clear(config: Config) -> int:
    """Remove all lessons with all decisions about them; return how many there were.

    Sessions learned from before are not learned from again, unless they change. What programs noted goes too.
    """
    program_notes.clear(config)
    with Store.open(config.home) as store:
        _silence_rules(config, store)
        with store.begin_writing() as connection:
            return writing.clear(connection)
