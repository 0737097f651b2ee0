"""lessons.recognised_errors: the error in a text has the key of the lesson that was learned from its like."""

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.lessons.code_mistakes import find_code_mistakes
from twiceshy.lessons.recognised_errors import recognise_errors

LEARNED = [
    pytest.param(
        "pytest -q",
        "ERROR test_a.py - ImportError: cannot import name 'find' from 'shop'\n1 error in 0.1s\n",
        "fix the tests: ImportError: cannot import name 'load' from 'parcel'",
        id="an exception of Python",
    ),
    pytest.param(
        "npx tsc --noEmit",
        "src/app.ts(2,5): error TS2304: Cannot find name 'foo'.\n",
        "why is it\nsrc/b.ts(1,1): error TS2304: Cannot find name 'bar'.",
        id="a code",
    ),
    pytest.param(
        "go build ./...", "# shop\n./a.go:3:2: undefined: foo\n", "b/b.go:7:1: undefined: bar", id="Go's compiler"
    ),
    pytest.param(
        "npx jest",
        "FAIL a.test.js\n  ● adds up\n\n    TypeError: load is not a function\n\n"
        "Test Suites: 1 failed, 1 total\nTests:       1 failed, 1 total\n",
        "it says TypeError: pick is not a function",
        id="an exception of JavaScript",
    ),
]


@pytest.mark.parametrize(("command", "output", "text"), LEARNED)
def test_the_same_kind_of_error_is_recognised(command: str, output: str, text: str) -> None:
    """Whatever the names, and whatever stands around it."""
    agent = Agent()
    agent.runs(command, output, 1)
    keys = {one.template.key for one in find_code_mistakes(agent.story, lambda _: "")}

    assert keys & recognise_errors(text)


@pytest.mark.parametrize("text", ["", "make the errors easier to read", "add a page on imports", "Error: no"])
def test_a_task_is_no_error(text: str) -> None:
    """Words about errors are none."""
    assert recognise_errors(text) == frozenset()
