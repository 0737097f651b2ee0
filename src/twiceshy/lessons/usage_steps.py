"""Typed steps from the difference between a failed call and the retry that worked."""

import re

from twiceshy.lessons.pairs import Difference, Pair
from twiceshy.lessons.quoting import quoted
from twiceshy.lessons.validators import form_of
from twiceshy.records.lessons import Action, Step, Validation

OPTION = re.compile(r"--?[A-Za-z][\w-]{0,40}\Z")


def steps_of(pair: Pair, subject: str) -> tuple[Step, ...]:
    """The steps; none where the difference is one of a single project and nothing general is seen in it."""
    difference = pair.difference
    return STEPS[difference.kind](difference, subject)


def of_option(difference: Difference, subject: str) -> tuple[Step, ...]:
    """An option that is not there; a word that no option can be teaches nothing."""
    if not all(OPTION.match(word) for word in (difference.bad, difference.good) if word):
        return ()
    found = Step(
        action=Action.VALIDATE_PARAMETER,
        parameter="command",
        validation=Validation(
            expected=f"without {difference.bad}",
            check=f"{literal(difference.bad)} in options",
            error_message=f"{subject} has no {difference.bad}",
        ),
        reason=f"{subject} worked without {difference.bad}",
    )
    if not difference.good:
        return (found,)
    return (
        found,
        Step(
            action=Action.USE_EXPANDED_VALUE,
            parameter="command",
            args={"option": difference.good},
            reason=f"{difference.good} was accepted in its place",
        ),
    )


def of_value(difference: Difference, _: str) -> tuple[Step, ...]:
    """A value that another one took the place of."""
    name = difference.parameter
    form = form_of([difference.bad], [difference.good]) if name != "command" else None
    first: tuple[Step, ...] = ()
    if form is not None:
        first = (
            Step(
                action=Action.VALIDATE_PARAMETER,
                parameter=name,
                validation=form,
                reason=f"the value that worked is {form.expected}",
            ),
        )
    if not difference.source:
        return first
    return (
        *first,
        Step(
            action=Action.CALL_TOOL_IF_INVALID if first else Action.CALL_TOOL_FIRST,
            tool=difference.source,
            reason="its output shows the values that there are",
        ),
        Step(
            action=Action.EXTRACT_FROM_RESULT, tool=difference.source, parameter=name, reason="the value stands in it"
        ),
        Step(action=Action.USE_EXTRACTED_VALUE, parameter=name, reason="with it the call worked"),
    )


def of_quotes(_: Difference, __: str) -> tuple[Step, ...]:
    """A word that the shell took for itself."""
    return (
        Step(
            action=Action.VALIDATE_PARAMETER,
            parameter="command",
            validation=Validation(
                expected="words with ? * [ or spaces in quotes", error_message="the shell expands it"
            ),
            reason="in quotes the same word worked",
        ),
    )


def of_tool(difference: Difference, _: str) -> tuple[Step, ...]:
    """Another program that did the same, or the same one without what stood before it."""
    if not difference.good:
        return ()
    return (
        Step(
            action=Action.CALL_TOOL_IF_INVALID,
            tool=difference.good,
            reason=f"the same words worked with {quoted(difference.good, 60)}",
        ),
    )


def of_folder(difference: Difference, subject: str) -> tuple[Step, ...]:
    """Another folder."""
    return (
        Step(
            action=Action.CALL_TOOL_FIRST,
            tool="cd",
            args={"path": "<folder>"} if difference.good else {"path": "<project root>"},
            reason=f"{subject} worked in another folder",
        ),
    )


def of_before(difference: Difference, subject: str) -> tuple[Step, ...]:
    """Something that was done first."""
    return (
        Step(
            action=Action.CALL_TOOL_FIRST,
            tool=difference.good,
            reason=f"after it the same call of {subject} worked",
        ),
        Step(action=Action.VERIFY_PREREQUISITE_SUCCESS, tool=difference.good, reason="what follows depends on it"),
    )


def path_steps() -> tuple[Step, ...]:
    """Look before a path is used."""
    return (
        Step(
            action=Action.CALL_TOOL_FIRST,
            tool="search",
            args={"name": "<path>"},
            reason="it shows which paths there are",
        ),
        Step(action=Action.USE_EXTRACTED_VALUE, parameter="path", reason="a path that was seen is there"),
    )


def refused(check: str, parameter: str, expected: str) -> tuple[Step, ...]:
    """What the message says is not there, where no retry shows what is."""
    validation = Validation(expected=expected, check=check)
    return (
        Step(
            action=Action.VALIDATE_PARAMETER,
            parameter=parameter,
            validation=validation,
            reason="else the call is refused",
        ),
    )


def formed(form: Validation, parameter: str) -> tuple[Step, ...]:
    """The form that the message itself asks for."""
    return (
        Step(
            action=Action.VALIDATE_PARAMETER,
            parameter=parameter,
            validation=form,
            reason=f"the tool takes {form.expected} only",
        ),
    )


def literal(text: str) -> str:
    """A text as a check has it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


STEPS = {
    "option": of_option,
    "value": of_value,
    "quotes": of_quotes,
    "tool": of_tool,
    "folder": of_folder,
    "before": of_before,
}
