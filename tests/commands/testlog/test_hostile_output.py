"""commands.testlog on output made to be slow: time grows with what is looked at, and that is bounded."""

import time

import pytest

from twiceshy.commands.testlog import read_verdicts
from twiceshy.commands.testlog.all_parsers import PARSERS, TASK_PARSERS

MARKS = [mark for leaf in PARSERS + TASK_PARSERS for mark in leaf.marks]
BOUND_S = 5.0
"""CPU time; each took less than 0.7 s when this was written. What backtracks takes minutes."""
COMMAND = "pytest; go vet; cargo clippy; flake8; ruff; pyright; gradle | head -5"

HOSTILE = [
    ("50 MB of one line", "a" * 50_000_000),
    ("50 MB of spaces", " " * 50_000_000),
    ("a million empty lines", "\n" * 1_000_000),
    ("a million failures", "FAIL\n" * 1_000_000),
    ("every mark in one line", " ".join(MARKS) * 300),
    ("every mark in its own line", "\n".join(MARKS * 300)),
    ("escapes without an end", "\x1b]" * 200_000 + "\x1b[0;0" * 40_000),
    ("brackets", "[0m[" * 100_000),
    ("counts without an end", ("1 failed, " * 58 + "\n") * 680),
    ("bars", "Tests  " + ("1 passed | " * 50 + "\n") * 680),
    ("underscores", ("_" * 590 + "\n") * 680),
    ("a path without an end", ("a/" * 290 + ".go:1:2: x\n") * 680),
    ("colons", ("tests finished: " + "a:" * 280 + "\n") * 680),
    ("stack frames", "● a\n" + ("    at a.b (" + "x" * 550 + "\n") * 680),
    ("bullets", "● a › b\n" * 50_000),  # noqa: RUF001  # jest's own
    ("failed files", "FAIL a.test.ts > b\n" * 20_000),
    ("rows of a linter", "  1:2  error  x\n" * 25_000),
    ("rows of a linter with spaces", ("  1:2  error  x" + " " * 500 + "y\n") * 700),
    ("frames of unittest", "======\nFAIL: a\n-----\n" * 12_000),
    ("summaries of unittest", "Ran 1 test in 1s\n" * 23_000),
    ("compiler errors", "error: x\n" * 40_000),
    ("echoes", "$ " + "a && " * 50 + "\n" + "$ tsc --noEmit\n" * 26_000),
]


@pytest.mark.parametrize("output", [row[1] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_hostile_output_is_read_in_bounded_time(output: str) -> None:
    """No output and no pattern takes long."""
    start = time.process_time()
    read_verdicts(None, output)
    read_verdicts(COMMAND, output, exit_code=1)

    assert time.process_time() - start < BOUND_S


def test_a_summary_behind_50_mb_is_read() -> None:
    """The end of an output is always looked at."""
    (found,) = read_verdicts("pytest", "x" * 50_000_000 + "\n1 failed, 2 passed in 0.05s\n")

    assert (found.tool, found.green) == ("pytest", False)


@pytest.mark.parametrize("command", ["", "'", "(" * 3000, "pytest " * 5000, "| head -" + "9" * 400, "a | grep '" * 900])
def test_any_command_is_taken(command: str) -> None:
    """A command that no shell would take changes nothing for what the output says."""
    start = time.process_time()
    found = read_verdicts(command, "1 failed in 0.05s")

    assert [one.green for one in found if one.tool == "pytest"] in ([False], [])
    assert time.process_time() - start < BOUND_S
