"""What a session is called in lists."""

import pytest

from twiceshy.stats.text.session_titles import choose_title

_Prompts = list[tuple[str, bool, str]]
SYSTEM = "<system_instruction>\nYou are working in a repository.\n</system_instruction>\n\n"
TEMPLATE = "You are a code review expert. Review the following change and answer as JSON."
PLAN = "Implement the following plan:\n\n# Mend the sum of carts\n\n## Context\nIt is wrong."

CASES = [
    pytest.param(None, [], "", id="nothing"),
    pytest.param("Mend the cart", [("typed", True, "please look")], "Mend the cart", id="a title of its own"),
    pytest.param(None, [("typed", True, "mend the sum")], "mend the sum", id="typed"),
    pytest.param("New session - 2026-08-11T16:16:00.424Z", [("typed", True, "mend it")], "mend it", id="client's"),
    pytest.param("Untitled", [("typed", True, "mend it")], "mend it", id="untitled"),
    pytest.param("(no prompt)", [("typed", True, "mend it")], "mend it", id="no prompt"),
    pytest.param(SYSTEM, [("typed", True, "mend it")], "mend it", id="a title that is an instruction"),
    pytest.param(None, [("typed", True, SYSTEM + "mend the sum")], "mend the sum", id="behind an instruction"),
    pytest.param(None, [("typed", True, "<system_instruction>\nYou are"), ("typed", True, "go")], "go", id="cut off"),
    pytest.param(None, [("typed", True, TEMPLATE), ("typed", True, "and the tests?")], "and the tests?", id="template"),
    pytest.param(
        None, [("typed", True, "You are Ann, a reviewer."), ("typed", True, "ok go on")], "ok go on", id="role"
    ),
    pytest.param(None, [("typed", True, "you are right, mend it")], "you are right, mend it", id="no role"),
    pytest.param(None, [("plan", False, PLAN)], "Mend the sum of carts", id="plan"),
    pytest.param(None, [("plan", False, PLAN), ("typed", True, "go on")], "Mend the sum of carts", id="plan, go on"),
    pytest.param(None, [("plan", False, PLAN), ("typed", True, "mend it now")], "mend it now", id="typed and a plan"),
    pytest.param(None, [("typed", True, "commit")], "commit", id="one word is all there is"),
    pytest.param(
        None, [("typed", True, "[[ ## user_query ## ]]\nmend the sum")], "mend the sum", id="a harness's mark"
    ),
    pytest.param(None, [("sdk", False, TEMPLATE + "\n\n# Task: mend the sum")], "Task: mend the sum", id="task"),
    pytest.param(None, [("sdk", False, "Mend the sum.\nThen stop.")], "Mend the sum.", id="task without heading"),
    pytest.param(None, [("bare-command", False, "/review")], "/review", id="command"),
    pytest.param(None, [("sdk", False, TEMPLATE)], "", id="nothing but a template"),
    pytest.param(None, [("meta", False, "Caveat: the messages below")], "", id="the client's own words"),
    pytest.param(None, [("typed", True, "newsletter: new session dates")], "newsletter: new session dates", id="new"),
    pytest.param("New session tokens expire early", [], "New session tokens expire early", id="a title that begins so"),
]


@pytest.mark.parametrize(("title", "prompts", "expected"), CASES)
def test_a_title_is_what_a_person_knows_it_by(title: str | None, prompts: _Prompts, expected: str) -> None:
    """Never an instruction, a placeholder or a template."""
    assert choose_title(title, prompts) == expected
