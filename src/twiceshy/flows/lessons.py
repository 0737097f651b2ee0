"""Learning lessons: from each session whose log changed what went wrong in it, merged with what is known.

Stories are read here and told by pure rules in ``lessons``; what they give is scrubbed once more, as it is cut out of
larger texts, and stored with the session's mark in one transaction. Killed at any moment, it goes on from there.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from twiceshy.config import Config
from twiceshy.flows import scored, usage_lessons
from twiceshy.flows.told_lessons import join_told
from twiceshy.lessons import classify, merging, mistakes
from twiceshy.lessons import findings as finding_faults
from twiceshy.lessons import usage as finding_usage
from twiceshy.lessons.confidence import settled
from twiceshy.lessons.findings import Scanned
from twiceshy.lessons.objections import objections
from twiceshy.lessons.seen import Seen, slug_of
from twiceshy.lessons.tool_failures import tool_failures
from twiceshy.outcomes import corrections as finding_corrections
from twiceshy.privacy.policy import Level, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.lessons import Lesson, Occurrence
from twiceshy.records.story import Story
from twiceshy.store import derived
from twiceshy.store import lessons as writing
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.lessons import Kept
from twiceshy.store.lock import held
from twiceshy.store.reads import lessons as reads
from twiceshy.store.reads import stories

KIND = "lessons"
VERSION = 10_000 * (classify.VERSION + finding_usage.VERSION) + 100 * mistakes.VERSION + finding_corrections.VERSION
AT_ONCE = 20
"""Sessions a transaction (as judging)."""


def learn_lessons(
    config: Config,
    *,
    pause: Callable[[], None] = lambda: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """How many sessions were learned from; lessons then stand where their evidence puts them.

    ``pause`` is called between groups and may raise to end the run; what was stored stays.

    Raises:
        StoreBusy: another run is learning lessons.
        StoreError: the store cannot be used.
    """
    if not config.lessons_enabled:
        return 0
    with Store.open(config.home) as store, held(config.home, "lessons"):
        mark = ",".join(config.lessons_ignore).encode()
        faults = scored.marks_of_faults(store)
        hashes = {uid: known + mark + faults.get(uid, b"") for uid, known in stories.inputs(store.connection).items()}
        stale = store.stale(KIND, hashes, VERSION)
        if stale:
            scrubber = Scrubber(load_rules(), store.salt, Level(config.privacy_level), cache=config.cache)
        for start in range(0, len(stale), AT_ONCE):
            pause()
            some = stale[start : start + AT_ONCE]
            told = {story.session: learned(store, story, scrubber) for story in stories.stories(store, some)}
            put(store, config, some, [one for kept in told.values() for one in kept])
            values = {uid: usage_lessons.proposals(told.get(uid, ()), scrubber) for uid in some}
            with store.writing() as connection:
                derived.put(connection, KIND, [Derived(uid, hashes[uid], values[uid]) for uid in some], VERSION)
        if stale:
            usage_lessons.teach(store, KIND)
        join_told(store)
        settle(store, now())
        return len(stale)


def learned(store: Store, story: Story, scrubber: Scrubber) -> list[Kept]:
    """What went wrong in a session; logs that imitate an agent teach nothing."""
    if not story.real:
        return []
    found: list[Seen] = [*mistakes.mistakes(story, store.body), *tool_failures(story, store.body)]
    found += finding_usage.usage(story, store.body)
    found += finding_faults.findings(story, scanned(store, story), store.body)
    found += objections(story, finding_corrections.corrections(story), store.body)
    return kept_of(found, story, scrubber, actor_of(store.salt))


def scanned(store: Store, story: Story) -> list[Scanned]:
    """What a session's edits did to the findings of their files; nothing where none was scanned.

    Scanning comes after lessons: a session in which an edit brought something in is learned from once more.
    """
    value = store.derived(scored.KIND, story.session)
    edits = scored.unpacked(value.value) if value is not None else []
    return [Scanned(edit.call, edit.path, edit.at, edit.change) for edit in edits]


def actor_of(salt: bytes) -> str:
    """A pseudonym of this installation's user that another installation cannot make."""
    return "u-" + blake2b(b"actor", key=salt, digest_size=4).hexdigest()


def kept_of(found: Sequence[Seen], story: Story, scrubber: Scrubber, actor: str) -> list[Kept]:
    """The occurrences with scrubbed texts."""
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
        kept.append(Kept(template.key, lesson, occurrence, one.fixed))
    return kept


def put(store: Store, config: Config, sessions: Sequence[bytes], kept: Iterable[Kept]) -> None:
    """Nothing; the occurrences are stored, but for lessons that nobody wants."""
    with store.writing() as connection:
        unwanted = reads.deleted(connection)
        wanted = [one for one in kept if one.key not in unwanted and one.lesson.category not in config.lessons_ignore]
        writing.put(connection, sessions, wanted, merged(reads.lessons(connection), reads.keys(connection), wanted))


def merged(known: Sequence[Lesson], keys: dict[bytes, bytes], kept: Iterable[Kept]) -> dict[bytes, bytes]:
    """For each new key that means a lesson with another key that lesson's id; quotations are never merged so.

    A lesson that came from a file has its own key and the name of the one that is learned: the name is its.
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
        best = max(near, key=lambda other: merging.alike(lesson, other), default=None)
        if best is not None and merging.alike(lesson, best) >= merging.SAME:
            aliases[one.key] = writing.id_of(best)
        else:
            place.append(lesson)
    return aliases


def settle(store: Store, now: datetime) -> None:
    """Nothing; each lesson stands where its evidence puts it today."""
    with store.writing() as connection:
        states = {
            writing.id_of(lesson): state
            for lesson in reads.lessons(connection)
            if (state := settled(lesson, now)) is not lesson.state
        }
        writing.set_states(connection, states)
