"""Find how calls ended that usage lessons call wrong: every session is searched for them as the gate does it.

A form is known from the session on that first proposed it. Trials before that are counted but not held against it,
so that a replay uses nothing that was not known then. All that lessons proposed is looked at, not only what they
say today: a validator that a later success contradicted was there before, and its wrong warnings count.
"""

import json
import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.advice.trials import tally_trials
from twiceshy.facts.keys.gate_keys import (
    LONGEST_COMMAND,
    first_word,
    key_of_program,
    key_of_tool_name,
    make_spool_tool,
    make_spool_word,
    program_of,
)
from twiceshy.flows.advise.rule_trials import decode_tallies, encode_tallies
from twiceshy.flows.lessons.learn_from_sessions import KIND as PROPOSALS
from twiceshy.flows.lessons.usage_lessons import decode_steps
from twiceshy.lessons.call_patterns import COMMAND, CallPattern, find_call_patterns
from twiceshy.lessons.tool_calls import parse_fields
from twiceshy.records.lessons import Lesson, LessonKind, LessonState
from twiceshy.records.rules import Fate, RuleKind, Trial, TrialTally
from twiceshy.store import lesson_rows as writing
from twiceshy.store.db import Store
from twiceshy.store.derived_values import DerivedValue
from twiceshy.store.reads import lessons as lesson_reads
from twiceshy.store.reads import rules as reads
from twiceshy.store.reads import stories
from twiceshy.store.reads.rules import SessionCall

KIND = "lesson-trials"
VERSION = 1
_AT_ONCE = 50
_WINDOW = 10
"""Earlier calls among which one that has to come first is looked for, as the gate does."""
_SHOWN = frozenset({LessonState.ACTIVE, LessonState.PROMOTED})


class LessonForm(NamedTuple):
    """One wrong form of one lesson."""

    id: bytes
    """9 bytes, under which its trials are counted."""
    wrong: CallPattern
    lesson: Lesson
    since: int
    """Place in the order of time of the session that proposed it; behind all where none did."""
    said: bool
    """Whether the lesson says it today, and may be shown."""

    @property
    def is_command(self) -> bool:
        """Whether the form is about a command line."""
        return self.wrong.parameter == COMMAND

    @property
    def program(self) -> str:
        """The program that a command line has to begin with."""
        return self.wrong.subject.split()[0]


def collect_forms(store: Store) -> tuple[list[LessonForm], int]:
    """Return every form that sessions proposed or lessons state today.

    The number beside them is how many of today's forms cannot be checked by the gate.
    """
    known = [one for one in lesson_reads.read_lessons(store.connection) if one.kind is LessonKind.USAGE]
    by_key = lesson_reads.read_keys(store.connection)
    by_id = {writing.id_of(lesson): lesson for lesson in known}
    found: dict[bytes, LessonForm] = {}
    sessions = reads.read_sessions_in_order(store.connection)
    for place, stored in enumerate(sessions):
        value = store.get_derived(PROPOSALS, stored.session)
        for key, proposed in decode_steps(value.value).items() if value is not None else ():
            if (lesson := by_id.get(by_key.get(key, b""))) is not None:
                for steps in proposed:
                    for wrong in find_call_patterns(lesson.subject, lesson.trigger.parameter, steps)[0]:
                        one = LessonForm(_form_id_of(lesson, wrong), wrong, lesson, place, said=False)
                        found.setdefault(one.id, one)
    left_out = 0
    for lesson in known:
        today, left = find_call_patterns(lesson.subject, lesson.trigger.parameter, lesson.steps)
        left_out += left
        for wrong in today:
            new = LessonForm(_form_id_of(lesson, wrong), wrong, lesson, len(sessions), said=False)
            found[new.id] = found.get(new.id, new)._replace(said=lesson.state in _SHOWN and not lesson.quoted)
    return sorted(found.values()), left_out


def _form_id_of(lesson: Lesson, wrong: CallPattern) -> bytes:
    """Return the form's id: the same whenever the same form is proposed; the lesson's words are no part of it."""
    text = json.dumps([lesson.id, *wrong[:4]])
    return b"l" + blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()


def store_lesson_trials(store: Store, known: Sequence[LessonForm], pause: Callable[[], None] = lambda: None) -> int:
    """Store the trials of sessions that are new, or of all where the forms changed; return how many sessions.

    ``pause`` is called between groups and may raise to end the run; what was stored stays.
    """
    digest = blake2b(b"".join(form.id for form in known), digest_size=8).digest()
    hashes = {uid: seen + digest for uid, seen in stories.hash_inputs(store.connection).items()}
    stale = store.find_stale(KIND, hashes, VERSION)
    find = _make_finder(known)
    for start in range(0, len(stale), _AT_ONCE):
        pause()
        some = stale[start : start + _AT_ONCE]
        values = [DerivedValue(uid, hashes[uid], encode_tallies(tally_trials(find(store, uid)))) for uid in some]
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


def _make_finder(known: Sequence[LessonForm]) -> Callable[[Store, bytes], Iterator[Trial]]:
    """Return a function that finds a session's trials of these forms."""
    by_name: dict[tuple[bool, str], list[LessonForm]] = defaultdict(list)
    for form in known:
        by_name[form.is_command, form.program if form.is_command else form.wrong.subject].append(form)
    tools = {name for runs, name in by_name if not runs}

    def find_trials(store: Store, session: bytes) -> Iterator[Trial]:
        if by_name:
            yield from _match_calls(reads.read_session_calls(store, session, tools), by_name)

    return find_trials


def _match_calls(calls: Iterable[SessionCall], by_name: Mapping[tuple[bool, str], list[LessonForm]]) -> Iterator[Trial]:
    """Yield a trial for each call that a form matches: how it ended."""
    recent: dict[bytes | None, deque[frozenset[str]]] = defaultdict(lambda: deque(maxlen=_WINDOW))
    for call in calls:
        if call.uid is None:
            for window in recent.values():
                window.append(frozenset())
            continue
        fate = _fate_of(call)
        if fate is None:
            continue
        runs = call.action == "run"
        mine = by_name.get((runs, program_of(call.command) if runs else call.tool.lower()), ())
        for form in mine if not (runs and call.masked and fate is Fate.FINE) else ():
            if _matches(form, call):
                applies = not form.wrong.first or not _was_called(form.wrong.first, recent[call.run])
                error = call.error if fate is Fate.FAILED else b""
                yield Trial(RuleKind.LESSON, form.id, call.uid, fate, applies, error)
        recent[call.run].append(frozenset({first_word(call.command), call.tool.lower()}))


def _fate_of(call: SessionCall) -> Fate | None:
    """Return whether the call worked; None where it was not made."""
    return {None: Fate.FINE, "error": Fate.FAILED}.get(call.failure)


def _matches(form: LessonForm, call: SessionCall) -> bool:
    """Tell whether the call has the form, apart from what came before it."""
    if form.is_command:
        text: object = call.command if len(call.command) < LONGEST_COMMAND or not form.wrong.expected else ""
    else:
        text = parse_fields(call.given).get(form.wrong.parameter) if form.wrong.parameter else ""
    if form.wrong.parameter == "":
        return True
    return isinstance(text, str) and bool(text) and _compile_search(form.wrong.pattern)(text) is not None


@cache
def _compile_search(text: str) -> Callable[[str], re.Match[str] | None]:
    """Return the pattern's search function; the pattern was checked before to be valid and fast."""
    return re.compile(text).search


def _was_called(first: str, window: Iterable[frozenset[str]]) -> bool:
    """Tell whether a call was made within the window, as the spool knows calls: a command by its first word."""
    name = first.lower() if "__" in first else first_word(first)
    return any(name in names for names in window)


def key_of(form: LessonForm, salt: bytes) -> bytes:
    """Return the key under which the gate finds the form."""
    return key_of_program(form.program, salt) if form.is_command else key_of_tool_name(form.wrong.subject, salt)


def condition_of(form: LessonForm, salt: bytes) -> str:
    """Return the gate's further condition; empty where there is none."""
    if form.wrong.first:
        first = form.wrong.first
        mark = make_spool_tool(first, salt) if "__" in first else make_spool_word(first_word(first), salt)
        return f"without:{mark}"
    return "" if form.is_command else f"input:{form.wrong.parameter}"
