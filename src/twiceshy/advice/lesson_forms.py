"""The wrong forms that usage lessons warn of, and how calls of these forms ended, found as the gate finds them."""

import json
import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.commands.keys.gate_keys import (
    LONGEST_COMMAND,
    first_word,
    key_of_program,
    key_of_tool_name,
    make_spool_run,
    make_spool_tool,
    name_condition,
    name_run,
    program_of,
)
from twiceshy.records.lessons import COMMAND, CallPattern, Lesson, LessonState
from twiceshy.records.rules import Fate, RuleKind, SessionCall, Trial
from twiceshy.stats.text.json_fields import parse_fields

_WINDOW = 10
"""Earlier calls among which one that has to come first is looked for (defined by the gate)."""
_SHOWN = frozenset({LessonState.ACTIVE, LessonState.PROMOTED})
LessonPatterns = Iterable[tuple[Lesson, Sequence[CallPattern]]]
FormsByName = Mapping[tuple[bool, str], Sequence["LessonForm"]]
"""Forms by whether they are about commands, and by the program or tool."""


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


def collect_forms(proposed: Iterable[LessonPatterns], today: LessonPatterns) -> list[LessonForm]:
    """Return every form that sessions proposed, oldest session first, or lessons state today."""
    found: dict[bytes, LessonForm] = {}
    place = -1
    for place, patterns in enumerate(proposed):
        for lesson, wrongs in patterns:
            for wrong in filter(_says_something, wrongs):
                one = LessonForm(_form_id_of(lesson, wrong), wrong, lesson, place, said=False)
                found.setdefault(one.id, one)
    for lesson, wrongs in today:
        for wrong in filter(_says_something, wrongs):
            new = LessonForm(_form_id_of(lesson, wrong), wrong, lesson, place + 1, said=False)
            found[new.id] = found.get(new.id, new)._replace(said=lesson.state in _SHOWN and not lesson.quoted)
    return sorted(found.values())


def _says_something(wrong: CallPattern) -> bool:
    """Tell whether what has to come first is another call than the one that it has to come before."""
    return not wrong.first or (wrong.first != wrong.subject and (name_run(wrong.first) or wrong.first) != wrong.subject)


def _form_id_of(lesson: Lesson, wrong: CallPattern) -> bytes:
    """Return the form's id: the same whenever the same form is proposed; the lesson's words are no part of it."""
    text = json.dumps([lesson.id, *wrong[:4]])
    return b"l" + blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()


def group_forms(known: Iterable[LessonForm]) -> FormsByName:
    """Return the forms by the name under which a call of them is found."""
    by_name: dict[tuple[bool, str], list[LessonForm]] = defaultdict(list)
    for form in known:
        by_name[form.is_command, form.program if form.is_command else form.wrong.subject].append(form)
    return by_name


def match_calls(calls: Iterable[SessionCall], forms: FormsByName) -> Iterator[Trial]:
    """Yield a trial for each call of a session that a form matches: how it ended."""
    recent: dict[bytes | None, deque[frozenset[str]]] = defaultdict(lambda: deque(maxlen=_WINDOW))
    for call in calls:
        if call.uid is None:
            for window in recent.values():
                window.append(frozenset())
        elif (fate := _fate_of(call)) is not None:
            yield from _match_call(call, call.uid, fate, forms, recent[call.run])
            recent[call.run].append(frozenset({first_word(call.command), name_run(call.command), call.tool.lower()}))


def _match_call(
    call: SessionCall, uid: bytes, fate: Fate, forms: FormsByName, window: Iterable[frozenset[str]]
) -> Iterator[Trial]:
    """Yield a trial for each form that the call has; a success that may be masked is none."""
    runs = call.action == "run"
    if runs and call.masked and fate is Fate.FINE:
        return
    for form in forms.get((runs, program_of(call.command) if runs else call.tool.lower()), ()):
        if _matches(form, call):
            applies = not form.wrong.first or not _was_called(form.wrong.first, window)
            yield Trial(RuleKind.LESSON, form.id, uid, fate, applies, call.error if fate is Fate.FAILED else b"")


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
    """Tell whether a call was made within the window, as the spool knows calls: a command by its first words."""
    name = first.lower() if "__" in first else name_run(first) or first_word(first)
    return any(name in names for names in window)


def key_of(form: LessonForm, salt: bytes) -> bytes:
    """Return the key under which the gate finds the form."""
    return key_of_program(form.program, salt) if form.is_command else key_of_tool_name(form.wrong.subject, salt)


def condition_of(form: LessonForm, salt: bytes) -> str:
    """Return the gate's further condition; empty where there is none."""
    if form.wrong.first:
        first = form.wrong.first
        mark = make_spool_tool(first, salt) if "__" in first else make_spool_run(first, salt)
        return name_condition("without", [mark])
    return "" if form.is_command else f"input:{form.wrong.parameter}"
