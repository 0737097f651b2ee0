"""Typed steps of a lesson: from an error's own words, from the retry that worked, or from its trigger alone."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from twiceshy.lessons.error_phrases import FORMAT, INCORRECT, PREREQUISITE, SEQUENCE, WRONG_TOOL
from twiceshy.lessons.retry_difference import Difference, RetryPair
from twiceshy.lessons.validators import find_requested_form, infer_form
from twiceshy.records.lessons import COMMAND, PreventionAction, PreventionStep, Trigger, Validation
from twiceshy.stats.text.quoting import quote

# What to do about one error before any retry was seen: from the message's words and from how tools are named.
#
# A guess from one error, and shown as such (confidence .50): a tool that lists the values of a parameter is looked for
# under the name that such a tool mostly has (``shop_branch_close`` takes a branch, so ``shop_branch_list`` lists them),
# and what a message says has to be done first is looked for under the verb that it uses.

_Fields = dict[str, Any]
_HEX = re.compile(r"[0-9a-f]{4,39}\Z")
_TOOL = re.compile(r"\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b")
_FRAME = re.compile(r"</?[a-z_]+>|\b[a-z_]+_(?:error|exception)\b")
"""Marks of a message's frame, and names of errors."""
_VERBS = re.compile(
    r"\b(push|commit|pull|fetch|merge|rebase|stage|checkout|log ?in|build|install|init|create|start|stop|deploy|"
    r"reserve|approve|lock|unlock|open|read)(?:ed|d|ped)?\b",
    re.IGNORECASE,
)
_GIT_VERBS = frozenset({"push", "commit", "pull", "fetch", "merge", "rebase", "checkout"})
_LISTING = ("list", "search", "find", "get", "show")
_CAUSES = {
    INCORRECT: "a value was given that is not there or not allowed",
    FORMAT: "a value was given in the wrong format",
    PREREQUISITE: "something that the tool needs had not been prepared",
    SEQUENCE: "another tool has to be called before",
    WRONG_TOOL: "another tool does this",
}


def find_parameter(params: Mapping[str, Any], message: str) -> str:
    """Return the parameter that a message is about: its name or value is in it, else the only possible one."""
    for name in params:
        if re.search(rf"\b{re.escape(name)}\b", message, re.IGNORECASE):
            return name
    for name, value in params.items():
        if isinstance(value, str) and len(value) > 1 and value in message:
            return name
    short = [name for name, value in params.items() if isinstance(value, str) and _HEX.match(value)]
    if len(short) == 1:
        return short[0]
    return next(iter(params)) if len(params) == 1 else ""


def suggest_validation(category: str, name: str, value: object) -> _Fields:
    """Return what a good value looks like, where the bad one shows it; else empty."""
    if category != FORMAT or not name:
        return {}
    if isinstance(value, str) and _HEX.match(value):
        return {
            "expected": "40-character full git SHA",
            "check": f"len({name}) < 40",
            "regex": "^[a-f0-9]{40}$",
        }
    return {}


def describe_cause(category: str, name: str, validation: Mapping[str, Any]) -> str:
    """Return the root cause in words."""
    about = f" for {name}" if name else ""
    expected = f" (expected: {validation['expected']})" if validation else ""
    return f"{_CAUSES.get(category, 'the call was wrong')}{about}{expected}"


def suggest_steps(
    tool: str, category: str, name: str, message: str, *, validation: Mapping[str, Any], known: Sequence[str]
) -> list[_Fields]:
    """Return typed steps, in the form that a pattern has them."""
    if category == FORMAT:
        return _build_format_steps(name, message, validation)
    if category == INCORRECT:
        return _build_value_steps(name, _find_listing_tool(tool, name, known))
    if category in {SEQUENCE, PREREQUISITE}:
        return build_order_steps(_find_earlier_tool(tool, name, message, known))
    if category == WRONG_TOOL and (other := _find_named_tool(tool, name, message, known)):
        return [_make_step("call_tool_if_invalid", "the message names it instead", tool=other)]
    return []


def _build_format_steps(name: str, message: str, validation: Mapping[str, Any]) -> list[_Fields]:
    """Build the steps that check the value, and expand a short one to the full one."""
    if not validation:
        form = find_requested_form(message)
        checked = {"regex": form.regex, "error_message": form.error_message} if form else {}
        return [
            _make_step(
                "validate_parameter", f"{name or 'the value'} has another format", parameter=name, validation=checked
            )
        ]
    checked = {"regex": validation["regex"], "error_message": f"Must be {validation['expected']}"}
    return [
        _make_step(
            "validate_parameter", f"{name} must be {validation['expected']}", parameter=name, validation=checked
        ),
        _make_step(
            "call_tool_if_invalid",
            "it gives the full hash of a short one",
            tool="git_rev_parse",
            args={"ref": f"<{name}>"},
        ),
        _make_step("use_expanded_value", "the full value is taken", parameter=name),
    ]


def _build_value_steps(name: str, lister: str) -> list[_Fields]:
    """Build the steps that ask which values there are."""
    what = f"{name} values" if name else "values"
    found = [
        _make_step("extract_from_result", f"the {what} that there are stand in it", tool=lister, parameter=name),
        _make_step("use_extracted_value", "a value that was seen is there", parameter=name),
    ]
    return (
        [_make_step("call_tool_first", f"it shows which {what} there are", tool=lister), *found]
        if lister
        else found[1:]
    )


def _find_listing_tool(tool: str, name: str, known: Sequence[str]) -> str:
    """Return the tool that lists the values of a parameter; empty where no name suggests one."""
    words = tool.split("_")
    stem = name.removesuffix("_id").removesuffix("_name")
    if stem and stem in words:
        prefix = "_".join(words[: words.index(stem) + 1])
        names = [f"{prefix}_{verb}" for verb in _LISTING]
        return next((one for one in names if one in known), "" if known else names[0])
    return next((one for one in known if stem and stem in one and set(one.split("_")) & set(_LISTING)), "")


def build_order_steps(first: str) -> list[_Fields]:
    """Build the steps that call the tool that the message names first, and check that it worked."""
    if not first:
        return []
    return [
        _make_step("call_tool_first", f"{first} must be called first", tool=first),
        _make_step("verify_prerequisite_success", "what follows depends on it", tool=first),
    ]


def _find_named_tool(tool: str, name: str, message: str, known: Sequence[str]) -> str:
    """Return the other tool that the message names; empty where it names none that may be one.

    A frame around the message and the call's own parameter are written like a tool's name and are none.
    """
    named = [one for one in _TOOL.findall(_FRAME.sub(" ", message)) if one not in {tool, name}]
    return next((one for one in named if not known or one in known), "")


def _find_earlier_tool(tool: str, name: str, message: str, known: Sequence[str]) -> str:
    """Return the tool that a message wants called first: named in it, else the one with the verb that it uses."""
    if named := _find_named_tool(tool, name, message, known):
        return named
    verbs = [found.lower().replace(" ", "") for found in _VERBS.findall(message)]
    if known:
        return next((one for verb in verbs for one in known if one != tool and verb in one.split("_")), "")
    verb = next((one for one in verbs if one not in tool.split("_")), "")
    return f"git_{verb}" if verb in _GIT_VERBS else verb


def _make_step(action: str, reason: str, **fields: Any) -> _Fields:  # the schema's own values
    """Build one step with its filled fields, the reason last."""
    return {"action": action} | {key: value for key, value in fields.items() if value} | {"reason": reason}


# Typed steps from the difference between a failed call and the retry that worked.

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


def _build_retried_value_steps(difference: Difference, _: str) -> tuple[PreventionStep, ...]:
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
    "value": _build_retried_value_steps,
    "quotes": _build_quotes_steps,
    "tool": _build_tool_steps,
    "folder": _build_folder_steps,
    "before": _build_order_steps,
}


# What to check before a call, made of a lesson's trigger alone: a team's server tells the trigger and no steps.
#
# Only what names a word or a value that went wrong gives a step: an option or subcommand that a program refused, a
# program that is not there, a value of a tool's parameter. The words are ours.

_MISSING = "missing-program"
"""The category of a program that is not there (defined by ``lessons.recurring_troubles``; 2026-11-23)."""
MISSING_PROGRAM = "a program that is there"
"""What is expected where a program is missing (as ``usage_mistakes`` and ``recurring_troubles`` say it)."""
_REASON = "else the call is refused"
_MOST = 5  # words that one lesson names (guess, 2026-11-23: nearly all name one)


def build_steps(subject: str, category: str, trigger: Trigger) -> tuple[PreventionStep, ...]:
    """Return the steps that a trigger gives; none where it names nothing that can be looked for.

    >>> trigger = Trigger(parameter="command", common_mistakes=("-A",))
    >>> [step.validation.check for step in build_steps("cat", "incorrect_parameter", trigger)]
    ["'-A' in options"]
    """
    if trigger.validation is not None and trigger.validation.check:
        return (_make_checked_step(trigger.parameter, trigger.validation),)
    if trigger.parameter != COMMAND:
        return ()
    if category == _MISSING:
        return (
            _make_checked_step(
                COMMAND, Validation(expected=MISSING_PROGRAM, check=f"program == {quote_literal(subject)}")
            ),
        )
    if category not in {INCORRECT.lower(), WRONG_TOOL.lower()}:
        return ()
    return tuple(_make_checked_step(COMMAND, _refuse_word(word)) for word in trigger.common_mistakes[:_MOST] if word)


def _refuse_word(word: str) -> Validation:
    """Return what is true of a command line with a word that the program refuses."""
    place, what = ("options", "option") if word.startswith("-") else ("words", "word")
    return Validation(expected=f"another {what} than {word}", check=f"{quote_literal(word)} in {place}")


def _make_checked_step(parameter: str, validation: Validation) -> PreventionStep:
    """Return the step that checks a value before the call."""
    return PreventionStep(
        action=PreventionAction.VALIDATE_PARAMETER, parameter=parameter, validation=validation, reason=_REASON
    )
