"""What of a usage lesson can be told from a call before it is made: one linear-time pattern, or a call missing before.

Validators and the order of calls become these; a check that needs more than a pattern of one text is left out. A
pattern of a command is about the first program of a line, after a ``cd`` at most, and about words before the first
quotation mark or operator: what stands in quotes or behind a pipe is never taken for an option.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from twiceshy.lessons.checks import CheckError, Node, parsed, pattern
from twiceshy.records.lessons import Action, Step, Validation

COMMAND = "command"
PLACES = frozenset({"options", "words"})
UNQUOTED = r"""[^"'|;&<>\n]"""
BEGINNING = r"""\A(?:|cd [^\s"'|;&<>]+ && )(?:|[\w.~/-]*/)"""
NAME = re.compile(r"[A-Za-z_][\w-]{0,63}\Z")
PROGRAM = re.compile(r"[A-Za-z_][\w.+-]{0,63}(?: [\w.:+-]{1,64}){0,3}\Z")
MISSED = {
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
"""For each form that validators know: what a text has that surely is not of this form."""


class WrongForm(NamedTuple):
    """One form of call that a lesson says goes wrong."""

    subject: str
    """The tool in lower case, or the program with its subcommand."""
    parameter: str
    """Whose text has the pattern; ``command`` of a shell."""
    pattern: str = ""
    """Searched for; empty: any call of the tool."""
    first: str = ""
    """The tool or program that has to have been called within the last ten calls; empty: none."""
    expected: str = ""
    """In words, from the lesson."""


def wrong_forms(subject: str, parameter: str, steps: Iterable[Step]) -> tuple[list[WrongForm], int]:
    """The forms, and how many validators and orders cannot be told by these means.

    Args:
        subject: the lesson's.
        parameter: its trigger's; ``command`` says that the subject is run in a shell.
        steps: what the lesson says to do.
    """
    known, found, left = list(steps), [], 0
    for step in known:
        if step.validation is not None:
            form = of_validation(subject, step, step.validation)
            found += [form] if form else []
            left += form is None
    for step in known:
        if comes_first(step, known):
            ours = ordered(subject, parameter, step.tool)
            found += [ours] if ours else []
            left += ours is None
    return found, left


def comes_first(step: Step, known: Iterable[Step]) -> bool:
    """Whether a call has to have been made, as its success or its output is needed."""
    needs = {Action.VERIFY_PREREQUISITE_SUCCESS, Action.EXTRACT_FROM_RESULT}
    return step.action is Action.CALL_TOOL_FIRST and any(one.action in needs and one.tool == step.tool for one in known)


def ordered(subject: str, parameter: str, first: str) -> WrongForm | None:
    """A call without another one before it."""
    if not first:
        return None
    if parameter != COMMAND:
        return WrongForm(subject, "", first=first)
    return readable(WrongForm(subject, COMMAND, f"{beginning(subject)}(?:[\\s;|&]|\\Z)", first))


def of_validation(subject: str, step: Step, validation: Validation) -> WrongForm | None:
    """A validator as one pattern of what it refuses; None where that cannot be said."""
    name = step.parameter
    if validation.regex and not validation.check and name != COMMAND and NAME.match(name):
        missed = MISSED.get(validation.regex.removeprefix("^").removesuffix("$"), "")
        return readable(WrongForm(subject, name, missed, expected=validation.expected)) if missed else None
    try:
        node = parsed(validation.check) if validation.check else None
    except CheckError:
        return None
    found = node and (in_command(subject, node) if name == COMMAND else of_value(name, node))
    return readable(WrongForm(subject, name, found, expected=validation.expected)) if found else None


def in_command(subject: str, node: Node) -> str:
    """The pattern of a check on a command line; empty where it is another one."""
    match node:
        case ("==", (("name", ("program",)), ("value", (str(program),)))) if program == subject:
            return f"{beginning(program)}(?:[\\s;|&]|\\Z)"
        case ("in", (("value", (str(word),)), ("name", (place,)))) if place in PLACES:
            end = r"[\s=;|&]" if word.startswith("-") else r"[\s;|&]"
            return f"{beginning(subject)}[ \\t](?:|{UNQUOTED}*[ \\t]){re.escape(word)}(?:{end}|\\Z)"
    return ""


def of_value(name: str, node: Node) -> str:
    """The pattern of a check on a tool's input; empty where it is another one."""
    match node:
        case ("==", (("name", (known,)), ("value", (str(value),)))) if known == name and NAME.match(name):
            return rf"\A{re.escape(value)}\Z"
        case ("<", (("len", (("name", (known,)),)), ("value", (int(length),)))) if known == name and length > 0:
            return rf"\A[\s\S]{{0,{length - 1}}}\Z"
    return ""


def beginning(subject: str) -> str:
    """The start of a line that runs a program with its subcommand."""
    return BEGINNING + r"[ \t]+".join(re.escape(word) for word in subject.split())


def readable(form: WrongForm) -> WrongForm | None:
    """The form; None where its pattern could take long or its subject is no plain name."""
    if form.parameter == COMMAND and not PROGRAM.match(form.subject):
        return None
    try:
        pattern(form.pattern)
    except CheckError:
        return None
    return form
