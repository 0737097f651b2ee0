"""Learn lessons from what went wrong in each session whose log changed, merged with the lessons that are known.

Stories are read here and analysed by pure rules in ``lessons``. What these give is scrubbed once more, as it is
cut out of larger texts, and stored with the session's hash in one transaction. It may be killed at any moment and
goes on from there.

Sessions are learned from in the order in which they began: which of two like lessons comes first, and with it what the
next is merged into, must not hang on the order in which their files were read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from twiceshy.archive import lesson_rows as writing
from twiceshy.archive import scored_edits, session_cases
from twiceshy.archive.bundle_rows import read_endorsed_lessons
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads import lessons as reads
from twiceshy.archive.reads import stories
from twiceshy.archive.reads.session_times import list_by_begin
from twiceshy.archive.times import format_time
from twiceshy.base.config import Config
from twiceshy.judgement.outcomes import corrections as finding_corrections
from twiceshy.judgement.outcomes.corrections import counts
from twiceshy.lessons import code_mistakes, error_categories, scanner_findings
from twiceshy.lessons import usage_mistakes as finding_usage
from twiceshy.lessons.clean_occurrence import actor_of, scrub_occurrences
from twiceshy.lessons.confidence import Hearsay, hear_team, settle_state
from twiceshy.lessons.corrected_faults import link_corrections, mark_corrected
from twiceshy.lessons.merging import find_aliases
from twiceshy.lessons.recipes import usage_lessons
from twiceshy.lessons.recipes.brief_effects import join_briefs
from twiceshy.lessons.recipes.chosen_words import choose_all_words
from twiceshy.lessons.recipes.machine_lessons import learn_troubles
from twiceshy.lessons.recurring_troubles import is_over
from twiceshy.lessons.scanner_findings import EditFindings
from twiceshy.lessons.tool_failures import find_tool_failures
from twiceshy.lessons.user_corrections import find_user_corrections
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.readers import speaker_of
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.lessons import Lesson, LessonOccurrence
from twiceshy.records.stories import Story

KIND = "lessons"
VERSION = (
    1_000_000 * scanner_findings.VERSION
    + 10_000 * (error_categories.VERSION + finding_usage.VERSION)
    + 100 * code_mistakes.VERSION
    + finding_corrections.VERSION
)
_WORDING = "lesson wording"
"""Note of the store: whether sessions were learned from and what they propose is not yet in the lessons."""
AT_ONCE = 20
"""Sessions a transaction, as in judging (guess of 2026-11-21); what is merged with what hangs on it."""


def learn_lessons(
    config: Config,
    *,
    keep_cases: bool = False,
    pause: Callable[[], None] = lambda: None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Learn lessons from changed sessions and update the lessons' states; return how many sessions there were.

    ``pause`` is called between groups and may raise to end the run; what was stored stays. ``progress`` gets how many
    sessions are done, and of how many. ``keep_cases``: keep each session's cases as they were before they were merged
    into lessons, so that the cases of many stores can be merged anew.

    Raises:
        StoreBusy: another run is learning lessons.
        StoreError: the store cannot be used.
    """
    if not config.lessons_enabled:
        return 0
    with Store.open(config.home) as store, hold_lock(config.home, "lessons"):
        hashes = _hash_inputs(store, config)
        faults = StepFaults(store, "lessons", VERSION)
        stale = faults.select(store.find_stale(session_cases.KIND if keep_cases else KIND, hashes, VERSION), hashes)
        scrubber = _make_scrubber(store, config)
        if stale:
            store.put_note(_WORDING, "due")  # a run that is killed leaves word for the next

            def act(some: list[bytes]) -> None:
                _learn_sessions(store, config, {uid: hashes[uid] for uid in some}, scrubber, keep_cases=keep_cases)

            for start in range(0, len(stale), AT_ONCE):
                pause()
                progress(start, len(stale))
                faults.act_on(stale[start : start + AT_ONCE], act, hashes)
        if store.note(_WORDING) == "due":
            usage_lessons.teach(store, KIND)
            choose_all_words(store, scrubber)
            store.put_note(_WORDING, "done")
        troubles = learn_troubles(store, config, scrubber)
        finish_lessons(store, now(), troubles)
        return len(stale)


def finish_lessons(store: Store, now: datetime, troubles: frozenset[str]) -> None:
    """Update what hangs on all lessons together: quotations, briefs' outcomes and states."""
    with store.begin_writing() as connection:
        writing.quote_repeats(connection)
    join_briefs(store)
    _settle_states(store, now, troubles)


def _make_scrubber(store: Store, config: Config) -> Scrubber:
    """Return a scrubber by the user's settings."""
    return Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)


def _hash_inputs(store: Store, config: Config) -> dict[bytes, bytes]:
    """Return for each session, the first begun first, a hash of all that its lessons are learned from."""
    mark = ",".join(config.lessons_ignore).encode()
    faults = scored_edits.fault_marks(store)
    known = stories.hash_inputs(store.connection)
    ordered = [uid for uid in list_by_begin(store.connection) if uid in known]
    return {uid: known[uid] + mark + faults.get(uid, b"") for uid in ordered}


def _learn_sessions(
    store: Store, config: Config, hashes: Mapping[bytes, bytes], scrubber: Scrubber, *, keep_cases: bool
) -> None:
    """Store what went wrong in some sessions, and the steps that they propose."""
    told = {
        story.session: _learn_session(store, story, scrubber) for story in stories.read_stories(store, list(hashes))
    }
    store_occurrences(store, config, list(hashes), [one for uid in hashes for one in told.get(uid, ())])
    found = [
        DerivedValue(uid, seen, usage_lessons.encode_proposals(told.get(uid, ()), scrubber))
        for uid, seen in hashes.items()
    ]
    store.put_derived(KIND, found, VERSION)
    if keep_cases:
        cases = [DerivedValue(uid, seen, session_cases.encode_cases(told.get(uid, ()))) for uid, seen in hashes.items()]
        store.put_derived(session_cases.KIND, cases, VERSION)


def _learn_session(store: Store, story: Story, scrubber: Scrubber) -> list[LessonOccurrence]:
    """Return what went wrong in a session; logs that imitate an agent teach nothing."""
    if not story.real:
        return []
    edits = _read_finding_changes(store, story)
    corrections = list(filter(counts, finding_corrections.find_corrections(story, speaker_of(story.agent))))
    linked = link_corrections(story, corrections, edits)
    told = {moment.step.uid for moment in linked.values()}
    found = [
        *code_mistakes.find_code_mistakes(story, store.body),
        *find_tool_failures(story, store.body),
        *finding_usage.find_usage_mistakes(story, store.body),
        *mark_corrected(scanner_findings.find_introduced_faults(story, edits, store.body), linked),
        *find_user_corrections(story, (one for one in corrections if one.prompt not in told), store.body),
    ]
    return scrub_occurrences(found, story, scrubber.texts, actor_of(store.salt))


def _read_finding_changes(store: Store, story: Story) -> list[EditFindings]:
    """Return what a session's edits did to the findings of their files; an empty list where none was scanned.

    Scanning comes after lessons: a session in which an edit brought something in is learned from once more.
    """
    value = store.get_derived(scored_edits.KIND, story.session)
    edits = scored_edits.decode_edits(value.value) if value is not None else []
    return [EditFindings(edit.call, edit.path, edit.at, edit.change) for edit in edits]


def store_occurrences(
    store: Store, config: Config, sessions: Sequence[bytes], kept: Iterable[LessonOccurrence]
) -> None:
    """Store the occurrences, except for deleted lessons and ignored categories."""
    with store.begin_writing() as connection:
        unwanted = reads.read_deleted(connection)
        wanted = [one for one in kept if one.key not in unwanted and one.lesson.category not in config.lessons_ignore]
        wanted = _leave_out_copies(wanted, reads.read_spoken(connection))
        same = _find_aliases(store, wanted)
        writing.put(connection, sessions, wanted, {key: writing.id_of(lesson) for key, lesson in same.items()})


def _leave_out_copies(
    told: Iterable[LessonOccurrence], stored: Iterable[tuple[bytes, str, str, str]]
) -> list[LessonOccurrence]:
    """Return the occurrences without what a person said once, and a session of another agent repeats.

    A session that was copied or resumed there has the same words at the same moment; nobody says them twice at once.
    """
    agents = {(key, at, words): agent for key, at, words, agent in stored}
    kept = []
    for one in told:
        case = one.occurrence
        if case.at is not None and case.source in {"correction", "rejection"}:
            said = (one.key, format_time(case.at) or "", str(case.message))
            if agents.setdefault(said, case.agent) != case.agent:
                continue
        kept.append(one)
    return kept


def _find_aliases(store: Store, kept: Sequence[LessonOccurrence]) -> dict[bytes, Lesson]:
    """Map each new key that means a known lesson to that lesson; lessons are read only where a key is new."""
    keys = reads.read_keys(store.connection)
    if all(one.key in keys for one in kept):
        return {}
    known = [one for one in reads.read_lessons(store.connection) if one.team is None or not one.team.only]
    return find_aliases(known, keys, kept)


def _settle_states(store: Store, now: datetime, troubles: frozenset[str]) -> None:
    """Set each lesson's state to what its evidence gives today; ``troubles``: lessons on those that recur."""
    with store.begin_writing() as connection:
        work = reads.read_last_work(connection, now)
        endorsed = read_endorsed_lessons(connection)
        states = {
            uid: state
            for lesson in reads.read_lessons(connection)
            for uid in (writing.id_of(lesson),)
            for known in (hear_team(lesson, Hearsay(over=is_over(lesson, troubles), endorsed=uid in endorsed)),)
            if (state := settle_state(lesson, work, known)) is not lesson.state
        }
        writing.set_states(connection, states)
