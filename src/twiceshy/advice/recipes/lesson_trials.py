"""Find how calls ended that usage lessons call wrong: every session is searched for them as the gate does it.

A form is known from the session on that first proposed it. Trials before that are counted but not held against it,
so that a replay uses nothing that was not known then. All that lessons proposed is looked at, not only what they
say today: a validator that a later success contradicted was there before, and its wrong warnings count.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

from twiceshy.advice import lesson_forms
from twiceshy.advice.lesson_forms import LessonForm, group_forms, match_calls
from twiceshy.advice.recipes.rule_trials import decode_tallies, encode_tallies
from twiceshy.advice.trials import tally_trials
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads import lessons as lesson_reads
from twiceshy.archive.reads import rules as reads
from twiceshy.archive.reads import stories
from twiceshy.lessons.call_patterns import find_call_patterns
from twiceshy.lessons.recipes.learn_from_sessions import KIND as PROPOSALS
from twiceshy.lessons.recipes.learn_from_sessions import decode_steps
from twiceshy.lessons.steps import build_steps
from twiceshy.records.lessons import CallPattern, Lesson, LessonKind, PreventionStep
from twiceshy.records.rules import TrialTally

KIND = "lesson-trials"
VERSION = 2
_AT_ONCE = 50
"""Sessions a transaction (guess of 2026-11-21)."""


def collect_forms(store: Store) -> tuple[list[LessonForm], int]:
    """Return every form that sessions proposed or lessons state today.

    The number beside them is how many of today's forms cannot be checked by the gate.
    """
    known = [one for one in lesson_reads.read_lessons(store.connection) if one.kind is LessonKind.USAGE or one.team]
    today = [(one, *find_call_patterns(one.subject, one.trigger.parameter, _list_steps(one))) for one in known]
    proposed = _read_proposed(store, {writing.id_of(lesson): lesson for lesson in known})
    forms = lesson_forms.collect_forms(proposed, [(lesson, wrongs) for lesson, wrongs, _ in today])
    return forms, sum(left for _, _, left in today)


def _list_steps(lesson: Lesson) -> Sequence[PreventionStep]:
    """Return a lesson's steps; of one that the team's work shows also what its trigger names.

    One time here proves no step, and that the call fails for others, too, is what the team knows.
    """
    if lesson.team is None or find_call_patterns(lesson.subject, lesson.trigger.parameter, lesson.steps)[0]:
        return lesson.steps
    return (*lesson.steps, *build_steps(lesson.subject, lesson.category, lesson.trigger))


def _read_proposed(store: Store, by_id: Mapping[bytes, Lesson]) -> Iterator[list[tuple[Lesson, Sequence[CallPattern]]]]:
    """Yield for each session, oldest first, the patterns that it proposed for lessons known today."""
    by_key = lesson_reads.read_keys(store.connection)
    for stored in reads.read_sessions_in_order(store.connection):
        value = store.get_derived(PROPOSALS, stored.session)
        yield [
            (lesson, find_call_patterns(lesson.subject, lesson.trigger.parameter, steps)[0])
            for key, proposed in (decode_steps(value.value).items() if value is not None else ())
            if (lesson := by_id.get(by_key.get(key, b""))) is not None
            for steps in proposed
        ]


def store_lesson_trials(store: Store, known: Sequence[LessonForm], pause: Callable[[], None] = lambda: None) -> int:
    """Store the trials of sessions that are new, or of all where the forms changed; return how many sessions.

    ``pause`` is called between groups and may raise to end the run; what was stored stays.
    """
    digest = blake2b(b"".join(form.id for form in known), digest_size=8).digest()
    hashes = {uid: seen + digest for uid, seen in stories.hash_inputs(store.connection).items()}
    stale = store.find_stale(KIND, hashes, VERSION)
    forms = group_forms(known)
    tools = {name for runs, name in forms if not runs}
    for start in range(0, len(stale), _AT_ONCE):
        pause()
        some = stale[start : start + _AT_ONCE]
        values = []
        for uid in some:
            calls = reads.read_session_calls(store, uid, tools) if forms else ()
            values.append(DerivedValue(uid, hashes[uid], encode_tallies(tally_trials(match_calls(calls, forms)))))
        store.put_derived(KIND, values, VERSION)
    return len(stale)


def read_lesson_trials(
    store: Store, known: Iterable[LessonForm]
) -> dict[bytes, tuple[list[TrialTally], list[TrialTally]]]:
    """Return for each session the trials of forms that were known then, and of those not known yet."""
    since = {form.id: form.since for form in known}
    found = {}
    for place, stored in enumerate(reads.read_sessions_in_order(store.connection)):
        value = store.get_derived(KIND, stored.session)
        tallies = [one for one in decode_tallies(value.value) if one.key in since] if value is not None else []
        before = [one for one in tallies if since[one.key] < place]
        found[stored.session] = before, [one for one in tallies if since[one.key] >= place]
    return found
