"""lessons.pattern_retry: what the call that worked after an error says about the pattern's steps."""

from typing import Any

from twiceshy.lessons.patterns import CallRetry, improve_steps


def a_pattern(category: str, *steps: dict[str, Any], **mistake: Any) -> dict[str, Any]:
    return {
        "tool": "deploy",
        "error_category": category,
        "mistake_pattern": {"parameter": ""} | mistake,
        "prevention_steps": list(steps),
    }


def test_a_step_shows_the_inputs_with_which_its_tool_was_called() -> None:
    """Those that the call in question has as well stand there by their names."""
    pattern = a_pattern("INCORRECT_PARAMETER", {"action": "call_tool_first", "tool": "list", "reason": "r"})
    retry = CallRetry({"name": "mine", "to": "eu"}, [("list", {"owner": "me", "region": "eu"})])

    (step,) = improve_steps(pattern, {"name": "theirs", "to": "eu"}, retry)["prevention_steps"]

    assert step == {
        "action": "call_tool_first",
        "tool": "list",
        "reason": "r",
        "args": {"owner": "me", "region": "<to>"},
    }


def test_a_guessed_tool_gives_way_to_the_only_one_that_was_called() -> None:
    """With two that were called it is not known which one helped."""
    pattern = a_pattern("MISSING_PREREQUISITE", {"action": "call_tool_first", "tool": "guessed"})

    one = improve_steps(pattern, {}, CallRetry({}, [("login", {})]))
    two = improve_steps(pattern, {}, CallRetry({}, [("login", {}), ("read", {})]))

    assert [step["tool"] for step in one["prevention_steps"]] == ["login", "login"]
    assert two == pattern


def test_the_value_that_worked_shows_the_form() -> None:
    """If no wrong value has it; a pattern that has a validation keeps it."""
    full = "4a5b6c7d" * 5
    pattern = a_pattern("INCORRECT_PARAMETER", parameter="tag", common_mistakes=["4a5b6c7d"])

    found = improve_steps(pattern, {"tag": "4a5b6c7d"}, CallRetry({"tag": full}))
    other = improve_steps(pattern, {"tag": "one"}, CallRetry({"tag": "two"}))
    known = pattern | {"mistake_pattern": pattern["mistake_pattern"] | {"validation": {"check": "x == 1"}}}

    assert found["mistake_pattern"]["validation"]["regex"] == "[0-9a-f]{40}"
    assert found["prevention_steps"][0]["action"] == "validate_parameter"
    assert other == pattern
    assert improve_steps(known, {"tag": "4a5b6c7d"}, CallRetry({"tag": full})) == known
