"""What to do about one error before any retry was seen: from the message's words and from how tools are named.

A guess from one error, and shown as such (confidence .50): a tool that lists the values of a parameter is looked for
under the name that such a tool mostly has (``shop_branch_close`` takes a branch, so ``shop_branch_list`` lists them),
and what a message says has to be done first is looked for under the verb that it uses.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from twiceshy.lessons.error_phrases import FORMAT, INCORRECT, PREREQUISITE, SEQUENCE, WRONG_TOOL
from twiceshy.lessons.validators import find_requested_form

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
