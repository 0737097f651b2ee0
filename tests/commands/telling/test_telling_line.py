# the rows of the tables are messages as tools write them
"""commands.telling: the line that says what is wrong, and none where no line does."""

import doctest
import time

import pytest

from twiceshy.commands.telling import find_telling_line, telling_line

ROWS = [
    ("empty", "", "no message"),
    ("only a status", "Exit code 3", "no message (exit status 3)"),
    ("a tool's sentence", "<tool_use_error>Unknown skill: commit</tool_use_error>", "Unknown skill: commit"),
    ("a heading is not enough", "### Error\nTimed out after 3 s", "Timed out after 3 s"),
    (
        "a weak line gives way",
        'Exit code 1\nerror: script "test" exited with code 1\nerror: no tests',
        "error: no tests",
    ),
    (
        "the last exception",
        "Traceback (most recent call last):\nKeyError: 1\n\nTraceback (most recent call last):\nOSError: x",
        "OSError: x",
    ),
    ("pytest says E", "Exit code 1\nE   ValueError: bad\n", "ValueError: bad"),
    ("a listing says nothing", "Exit code 1\na.txt\nb.txt", "no message (exit status 1)"),
    (
        "a sentence says something",
        "Exit code 126\nNo version is set for command python3",
        "No version is set for command python3",
    ),
    ("carriage returns", "Exit code 1\r\nerror: x\r\n", "error: x"),
    (
        "a program's own words",
        "Exit code 1\ncat: illegal option -- Z\nusage: cat [-n] [file ...]",
        "cat: illegal option -- Z",
    ),
    (
        "what is needed",
        "Exit code 1\ngo: updates to go.mod needed; to update it:\n\tgo mod tidy",
        "go: updates to go.mod needed; to update it:",
    ),
    (
        "after an echoed command",
        "Exit code 1\n[fmt] $ gofmt -l .\nThese files need to be formatted:\na.go\n[fmt] ERROR task failed",
        "These files need to be formatted:",
    ),
    ("a folder", "Exit code 1\ncat: build: Is a directory", "cat: build: Is a directory"),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_line_says_what_is_wrong(text: str, expected: str) -> None:
    """Of a failure's text the line remains that a person would read out."""
    assert find_telling_line(text) == expected


def test_the_kind_of_a_failure_stands_in_for_its_words() -> None:
    """A refusal without a word is told as one; a program's silence is not."""
    kinds = ("error", "rejected", "interrupted", "cascade")

    assert [find_telling_line("", None, kind) for kind in kinds] == [
        "no message",
        "rejected by the user",
        "interrupted",
        "Sibling tool call errored",
    ]
    assert find_telling_line("error: no cart", 1, "interrupted") == "error: no cart"


def test_examples_in_the_module_hold() -> None:
    """What its docstrings show is what it does."""
    assert doctest.testmod(telling_line).failed == 0


PIECES = """' " /a a. 1: error~ E~~~ A. a/ ::a[ Error:~ ---~FAIL:~ :~ npm~ ● a.go:1:~ [ERROR]~ FAILED~ ~~~~ a~b:~"""


@pytest.mark.parametrize(
    "piece", [*PIECES.replace("~", "\t").split(" "), "Traceback (most recent call last)\n", "E:\n  "]
)
def test_hostile_texts_take_no_long(piece: str) -> None:
    """Time is bounded by what is looked at, whatever repeats in it."""
    began = time.process_time()
    line = find_telling_line("Exit code 1\n" + piece.replace("\t", " ") * 100_000)

    assert len(line) <= 240
    assert time.process_time() - began < 1
