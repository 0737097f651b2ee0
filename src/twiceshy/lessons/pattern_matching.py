"""Whether a pattern speaks against a call that is about to be made, and whether it may refuse it."""

from collections.abc import Mapping, Sequence
from typing import Any

from twiceshy.lessons.check_language import CheckError, compile_pattern, refuses
from twiceshy.lessons.error_phrases import PREREQUISITE, SEQUENCE, WRONG_TOOL
from twiceshy.records.lessons import Validation
from twiceshy.stats.text.quoting import quote

Pattern = dict[str, Any]
"""An entry of the YAML file of ``seed_api``."""
MUTED = "muted"
"""Key of a pattern whose lesson a person muted: it is counted and never said."""
_BLOCK_FROM = 0.95
"""Confidence from which a call may be refused: as was asked for."""
_LONGEST_LINE = 400
"""Characters of a message in which a pattern's regex is searched (guess of 2026-11-22)."""


def matches_call(one: Pattern, params: Mapping[str, Any], earlier: Sequence[str]) -> bool:
    """Tell whether the pattern speaks against the call: by its value, by what is missing before it, or by its tool."""
    mistake = one["mistake_pattern"]
    return (
        fails_check(mistake, params)
        or _repeats_mistake(mistake, params)
        or _is_out_of_order(one, earlier)
        or _is_wrong_tool(one)
    )


def may_block(one: Pattern, params: Mapping[str, Any]) -> bool:
    """Tell whether the pattern is sure enough to refuse the call, by a check that the value fails.

    A value that worked once is never refused.
    """
    mistake = one["mistake_pattern"]
    value = params.get(str(mistake.get("parameter", "")))
    worked = value is not None and quote(str(value), 80) in (one.get("worked_values") or ())
    return float(one["confidence"]) >= _BLOCK_FROM and not worked and fails_check(mistake, params)


def matches_error(one: Pattern, message: str) -> bool:
    """Tell whether the pattern's regex is in a message; one that cannot be read, or may take long, is in none."""
    written = str(one["mistake_pattern"].get("error_regex") or "")
    try:
        found = compile_pattern(f"(?i){written}") if written else None
    except CheckError:
        return False
    return found is not None and any(found.search(line[:_LONGEST_LINE]) for line in message[:4000].splitlines())


def validation_of(part: Mapping[str, Any]) -> Validation:
    """Return the validation of a pattern or of one of its steps; an empty one where it has none."""
    written = part.get("validation") or {}
    return Validation(check=str(written.get("check") or ""), regex=str(written.get("regex") or ""))


def fails_check(mistake: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    """Tell whether the parameter's value fails the pattern's check or regex; an unreadable one fails nothing."""
    return refuses(validation_of(mistake), str(mistake.get("parameter", "")), params)


def _repeats_mistake(mistake: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    """Tell whether the call gives a value that went wrong before."""
    value = params.get(str(mistake.get("parameter", "")))
    return value is not None and quote(str(value), 80) in (mistake.get("common_mistakes") or ())


def _is_out_of_order(one: Pattern, earlier: Sequence[str]) -> bool:
    """Tell whether a tool that has to come first, for its order or for what it prepares, has not been called."""
    if one["error_category"] not in {SEQUENCE, PREREQUISITE}:
        return False
    first = {step["tool"] for step in one["prevention_steps"] if step["action"] == "call_tool_first" and "tool" in step}
    first.discard(one["tool"])
    return bool(first) and not first & set(earlier)


def _is_wrong_tool(one: Pattern) -> bool:
    """Tell whether another tool has to be used, whatever the values: a step names it, and no value was blamed."""
    if one["error_category"] != WRONG_TOOL or one["mistake_pattern"].get("parameter"):
        return False
    return any(step.get("tool", one["tool"]) != one["tool"] for step in one["prevention_steps"])
