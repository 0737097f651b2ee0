"""lessons.pattern_matching: when a pattern speaks against a call, and when it may refuse it."""

from typing import Any

import pytest

from twiceshy.lessons.patterns import matches_call, matches_error, may_block


def a_pattern(category: str, first: str = "", **more: Any) -> dict[str, Any]:
    action = "call_tool_if_invalid" if category == "WRONG_TOOL_SELECTION" else "call_tool_first"
    return {
        "tool": "deploy",
        "error_category": category,
        "mistake_pattern": {"parameter": ""} | more,
        "prevention_steps": [{"action": action, "tool": first}] if first else [],
        "confidence": 0.97,
    }


@pytest.mark.parametrize(
    ("pattern", "earlier", "speaks"),
    [
        (a_pattern("MISSING_PREREQUISITE", "login"), [], True),
        (a_pattern("MISSING_PREREQUISITE", "login"), ["login"], False),
        (a_pattern("MISSING_PREREQUISITE", "deploy"), [], False),
        (a_pattern("MISSING_PREREQUISITE"), [], False),
        (a_pattern("WORKFLOW_SEQUENCE", "push"), ["pull"], True),
        (a_pattern("WRONG_TOOL_SELECTION", "deploy_all"), ["deploy_all"], True),
        (a_pattern("WRONG_TOOL_SELECTION", "deploy_all", parameter="name"), [], False),
        (a_pattern("WRONG_TOOL_SELECTION"), [], False),
        (a_pattern("INCORRECT_PARAMETER", "deploy_list"), [], False),
    ],
)
def test_prerequisites_and_wrong_tools_speak_of_new_values(
    pattern: dict[str, Any], earlier: list[str], speaks: bool
) -> None:
    """Whatever the values are; unless a value was blamed, or the tool was called before."""
    assert matches_call(pattern, {"name": "never seen"}, earlier) is speaks


def test_a_value_that_worked_is_never_refused() -> None:
    """However sure the pattern is, and whatever its check says."""
    pattern = a_pattern("PARAMETER_FORMAT", parameter="tag", validation={"check": "len(tag) < 40"})

    assert may_block(pattern, {"tag": "abc"})
    assert not may_block(pattern | {"worked_values": ["abc"]}, {"tag": "abc"})
    assert not may_block(pattern | {"confidence": 0.94}, {"tag": "abc"})


@pytest.mark.parametrize(
    ("regex", "message", "inside"),
    [
        ("manifest unknown|image not found", "Error: Image not found", True),
        ("pathspec .+ did not match", "error: pathspec 'x' did not match any file", True),
        ("", "anything", False),
        ("(", "anything (", False),
        ("(a+)+b", "a" * 50, False),
    ],
)
def test_an_error_is_known_by_the_patterns_regex(regex: str, message: str, inside: bool) -> None:
    """A regex that cannot be read, or could take long, is in nothing."""
    assert matches_error(a_pattern("X", error_regex=regex), message) is inside
