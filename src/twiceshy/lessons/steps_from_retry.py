"""Typed steps from the difference between a failed call and the retry that worked."""

import re

from twiceshy.lessons.retry_difference import Difference, RetryPair
from twiceshy.lessons.validators import infer_form
from twiceshy.records.lessons import PreventionAction, PreventionStep, Validation
from twiceshy.stats.text.quoting import quote

_OPTION = re.compile(r"--?[A-Za-z][\w-]{0,40}\Z")


def derive_steps(pair: RetryPair, subject: str) -> tuple[PreventionStep, ...]:
    """Return the steps; none where the difference belongs to a single project and shows nothing general."""
    difference = pair.difference
    return _BUILDERS[difference.kind](difference, subject)


def _build_option_steps(difference: Difference, subject: str) -> tuple[PreventionStep, ...]:
    """Build the steps for an option that is not there; none for a word that cannot be an option."""
    if not all(_OPTION.match(word) for word in (difference.bad, difference.good) if word):
        return ()
    found = PreventionStep(
        action=PreventionAction.VALIDATE_PARAMETER,
        parameter="command",
        validation=Validation(
            expected=f"without {difference.bad}",
            check=f"{quote_literal(difference.bad)} in options",
            error_message=f"{subject} has no {difference.bad}",
        ),
        reason=f"{subject} worked without {difference.bad}",
    )
    if not difference.good:
        return (found,)
    return (
        found,
        PreventionStep(
            action=PreventionAction.USE_EXPANDED_VALUE,
            parameter="command",
            args={"option": difference.good},
            reason=f"{difference.good} was accepted in its place",
        ),
    )


def _build_value_steps(difference: Difference, _: str) -> tuple[PreventionStep, ...]:
    """Build the steps for a value that another one replaced."""
    name = difference.parameter
    form = infer_form([difference.bad], [difference.good]) if name != "command" else None
    first: tuple[PreventionStep, ...] = ()
    if form is not None:
        first = (
            PreventionStep(
                action=PreventionAction.VALIDATE_PARAMETER,
                parameter=name,
                validation=form,
                reason=f"the value that worked is {form.expected}",
            ),
        )
    if not difference.source:
        return first
    return (
        *first,
        PreventionStep(
            action=PreventionAction.CALL_TOOL_IF_INVALID if first else PreventionAction.CALL_TOOL_FIRST,
            tool=difference.source,
            reason="its output shows the values that there are",
        ),
        PreventionStep(
            action=PreventionAction.EXTRACT_FROM_RESULT,
            tool=difference.source,
            parameter=name,
            reason="the value stands in it",
        ),
        PreventionStep(action=PreventionAction.USE_EXTRACTED_VALUE, parameter=name, reason="with it the call worked"),
    )


def _build_quotes_steps(_: Difference, __: str) -> tuple[PreventionStep, ...]:
    """Build the step for a word that the shell expanded."""
    return (
        PreventionStep(
            action=PreventionAction.VALIDATE_PARAMETER,
            parameter="command",
            validation=Validation(
                expected="words with ? * [ or spaces in quotes", error_message="the shell expands it"
            ),
            reason="in quotes the same word worked",
        ),
    )


def _build_tool_steps(difference: Difference, _: str) -> tuple[PreventionStep, ...]:
    """Build the step for another program that did the same, or for the program without its wrapper."""
    if not difference.good:
        return ()
    return (
        PreventionStep(
            action=PreventionAction.CALL_TOOL_IF_INVALID,
            tool=difference.good,
            reason=f"the same words worked with {quote(difference.good, 60)}",
        ),
    )


def _build_folder_steps(difference: Difference, subject: str) -> tuple[PreventionStep, ...]:
    """Build the step for another folder."""
    return (
        PreventionStep(
            action=PreventionAction.CALL_TOOL_FIRST,
            tool="cd",
            args={"path": "<folder>"} if difference.good else {"path": "<project root>"},
            reason=f"{subject} worked in another folder",
        ),
    )


def _build_order_steps(difference: Difference, subject: str) -> tuple[PreventionStep, ...]:
    """Build the steps for something that was done first."""
    return (
        PreventionStep(
            action=PreventionAction.CALL_TOOL_FIRST,
            tool=difference.good,
            reason=f"after it the same call of {subject} worked",
        ),
        PreventionStep(
            action=PreventionAction.VERIFY_PREREQUISITE_SUCCESS,
            tool=difference.good,
            reason="what follows depends on it",
        ),
    )


def build_path_steps() -> tuple[PreventionStep, ...]:
    """Build the steps that look for a path before it is used."""
    return (
        PreventionStep(
            action=PreventionAction.CALL_TOOL_FIRST,
            tool="search",
            args={"name": "<path>"},
            reason="it shows which paths there are",
        ),
        PreventionStep(
            action=PreventionAction.USE_EXTRACTED_VALUE, parameter="path", reason="a path that was seen is there"
        ),
    )


def build_refusal_steps(check: str, parameter: str, expected: str) -> tuple[PreventionStep, ...]:
    """Build the step for what the message says is not there, where no retry shows what is."""
    validation = Validation(expected=expected, check=check)
    return (
        PreventionStep(
            action=PreventionAction.VALIDATE_PARAMETER,
            parameter=parameter,
            validation=validation,
            reason="else the call is refused",
        ),
    )


def build_form_steps(form: Validation, parameter: str) -> tuple[PreventionStep, ...]:
    """Build the step for the form that the message itself asks for."""
    return (
        PreventionStep(
            action=PreventionAction.VALIDATE_PARAMETER,
            parameter=parameter,
            validation=form,
            reason=f"the tool takes {form.expected} only",
        ),
    )


def quote_literal(text: str) -> str:
    """Quote a text as a check has it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_BUILDERS = {
    "option": _build_option_steps,
    "value": _build_value_steps,
    "quotes": _build_quotes_steps,
    "tool": _build_tool_steps,
    "folder": _build_folder_steps,
    "before": _build_order_steps,
}
