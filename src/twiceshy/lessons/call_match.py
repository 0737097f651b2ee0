"""What a lesson says about a call that is about to be made."""

import re
from collections.abc import Mapping, Sequence

from twiceshy.lessons.check_language import CheckError, compile_pattern, refuses
from twiceshy.lessons.code_examples import name_language
from twiceshy.lessons.user_corrections import CATEGORY
from twiceshy.records.lessons import Lesson, LessonState, PreventionAction
from twiceshy.records.rules import CallAdvice
from twiceshy.stats.text.foreign_names import quote_name, quote_words
from twiceshy.stats.text.quoting import clean

COMMAND_KEYS = ("command", "cmd")
_PATH_KEYS = ("file_path", "path")
_NEW_KEYS, _OLD_KEYS = ("new_string", "new_str", "content"), ("old_string", "old_str")
"""As the agents' tools that edit call them (their logs, 2026-11-24)."""
_WARNS = 0.75
"""Confidence from which a lesson's match is a warning, as the gate's (guess of 2026-11-21)."""
_LONGEST_WORDS = 240
"""Characters of a lesson's words that are said (guess of 2026-11-22: as in a brief)."""
_MOST_SEARCHED = 16_384
"""Characters of a text of the input that a pattern is searched in (guess of 2026-11-21)."""


def match_lesson(lesson: Lesson, given: Mapping[str, object]) -> CallAdvice | None:
    """Return what the lesson says about the call; None where the call's input does not match its trigger."""
    why = _find_mistake(lesson, given) or _find_refusal(lesson, given)
    first = "" if why else _find_prerequisite(lesson)
    if not why and not first:
        return None
    name = quote_name(first) or "another tool"
    seen = f"seen {lesson.observations} times in {lesson.sessions} sessions"
    times = seen if lesson.sessions else "stated by a file of lessons"
    return CallAdvice(
        id=lesson.id,
        level="warn" if lesson.confidence >= _WARNS else "inform",
        confidence=round(lesson.confidence, 4),
        words=f"{_state_words(lesson)} ({times}). {why or f'It worked after {name}.'}",
        holds_if=f"{name} was not called before" if first else "",
    )


def _state_words(lesson: Lesson) -> str:
    """Return what the lesson says: as it is where a person has reviewed it, else as a quotation."""
    mine = lesson.state is LessonState.PROMOTED
    return clean(lesson.description) if mine else quote_words(lesson.description, _LONGEST_WORDS)


def _find_prerequisite(lesson: Lesson) -> str:
    """Return the other tool that has to be called first; empty where there is none."""
    return next(
        (
            step.tool
            for step in lesson.steps
            if step.action is PreventionAction.CALL_TOOL_FIRST and step.tool != lesson.subject
        ),
        "",
    )


def _find_mistake(lesson: Lesson, given: Mapping[str, object]) -> str:
    """Return a sentence with the value that went wrong before, where the call has it; else empty."""
    if lesson.category == CATEGORY:
        return _find_corrected(lesson, given)
    names = [lesson.trigger.parameter] if lesson.trigger.parameter in given else list(given)
    for bad in lesson.trigger.common_mistakes:
        for name in names:
            value = given[name]
            if isinstance(value, str) and (value == bad or (name in COMMAND_KEYS and bad in value.split())):
                return f"This call has {quote_words(bad)}."
    return ""


def _find_corrected(lesson: Lesson, given: Mapping[str, object]) -> str:
    """Return a sentence with what a person had taken out of code, where an edit of such a file puts it in again.

    Who said "httpx, not requests" of a Python file spoke of no command, no other language and no longer name.
    """
    path, new, old = (_join_texts(given, keys) for keys in (_PATH_KEYS, _NEW_KEYS, _OLD_KEYS))
    if not new or lesson.subject not in {"any", name_language(path), path.rpartition(".")[2]}:
        return ""
    for bad in lesson.trigger.common_mistakes:
        word = re.compile(rf"(?<![\w-]){re.escape(bad)}(?![\w-])")
        if word.search(new) and not word.search(old):
            return f"This edit has {quote_words(bad)}."
    return ""


def _join_texts(given: Mapping[str, object], keys: Sequence[str]) -> str:
    return "\n".join(value for key in keys if isinstance(value := given.get(key), str))


def _find_refusal(lesson: Lesson, given: Mapping[str, object]) -> str:
    """Return a sentence with the parameter that a learned validator refuses; empty where none does."""
    asked = [(lesson.trigger.parameter, lesson.trigger.validation)]
    asked += [(step.parameter, step.validation) for step in lesson.steps]
    for parameter, validation in asked:
        if validation and isinstance(given.get(parameter), str) and refuses(validation, parameter, given):
            name = quote_name(parameter) or "A parameter"
            return f"{name} is not {quote_words(validation.expected) or 'as it was where the call worked'}."
    return ""


def matches_input(regex: str, given: Mapping[str, object]) -> bool:
    """Tell whether any text of the input matches the pattern."""
    try:
        found = compile_pattern(regex)
    except CheckError:
        return False
    return any(found.search(value[:_MOST_SEARCHED]) for value in given.values() if isinstance(value, str))
