"""How calls went that usage lessons call wrong: their forms looked for in every session as the gate looks for them.

A form is known from the session on that first proposed it; trials before that are counted and not held against it, so
that a replay uses nothing that was not known then. What lessons propose is looked at, not only what they say today: a
validator that a later success contradicted was there before, and its wrong warnings count.
"""

import json
import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.advice.keys import LONGEST_COMMAND, mark, of_named_tool, of_program, program
from twiceshy.advice.trials import tallied
from twiceshy.facts.first_word import first_word
from twiceshy.flows.lessons import KIND as PROPOSALS
from twiceshy.flows.trials import packed, unpacked
from twiceshy.flows.usage_lessons import steps_in
from twiceshy.lessons.calls import fields
from twiceshy.lessons.wrong_forms import COMMAND, WrongForm, wrong_forms
from twiceshy.records.lessons import Kind, Lesson, State
from twiceshy.records.rules import Fate, RuleKind, Tally, Trial
from twiceshy.store import lessons as writing
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.reads import lessons as lesson_reads
from twiceshy.store.reads import rules as reads
from twiceshy.store.reads import stories
from twiceshy.store.reads.rules import Called

KIND = "lesson-trials"
VERSION = 1
AT_ONCE = 50
WINDOW = 10
"""Earlier calls among which one that has to come first is looked for, as the gate does."""
SHOWN = frozenset({State.ACTIVE, State.PROMOTED})


class Form(NamedTuple):
    """One wrong form of one lesson."""

    id: bytes
    """9 bytes, under which its trials are counted."""
    wrong: WrongForm
    lesson: Lesson
    since: int
    """Place in the order of time of the session that proposed it; behind all where none did."""
    said: bool
    """Whether the lesson says it today, and may be shown."""

    @property
    def runs(self) -> bool:
        """Whether it is about a command line."""
        return self.wrong.parameter == COMMAND

    @property
    def program(self) -> str:
        """What a command line has to begin with."""
        return self.wrong.subject.split()[0]


def forms(store: Store) -> tuple[list[Form], int]:
    """Everything that sessions proposed and lessons say, and how much of what they say today cannot be told so."""
    known = [one for one in lesson_reads.lessons(store.connection) if one.kind is Kind.USAGE]
    by_key = lesson_reads.keys(store.connection)
    by_id = {writing.id_of(lesson): lesson for lesson in known}
    found: dict[bytes, Form] = {}
    sessions = reads.in_order(store.connection)
    for place, stored in enumerate(sessions):
        value = store.derived(PROPOSALS, stored.session)
        for key, proposed in steps_in(value.value).items() if value is not None else ():
            if (lesson := by_id.get(by_key.get(key, b""))) is not None:
                for steps in proposed:
                    for wrong in wrong_forms(lesson.subject, lesson.trigger.parameter, steps)[0]:
                        one = Form(form_id(lesson, wrong), wrong, lesson, place, said=False)
                        found.setdefault(one.id, one)
    left_out = 0
    for lesson in known:
        today, left = wrong_forms(lesson.subject, lesson.trigger.parameter, lesson.steps)
        left_out += left
        for wrong in today:
            new = Form(form_id(lesson, wrong), wrong, lesson, len(sessions), said=False)
            found[new.id] = found.get(new.id, new)._replace(said=lesson.state in SHOWN and not lesson.quoted)
    return sorted(found.values()), left_out


def form_id(lesson: Lesson, wrong: WrongForm) -> bytes:
    """The same whenever the same is proposed; its words are no part of it."""
    text = json.dumps([lesson.id, *wrong[:4]])
    return b"l" + blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()


def keep_lesson_trials(store: Store, known: Sequence[Form], pause: Callable[[], None] = lambda: None) -> int:
    """How many sessions were looked at: new ones, and all where there are other forms than before."""
    digest = blake2b(b"".join(form.id for form in known), digest_size=8).digest()
    hashes = {uid: seen + digest for uid, seen in stories.inputs(store.connection).items()}
    stale = store.stale(KIND, hashes, VERSION)
    find = finder(known)
    for start in range(0, len(stale), AT_ONCE):
        pause()
        some = stale[start : start + AT_ONCE]
        values = [Derived(uid, hashes[uid], packed(tallied(find(store, uid)))) for uid in some]
        store.put_derived(KIND, values, VERSION)
    return len(stale)


def kept_lesson_trials(store: Store, known: Iterable[Form]) -> dict[bytes, tuple[list[Tally], list[Tally]]]:
    """For each session the trials of forms that were known then, and of those that were not yet."""
    since = {form.id: form.since for form in known}
    found = {}
    for place, stored in enumerate(reads.in_order(store.connection)):
        value = store.derived(KIND, stored.session)
        tallies = [one for one in unpacked(value.value) if one.key in since] if value is not None else []
        before = [one for one in tallies if since[one.key] < place]
        found[stored.session] = before, [one for one in tallies if since[one.key] >= place]
    return found


def finder(known: Sequence[Form]) -> Callable[[Store, bytes], Iterator[Trial]]:
    """What finds a session's trials of these forms."""
    by_name: dict[tuple[bool, str], list[Form]] = defaultdict(list)
    for form in known:
        by_name[form.runs, form.program if form.runs else form.wrong.subject].append(form)
    tools = {name for runs, name in by_name if not runs}

    def found(store: Store, session: bytes) -> Iterator[Trial]:
        if by_name:
            yield from trials(reads.called(store, session, tools), by_name)

    return found


def trials(calls: Iterable[Called], by_name: Mapping[tuple[bool, str], list[Form]]) -> Iterator[Trial]:
    """Each call that a form matches, and how it went."""
    recent: dict[bytes | None, deque[frozenset[str]]] = defaultdict(lambda: deque(maxlen=WINDOW))
    for call in calls:
        if call.uid is None:
            for window in recent.values():
                window.append(frozenset())
            continue
        fate = fate_of(call)
        if fate is None:
            continue
        runs = call.action == "run"
        mine = by_name.get((runs, program(call.command) if runs else call.tool.lower()), ())
        for form in mine if not (runs and call.masked and fate is Fate.FINE) else ():
            if matches(form, call):
                applies = not form.wrong.first or not came(form.wrong.first, recent[call.run])
                error = call.error if fate is Fate.FAILED else b""
                yield Trial(RuleKind.LESSON, form.id, call.uid, fate, applies, error)
        recent[call.run].append(frozenset({first_word(call.command), call.tool.lower()}))


def fate_of(call: Called) -> Fate | None:
    """Whether it worked; None where it was not made."""
    return {None: Fate.FINE, "error": Fate.FAILED}.get(call.failure)


def matches(form: Form, call: Called) -> bool:
    """Whether the call has the form, apart from what came before it."""
    if form.runs:
        text: object = call.command if len(call.command) < LONGEST_COMMAND or not form.wrong.expected else ""
    else:
        text = fields(call.given).get(form.wrong.parameter) if form.wrong.parameter else ""
    if form.wrong.parameter == "":
        return True
    return isinstance(text, str) and bool(text) and searcher(form.wrong.pattern)(text) is not None


@cache
def searcher(text: str) -> Callable[[str], re.Match[str] | None]:
    """The pattern, ready to search; it was found to be readable and fast before."""
    return re.compile(text).search


def came(first: str, window: Iterable[frozenset[str]]) -> bool:
    """Whether a call was made within these, as the spool knows calls: a command by its first word."""
    name = first.lower() if "__" in first else first_word(first)
    return any(name in names for names in window)


def key_of(form: Form, salt: bytes) -> bytes:
    """Under which the gate finds it."""
    return of_program(form.program, salt) if form.runs else of_named_tool(form.wrong.subject, salt)


def condition_of(form: Form, salt: bytes) -> str:
    """What the gate looks at besides."""
    if form.wrong.first:
        return f"without:{mark(form.wrong.first, salt)}"
    return "" if form.runs else f"input:{form.wrong.parameter}"
