"""commands.telling.general_lines: a fault in words that all tools use."""

import pytest
from tests.commands.telling.forms import read_cases, says

from twiceshy.commands.telling import find_telling_line
from twiceshy.commands.telling.general_lines import find_general_line, find_sentence

NOTHING = [
    "src/a.py:9: raise ValueError('no such cart')",
    "    throw new Error('no such cart');",
    "ok 3 - cannot be empty",
    "\u2713 fails without a cart (2 ms)",
    "  --fail-fast   stop at the first error",
    "Warning: the option is unknown",
    "12 passed, 0 failed",
    "error.py",
]


@pytest.mark.parametrize("text", NOTHING)
def test_code_usage_and_good_news_tell_nothing(text: str) -> None:
    """Words for a fault in source, data or a passed test are no fault."""
    assert find_general_line(text) is None


def test_a_line_that_begins_with_the_fault_is_taken_before_the_last_that_has_one() -> None:
    """The first that begins so; without one, the last."""
    text = "it could not be read\nError: no cart\nthe cart is not there"

    found, last = find_general_line(text), find_general_line(text.replace("Error: no", "one"))
    assert found is not None
    assert last is not None
    assert (found.line, last.line) == ("Error: no cart", "the cart is not there")


@pytest.mark.parametrize("text", ["", "a.txt", "All checks passed!", "id | name", "PID PPID CMD", "{ a b c }"])
def test_data_is_no_sentence(text: str) -> None:
    """Nor is good news."""
    assert find_sentence(text) == ""


def test_a_sentence_says_something() -> None:
    """A program's only words."""
    assert find_sentence("Timeout waiting for: cart\n") == "Timeout waiting for: cart"


GOT_OVER = "error: could not resolve host: registry.example, using the installed version instead"


@pytest.mark.parametrize(
    "line",
    [
        GOT_OVER,
        "Failed to fetch the index: connection refused, falling back to the cached one",
        "fatal: connect timed out, retrying in 2 s",
    ],
)
def test_what_a_program_got_over_is_not_why_it_failed(line: str) -> None:
    """The line that says why the run failed stands behind it, and less loud."""
    assert find_telling_line(f"{line}\n3 rules checked\nTests cannot find the folder data\n", 1) == (
        "Tests cannot find the folder data"
    )


# commands.telling.agent_lines: the line of each tool's output that says what is wrong.

CASES = read_cases("agents")


@pytest.mark.parametrize(("text", "right"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_telling_line_of_agents(text: str, right: set[str]) -> None:
    """The line is one that the case marks."""
    assert says(text, right), find_telling_line(text)
