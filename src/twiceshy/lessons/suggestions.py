"""What to do about one error before any retry was seen: from the message's words and from how tools are named.

A guess from one error, and shown as such (confidence .50): a tool that lists the values of a parameter is looked for
under the name that such a tool mostly has (``shop_branch_close`` takes a branch, so ``shop_branch_list`` lists them),
and what a message says has to be done first under the verb that it uses.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from twiceshy.lessons.classify_words import FORMAT, INCORRECT, PREREQUISITE, SEQUENCE, WRONG_TOOL
from twiceshy.lessons.validators import form_in_words

Fields = dict[str, Any]
HEX = re.compile(r"[0-9a-f]{4,39}\Z")
TOOL = re.compile(r"\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b")
VERBS = re.compile(
    r"\b(push|commit|pull|fetch|merge|rebase|stage|checkout|log ?in|build|install|init|create|start|stop|deploy|"
    r"reserve|approve|lock|unlock|open|read)(?:ed|d|ped)?\b",
    re.IGNORECASE,
)
GIT = frozenset({"push", "commit", "pull", "fetch", "merge", "rebase", "checkout"})
LISTING = ("list", "search", "find", "get", "show")
CAUSES = {
    INCORRECT: "a value was given that is not there or not allowed",
    FORMAT: "a value was given in the wrong format",
    PREREQUISITE: "something that the tool needs had not been prepared",
    SEQUENCE: "another tool has to be called before",
    WRONG_TOOL: "another tool does this",
}


def parameter_of(params: Mapping[str, Any], message: str) -> str:
    """The parameter that a message is about: named in it, its value named in it, else the only one that can be."""
    for name in params:
        if re.search(rf"\b{re.escape(name)}\b", message, re.IGNORECASE):
            return name
    for name, value in params.items():
        if isinstance(value, str) and len(value) > 1 and value in message:
            return name
    short = [name for name, value in params.items() if isinstance(value, str) and HEX.match(value)]
    if len(short) == 1:
        return short[0]
    return next(iter(params)) if len(params) == 1 else ""


def validation_for(category: str, name: str, value: object) -> Fields:
    """What a good value looks like, where the bad one shows it."""
    if category != FORMAT or not name:
        return {}
    if isinstance(value, str) and HEX.match(value):
        return {
            "expected": "40-character full git SHA",
            "check": f"len({name}) < 40",
            "regex": "^[a-f0-9]{40}$",
        }
    return {}


def causes(category: str, name: str, validation: Mapping[str, Any]) -> str:
    """The root cause in words."""
    about = f" for {name}" if name else ""
    expected = f" (expected: {validation['expected']})" if validation else ""
    return f"{CAUSES.get(category, 'the call was wrong')}{about}{expected}"


def steps_for(
    tool: str, category: str, name: str, message: str, *, validation: Mapping[str, Any], known: Sequence[str]
) -> list[Fields]:
    """Typed steps, as a pattern has them."""
    if category == FORMAT:
        return of_format(name, message, validation)
    if category == INCORRECT:
        return of_value(name, listing(tool, name, known))
    if category in {SEQUENCE, PREREQUISITE}:
        return of_order(earlier(tool, message, known))
    return []


def of_format(name: str, message: str, validation: Mapping[str, Any]) -> list[Fields]:
    """Look at the value, and make the full one of a short one."""
    if not validation:
        form = form_in_words(message)
        checked = {"regex": form.regex, "error_message": form.error_message} if form else {}
        return [
            step("validate_parameter", f"{name or 'the value'} has another format", parameter=name, validation=checked)
        ]
    checked = {"regex": validation["regex"], "error_message": f"Must be {validation['expected']}"}
    return [
        step("validate_parameter", f"{name} must be {validation['expected']}", parameter=name, validation=checked),
        step(
            "call_tool_if_invalid",
            "it gives the full hash of a short one",
            tool="git_rev_parse",
            args={"ref": f"<{name}>"},
        ),
        step("use_expanded_value", "the full value is taken", parameter=name),
    ]


def of_value(name: str, lister: str) -> list[Fields]:
    """Ask which values there are."""
    what = f"{name} values" if name else "values"
    found = [
        step("extract_from_result", f"the {what} that there are stand in it", tool=lister, parameter=name),
        step("use_extracted_value", "a value that was seen is there", parameter=name),
    ]
    return [step("call_tool_first", f"it shows which {what} there are", tool=lister), *found] if lister else found[1:]


def listing(tool: str, name: str, known: Sequence[str]) -> str:
    """The tool that lists the values of a parameter; empty where no name suggests one."""
    words = tool.split("_")
    stem = name.removesuffix("_id").removesuffix("_name")
    if stem and stem in words:
        prefix = "_".join(words[: words.index(stem) + 1])
        names = [f"{prefix}_{verb}" for verb in LISTING]
        return next((one for one in names if one in known), "" if known else names[0])
    return next((one for one in known if stem and stem in one and set(one.split("_")) & set(LISTING)), "")


def of_order(first: str) -> list[Fields]:
    """Call what the message names first, and see that it worked."""
    if not first:
        return []
    return [
        step("call_tool_first", f"{first} must be called first", tool=first),
        step("verify_prerequisite_success", "what follows depends on it", tool=first),
    ]


def earlier(tool: str, message: str, known: Sequence[str]) -> str:
    """The tool that a message wants first: named in it, else the one with the verb that it uses."""
    named = [one for one in TOOL.findall(message) if one != tool]
    if named:
        return str(named[0])
    for verb in (found.lower().replace(" ", "") for found in VERBS.findall(message)):
        if fitting := next((one for one in known if one != tool and verb in one.split("_")), ""):
            return fitting
        if not known and verb not in tool.split("_"):
            return f"git_{verb}" if verb in GIT else verb
    return ""


def step(action: str, reason: str, **fields: Any) -> Fields:  # the schema's own values
    """One step with its filled fields, the reason last."""
    return {"action": action} | {key: value for key, value in fields.items() if value} | {"reason": reason}
