"""What of a usage lesson can be checked before a call is made: one linear-time pattern, or a call missing before.

Validators and the order of calls become these; a check that needs more than a pattern of one text is left out. A
pattern of a command is about the first program of a line, after a ``cd`` at most, and about words before the first
quotation mark or operator: what stands in quotes or behind a pipe is never read as an option.
"""

import re
from collections.abc import Iterable

from twiceshy.lessons.check_language import CheckError, CheckNode, compile_pattern, parse_check
from twiceshy.records.lessons import COMMAND, CallPattern, Lesson, PreventionAction, PreventionStep, Validation

_COMMAND_PARTS = frozenset({"options", "words"})
_UNQUOTED = r"""[^"'|;&<>\n]"""
_BEGINNING = r"""\A(?:|cd [^\s"'|;&<>]+ && )(?:|[\w.~/-]*/)"""
_NAME = re.compile(r"[A-Za-z_][\w-]{0,63}\Z")
_PROGRAM = re.compile(r"[A-Za-z_][\w.+-]{0,63}(?: [\w.:+-]{1,64}){0,3}\Z")
COUNTER_PATTERNS = {
    "[0-9a-f]{40}": r"\A[0-9a-f]{4,39}\Z",
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}": (
        r"\A(?:[0-9a-fA-F-]{1,35}\Z|[0-9a-fA-F-]*[^0-9a-fA-F-])"
    ),
    "-?[0-9]+": r"\A(?:[0-9]+[^0-9]|-[0-9]*[^0-9]|[^0-9-])",
    "[0-9]{4}-[0-9]{2}-[0-9]{2}": r"\A(?:[0-9-]{1,9}\Z|[0-9-]*[^0-9-])",
    "/.*": r"\A[^/]",
    "https?://.+": r"\A(?:[^h]|h[^t]|ht[^t]|htt[^p]|http[^s:])",
    "[^A-Z]+": "[A-Z]",
}
"""For each form that validators know: what only a text has that is not of this form."""


def find_call_patterns(subject: str, parameter: str, steps: Iterable[PreventionStep]) -> tuple[list[CallPattern], int]:
    """Return the patterns, and how many validators and orders cannot be expressed this way.

    Args:
        subject: the lesson's.
        parameter: its trigger's; ``command`` says that the subject is run in a shell.
        steps: what the lesson says to do.
    """
    known, found, left = list(steps), [], 0
    for step in known:
        if step.validation is not None:
            form = _build_validation_pattern(subject, step, step.validation)
            found += [form] if form else []
            left += form is None
    for step in known:
        if _must_come_first(step, known):
            ours = _build_order_pattern(subject, parameter, step.tool)
            found += [ours] if ours else []
            left += ours is None
    return found, left


def has_trigger(lesson: Lesson) -> bool:
    """Tell whether anything in a call, or in the session before it, shows beforehand what a lesson warns of."""
    patterns, _ = find_call_patterns(lesson.subject, lesson.trigger.parameter, lesson.steps)
    return bool(patterns) or bool(lesson.trigger.condition)


def _must_come_first(step: PreventionStep, known: Iterable[PreventionStep]) -> bool:
    """Tell whether a call must have been made before, as its success or its output is needed."""
    needs = {PreventionAction.VERIFY_PREREQUISITE_SUCCESS, PreventionAction.EXTRACT_FROM_RESULT}
    return step.action is PreventionAction.CALL_TOOL_FIRST and any(
        one.action in needs and one.tool == step.tool for one in known
    )


def _build_order_pattern(subject: str, parameter: str, first: str) -> CallPattern | None:
    """Build the pattern of a call without another one before it; None where it cannot be expressed."""
    if not first:
        return None
    if parameter != COMMAND:
        return CallPattern(subject, "", first=first)
    return _keep_if_fast(CallPattern(subject, COMMAND, f"{_build_line_start(subject)}(?:[\\s;|&]|\\Z)", first))


def _build_validation_pattern(subject: str, step: PreventionStep, validation: Validation) -> CallPattern | None:
    """Build one pattern of what a validator refuses; None where it cannot be expressed."""
    name = step.parameter
    if validation.regex and not validation.check and name != COMMAND and _NAME.match(name):
        missed = COUNTER_PATTERNS.get(validation.regex.removeprefix("^").removesuffix("$"), "")
        return _keep_if_fast(CallPattern(subject, name, missed, expected=validation.expected)) if missed else None
    try:
        node = parse_check(validation.check) if validation.check else None
    except CheckError:
        return None
    found = node and (_build_command_regex(subject, node) if name == COMMAND else _build_value_regex(name, node))
    return _keep_if_fast(CallPattern(subject, name, found, expected=validation.expected)) if found else None


def _build_command_regex(subject: str, node: CheckNode) -> str:
    """Return the regex of a check on a command line; empty where the check has another form."""
    match node:
        case ("==", (("name", ("program",)), ("value", (str(program),)))) if program == subject:
            return f"{_build_line_start(program)}(?:[\\s;|&]|\\Z)"
        case ("in", (("value", (str(word),)), ("name", (place,)))) if place in _COMMAND_PARTS:
            end = r"[\s=;|&]" if word.startswith("-") else r"[\s;|&]"
            return f"{_build_line_start(subject)}[ \\t](?:|{_UNQUOTED}*[ \\t]){re.escape(word)}(?:{end}|\\Z)"
    return ""


def _build_value_regex(name: str, node: CheckNode) -> str:
    """Return the regex of a check on a tool's input; empty where the check has another form."""
    match node:
        case ("==", (("name", (known,)), ("value", (str(value),)))) if known == name and _NAME.match(name):
            return rf"\A{re.escape(value)}\Z"
        case ("<", (("len", (("name", (known,)),)), ("value", (int(length),)))) if known == name and length > 0:
            return rf"\A[\s\S]{{0,{length - 1}}}\Z"
    return ""


def _build_line_start(subject: str) -> str:
    """Return the regex of a line's start that runs a program with its subcommand."""
    return _BEGINNING + r"[ \t]+".join(re.escape(word) for word in subject.split())


def _keep_if_fast(form: CallPattern) -> CallPattern | None:
    """Return the pattern; None where its regex could take long or its subject is no plain name."""
    if form.parameter == COMMAND and not _PROGRAM.match(form.subject):
        return None
    try:
        compile_pattern(form.pattern)
    except CheckError:
        return None
    return form
