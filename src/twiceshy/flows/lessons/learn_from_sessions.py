"""Learn lessons from what went wrong in each session whose log changed, merged with the lessons that are known.

Stories are read here and analysed by pure rules in ``lessons``. What these give is scrubbed once more, as it is
cut out of larger texts, and stored with the session's hash in one transaction. It may be killed at any moment and
goes on from there.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from twiceshy.config import Config
from twiceshy.flows.lessons import usage_lessons
from twiceshy.flows.lessons.brief_effects import join_briefs
from twiceshy.lessons import code_mistakes, error_categories, merging, scanner_findings
from twiceshy.lessons import usage_mistakes as finding_usage
from twiceshy.lessons.confidence import settle_state
from twiceshy.lessons.raw_occurrence import RawOccurrence, slug_of
from twiceshy.lessons.scanner_findings import EditFindings
from twiceshy.lessons.tool_failures import find_tool_failures
from twiceshy.lessons.user_corrections import find_user_corrections
from twiceshy.outcomes import corrections as finding_corrections
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.lessons import Lesson, Occurrence
from twiceshy.records.stories import Story
from twiceshy.store import derived_values, scored_edits
from twiceshy.store import lesson_rows as writing
from twiceshy.store.db import Store
from twiceshy.store.derived_values import DerivedValue
from twiceshy.store.lesson_rows import LessonOccurrence
from twiceshy.store.lock import hold_lock
from twiceshy.store.reads import lessons as reads
from twiceshy.store.reads import stories

KIND = "lessons"
VERSION = (
    1_000_000 * scanner_findings.VERSION
    + 10_000 * (error_categories.VERSION + finding_usage.VERSION)
    + 100 * code_mistakes.VERSION
    + finding_corrections.VERSION
)
_AT_ONCE = 20
"""Sessions a transaction (as judging)."""


def learn_lessons(
    config: Config,
    *,
    pause: Callable[[], None] = lambda: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Learn lessons from changed sessions and update the lessons' states; return how many sessions there were.

    ``pause`` is called between groups and may raise to end the run; what was stored stays.

    Raises:
        StoreBusy: another run is learning lessons.
        StoreError: the store cannot be used.
    """
    if not config.lessons_enabled:
        return 0
    with Store.open(config.home) as store, hold_lock(config.home, "lessons"):
        mark = ",".join(config.lessons_ignore).encode()
        faults = scored_edits.fault_marks(store)
        hashes = {
            uid: known + mark + faults.get(uid, b"") for uid, known in stories.hash_inputs(store.connection).items()
        }
        stale = store.find_stale(KIND, hashes, VERSION)
        if stale:
            scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        for start in range(0, len(stale), _AT_ONCE):
            pause()
            some = stale[start : start + _AT_ONCE]
            told = {
                story.session: _learn_session(store, story, scrubber) for story in stories.read_stories(store, some)
            }
            store_occurrences(store, config, some, [one for kept in told.values() for one in kept])
            values = {uid: usage_lessons.encode_proposals(told.get(uid, ()), scrubber) for uid in some}
            with store.begin_writing() as connection:
                derived_values.put(
                    connection, KIND, [DerivedValue(uid, hashes[uid], values[uid]) for uid in some], VERSION
                )
        if stale:
            usage_lessons.teach(store, KIND)
        join_briefs(store)
        _settle_states(store, now())
        return len(stale)


def _learn_session(store: Store, story: Story, scrubber: Scrubber) -> list[LessonOccurrence]:
    """Return what went wrong in a session; logs that imitate an agent teach nothing."""
    if not story.real:
        return []
    found: list[RawOccurrence] = [
        *code_mistakes.find_code_mistakes(story, store.body),
        *find_tool_failures(story, store.body),
    ]
    found += finding_usage.find_usage_mistakes(story, store.body)
    found += scanner_findings.find_introduced_faults(story, _read_finding_changes(store, story), store.body)
    found += find_user_corrections(story, finding_corrections.find_corrections(story), store.body)
    return scrub_occurrences(found, story, scrubber, actor_of(store.salt))


def _read_finding_changes(store: Store, story: Story) -> list[EditFindings]:
    """Return what a session's edits did to the findings of their files; an empty list where none was scanned.

    Scanning comes after lessons: a session in which an edit brought something in is learned from once more.
    """
    value = store.get_derived(scored_edits.KIND, story.session)
    edits = scored_edits.decode_edits(value.value) if value is not None else []
    return [EditFindings(edit.call, edit.path, edit.at, edit.change) for edit in edits]


def actor_of(salt: bytes) -> str:
    """Return a pseudonym of this installation's user that another installation cannot make."""
    return "u-" + blake2b(b"actor", key=salt, digest_size=4).hexdigest()


def scrub_occurrences(
    found: Sequence[RawOccurrence], story: Story, scrubber: Scrubber, actor: str
) -> list[LessonOccurrence]:
    """Return the occurrences with scrubbed texts."""
    plain = [
        text
        for one in found
        for text in (one.message, one.file, one.code, one.fix, one.template.description, one.template.cause)
    ]
    clean = iter(scrubber.texts(plain))
    kept = []
    for one in found:
        message, file, code, fix, description, cause = (next(clean) for _ in range(6))
        at = datetime.fromtimestamp(one.at, UTC) if one.at is not None else story.first_at
        occurrence = Occurrence(
            session=story.session,
            event=one.event,
            at=at,
            project=story.project_name,
            file=file or None,
            model=story.model,
            agent=story.agent,
            message=message,
            code=code or None,
            source=one.source,
            cost_s=one.cost_s or 0.0,
            fix=fix or None,
        )
        template = one.template
        lesson = Lesson(
            id=f"l-{template.key.hex()}",
            slug=slug_of(template.subject, template.category, template.key),
            kind=template.kind,
            subject=template.subject,
            category=template.category,
            severity=template.severity,
            description=description,
            root_cause=cause,
            trigger=template.trigger,
            steps=template.steps,
            scope_of=story.project_name,
            actor=actor,
            quoted=template.quoted,
            first_seen=at,
            last_seen=at,
        )
        kept.append(LessonOccurrence(template.key, lesson, occurrence, one.fixed))
    return kept


def store_occurrences(
    store: Store, config: Config, sessions: Sequence[bytes], kept: Iterable[LessonOccurrence]
) -> None:
    """Store the occurrences, except for deleted lessons and ignored categories."""
    with store.begin_writing() as connection:
        unwanted = reads.read_deleted(connection)
        wanted = [one for one in kept if one.key not in unwanted and one.lesson.category not in config.lessons_ignore]
        writing.put(
            connection,
            sessions,
            wanted,
            _find_aliases(reads.read_lessons(connection), reads.read_keys(connection), wanted),
        )


def _find_aliases(
    known: Sequence[Lesson], keys: dict[bytes, bytes], kept: Iterable[LessonOccurrence]
) -> dict[bytes, bytes]:
    """Map each new key that means a lesson known by another key to that lesson's id; quotations are never merged.

    A lesson that came from a file has a key of its own and the learned lesson's name: they are matched by the
    name.
    """
    by_name = {lesson.slug: lesson for lesson in known}
    by_place: dict[tuple[str, str, str], list[Lesson]] = {}
    for lesson in known:
        by_place.setdefault((lesson.kind, lesson.subject, lesson.category), []).append(lesson)
    aliases: dict[bytes, bytes] = {}
    seen = set(keys)
    for one in kept:
        if one.key in seen:
            continue
        seen.add(one.key)
        lesson = one.lesson
        if (same := by_name.get(lesson.slug)) is not None:
            aliases[one.key] = writing.id_of(same)
            continue
        place = by_place.setdefault((lesson.kind, lesson.subject, lesson.category), [])
        near = [] if lesson.quoted else [other for other in place if not other.quoted]
        best = max(near, key=lambda other: merging.measure_similarity(lesson, other), default=None)
        if best is not None and merging.measure_similarity(lesson, best) >= merging.MERGE_SIMILARITY:
            aliases[one.key] = writing.id_of(best)
        else:
            place.append(lesson)
    return aliases


def _settle_states(store: Store, now: datetime) -> None:
    """Set each lesson's state to what its evidence gives today."""
    with store.begin_writing() as connection:
        states = {
            writing.id_of(lesson): state
            for lesson in reads.read_lessons(connection)
            if (state := settle_state(lesson, now)) is not lesson.state
        }
        writing.set_states(connection, states)
