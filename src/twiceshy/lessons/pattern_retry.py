"""What a pattern learns from the call that worked after its error: the form of the value, and what was called between.

Steps of a pattern are a guess from the message's words until a retry worked. Then the guess is corrected: a step that
calls another tool gets the inputs with which that tool was called, a tool that nobody called gives way to the only one
that was, and the value that worked may have a form that the wrong one lacks.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from twiceshy.lessons.error_phrases import PREREQUISITE, SEQUENCE
from twiceshy.lessons.pattern_evidence import shorten_value
from twiceshy.lessons.pattern_matching import Pattern
from twiceshy.lessons.steps_from_error import build_order_steps
from twiceshy.lessons.validators import infer_form

_CALLS_FIRST = frozenset({"call_tool_first", "call_tool_if_invalid"})
_MOST_ARGUMENTS = 6
"""Inputs of a call that a step shows (guess of 2026-11-22)."""


class CallRetry(NamedTuple):
    """A call that worked after one of the same tool had failed."""

    params: Mapping[str, Any]
    between: Sequence[tuple[str, Mapping[str, Any]]] = ()
    """Tools with their inputs that were called, and worked, from the failure to the retry."""


def improve_steps(pattern: Pattern, failed: Mapping[str, Any], retry: CallRetry) -> Pattern:
    """Return the pattern with what the retry shows."""
    done = {tool: params for tool, params in retry.between if tool != pattern["tool"]}
    found = _correct_order(pattern, list(done))
    steps = [
        one | {"args": _describe_arguments(done[one["tool"]], failed, retry.params)}
        if one["action"] in _CALLS_FIRST and done.get(one.get("tool", ""))
        else one
        for one in found["prevention_steps"]
    ]
    return _add_form(found | {"prevention_steps": steps}, failed, retry.params)


def _correct_order(pattern: Pattern, done: Sequence[str]) -> Pattern:
    """Return the pattern with the one tool that was called in place of a guessed one that was not."""
    if pattern["error_category"] not in {SEQUENCE, PREREQUISITE} or len(done) != 1:
        return pattern
    guessed = {one["tool"] for one in pattern["prevention_steps"] if one["action"] in _CALLS_FIRST and "tool" in one}
    return pattern if guessed & set(done) else pattern | {"prevention_steps": build_order_steps(done[0])}


def _describe_arguments(
    given: Mapping[str, Any], failed: Mapping[str, Any], worked: Mapping[str, Any]
) -> dict[str, str]:
    """Return the inputs of a call as a step shows them: those of the call in question by their names."""
    names = {str(value): f"<{name}>" for params in (worked, failed) for name, value in params.items()}
    shown = {str(name): names.get(str(value), shorten_value(value)) for name, value in given.items()}
    return dict(list(shown.items())[:_MOST_ARGUMENTS])


def _add_form(pattern: Pattern, failed: Mapping[str, Any], worked: Mapping[str, Any]) -> Pattern:
    """Return the pattern with the form that the value which worked has, and none of the wrong ones."""
    mistake = pattern["mistake_pattern"]
    name = str(mistake.get("parameter", ""))
    bad, good = failed.get(name), worked.get(name)
    if mistake.get("validation") or not isinstance(bad, str) or not isinstance(good, str):
        return pattern
    form = infer_form([bad, *mistake.get("common_mistakes", ())], [good])
    if form is None:
        return pattern
    checked = {"regex": form.regex, "error_message": form.error_message}
    step = {
        "action": "validate_parameter",
        "parameter": name,
        "validation": checked,
        "reason": f"the value that worked is {form.expected}",
    }
    return pattern | {
        "mistake_pattern": mistake | {"validation": {"expected": form.expected, "regex": form.regex}},
        "prevention_steps": [step, *pattern["prevention_steps"]],
    }
