"""Learn lessons from what went wrong in each session whose log changed, merged with the lessons that are known.

Stories are read here and analysed by pure rules in ``lessons``. What these give is scrubbed once more, as it is
cut out of larger texts, and stored with the session's hash in one transaction. It may be killed at any moment and
goes on from there.

Sessions are learned from in the order in which they began: which of two like lessons comes first, and with it what the
next is merged into, must not hang on the order in which their files were read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Protocol

from twiceshy.archive import brief_outcomes, derived_values, scored_edits, session_cases
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.bundle_rows import read_endorsed_lessons
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.lesson_table import KEYED
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads import calls, lesson_cases, rules, stories
from twiceshy.archive.reads import lessons as reads
from twiceshy.archive.reads.sessions import list_by_begin
from twiceshy.archive.times import format_time
from twiceshy.base.config import Config
from twiceshy.judgement.outcomes import corrections as finding_corrections
from twiceshy.judgement.outcomes import effect
from twiceshy.judgement.outcomes.corrections import counts
from twiceshy.lessons import code_mistakes, error_categories
from twiceshy.lessons import usage_mistakes as finding_usage
from twiceshy.lessons.code_mistakes import EditFindings, link_corrections, mark_corrected
from twiceshy.lessons.confidence import Hearsay, hear_team, settle_state
from twiceshy.lessons.merging import find_aliases
from twiceshy.lessons.occurrences import actor_of, scrub_occurrences
from twiceshy.lessons.recipes.current_lessons import RETIRED_NOTE
from twiceshy.lessons.recipes.machine_lessons import learn_troubles
from twiceshy.lessons.recurring_troubles import is_over
from twiceshy.lessons.recurring_words import choose_words
from twiceshy.lessons.usage_mistakes import elect, list_values
from twiceshy.lessons.user_corrections import find_user_corrections
from twiceshy.lessons.wrong_calls import find_tool_failures
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.readers import speaker_of
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.codec import Codec
from twiceshy.records.lessons import Lesson, LessonKind, LessonOccurrence, PreventionStep
from twiceshy.records.rules import RuleKind
from twiceshy.records.stories import Story

# Store what sessions propose for usage lessons, and let all proposals decide what each lesson advises.

NOTHING = b"1"
_PROPOSALS = Codec(dict[bytes, list[tuple[PreventionStep, ...]]], *KEYED)


def encode_proposals(kept: Iterable[LessonOccurrence], scrubber: Scrubber) -> bytes:
    """Encode the steps that a session's occurrences propose as scrubbed JSON, by key."""
    found: dict[bytes, list[tuple[PreventionStep, ...]]] = {}
    for one in kept:
        if one.lesson.kind is LessonKind.USAGE and one.lesson.steps:
            found.setdefault(one.key, []).append(one.lesson.steps)
    return str(scrubber.text(_PROPOSALS.encode(found).decode())).encode() if found else NOTHING


def join_proposals(known: bytes, kept: Iterable[LessonOccurrence], scrubber: Scrubber) -> bytes:
    """Add what these occurrences propose to the earlier proposals."""
    more = encode_proposals(kept, scrubber)
    if NOTHING in {known, more}:
        return more if known == NOTHING else known
    found = _PROPOSALS.decode(known)
    for key, steps in _PROPOSALS.decode(more).items():
        found.setdefault(key, []).extend(steps)
    return _PROPOSALS.encode(found)


class PastCalls(Protocol):
    """Where calls that worked are read: in the store, or in those of many."""

    def read_inputs(self, tool: str) -> Iterable[Mapping[str, object]]:
        """Yield what ``successful_calls.read_inputs`` does."""
        ...

    def read_commands(self, program: str, word: str) -> Iterable[tuple[str, str]]:
        """Yield what ``successful_calls.read_commands`` does."""
        ...


class StoredCalls:
    """Those of one store."""

    def __init__(self, store: Store) -> None:
        self.read_inputs = partial(calls.read_successful_inputs, store.connection)
        self.read_commands = partial(calls.read_commands, store.connection)


def teach(store: Store, kind: str, past: PastCalls | None = None) -> int:
    """Update the lessons' steps from all proposals; return how many lessons changed.

    ``past``: where calls that worked are read; None: in the store.
    """
    past = past or StoredCalls(store)
    keys = reads.read_keys(store.connection)
    by_lesson: dict[bytes, list[tuple[PreventionStep, ...]]] = {}
    for kept in derived_values.read_all(store.connection, kind):
        for key, proposed in decode_steps(kept.value).items():
            if (known := keys.get(key)) is not None:
                by_lesson.setdefault(known, []).extend(proposed)
    taught = [
        better
        for lesson in reads.read_lessons(store.connection)
        if lesson.kind is LessonKind.USAGE
        and (better := elect(lesson, by_lesson.get(writing.id_of(lesson), ()), partial(read_successes, past))) != lesson
    ]
    if taught:
        with store.begin_writing() as connection:
            for lesson in taught:
                writing.set_steps(connection, lesson)
    return len(taught)


def decode_steps(value: bytes) -> Mapping[bytes, list[tuple[PreventionStep, ...]]]:
    """Decode the proposals of one session; empty if its value has another form."""
    return _PROPOSALS.decode(value) if value.startswith(b"{") else {}


def read_successes(past: PastCalls, lesson: Lesson, word: str) -> list[Mapping[str, object]]:
    """Return the inputs of every past call of the lesson's tool that worked.

    If the lesson is about command lines, only those with that word are read.
    """
    if lesson.trigger.parameter != "command":
        return list(past.read_inputs(lesson.subject))
    program = lesson.subject.split(" ", 1)[0]
    return [
        value for command, hidden in past.read_commands(program, word) for value in list_values(lesson, command, hidden)
    ]


# Join the lessons given in briefs with their outcomes after each learning, and find those that do not help.

WORTH = 0.01
"""Share of sessions in which the mistake comes again that telling has to take away. Guess of 2026-11-21: a mistake
comes again in few sessions, so the share that a warning at a call has to take away would retire every lesson."""


def join_briefs(store: Store) -> int:
    """Join the lessons given in briefs with their outcomes; return how many outcomes are known."""
    with store.begin_writing() as connection:
        known = brief_outcomes.update_outcomes(connection)
    if known or store.note(RETIRED_NOTE):
        store.put_note(RETIRED_NOTE, ",".join(sorted(find_retired(store))))
    return known


def find_retired(store: Store) -> list[str]:
    """Return the ids of lessons that do not help when briefed, by the same proof as for rules."""
    told = [one for one in rules.read_advice_cases(store.connection) if one.category == RuleKind.TOLD]
    return [one.rule for one in effect.estimate_rules(told, worth=WORTH) if one.retired]


# Let all occurrences choose the words of each lesson from tests, compilers and linters, after they were stored.


def choose_all_words(store: Store, scrubber: Scrubber) -> int:
    """Update the words of such lessons; return how many changed.

    What a person wrote is kept apart and stands before these.
    """
    sessions_of = lesson_cases.count_sessions(store.connection)
    said = lesson_cases.read_messages(store.connection)
    by_id = {lesson: list(some) for lesson, some in groupby(said, key=attrgetter("lesson"))}
    changed = []
    for key, lesson in reads.read_learned(store.connection, list(by_id)).items():
        words = choose_words(lesson, by_id[key], sessions_of)
        if words != (lesson.description, lesson.quoted):
            changed.append(replace(lesson, description=scrubber.text(words.description), quoted=words.quoted))
    if changed:
        with store.begin_writing() as connection:
            for lesson in changed:
                writing.set_words(connection, lesson)
    return len(changed)


KIND = "lessons"
VERSION = (
    1_000_000 * code_mistakes.FAULTS_VERSION
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
            teach(store, KIND)
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
    found = [DerivedValue(uid, seen, encode_proposals(told.get(uid, ()), scrubber)) for uid, seen in hashes.items()]
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
        *mark_corrected(code_mistakes.find_introduced_faults(story, edits, store.body), linked),
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
