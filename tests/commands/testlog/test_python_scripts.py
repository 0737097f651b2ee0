"""What a script's own output says."""

import pytest

from twiceshy.commands.testlog.check_tools import CheckTool
from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.python_scripts import read_script

TEST = CheckTool("python <script>", "test", "test_a.py")
REPRO = CheckTool("python <script>", "test", "repro.py")
PLACE = '  File "a.py", line 3, in <module>\n    total(1)\n'
TRACE = "Traceback (most recent call last):\n" + PLACE + "shop.errors.OutOfStock: none left\n"
SILENT = [
    pytest.param(TEST, "", 0, True, id="nothing was printed"),
    pytest.param(REPRO, "done", 0, True, id="it only reproduces"),
    pytest.param(TEST, "done", 0, False, id="the status is of something else"),
    pytest.param(TEST, "FAIL: two", 0, True, id="it says that it found a fault"),
    pytest.param(TEST, TRACE + "went on", 0, True, id="it caught what it raised"),
    pytest.param(REPRO, "  Traceback (most recent call last):\n" + PLACE, None, False, id="a quoted traceback"),
    pytest.param(REPRO, "see a.py\nSyntaxError: a word", None, False, id="words of a fault without its place"),
]


@pytest.mark.parametrize(("tool", "text", "code", "shown"), SILENT)
def test_what_says_nothing_is_unknown(tool: CheckTool, text: str, code: int | None, shown: bool) -> None:
    """No verdict is guessed."""
    assert read_script(tool, CommandOutput(text), code, shown=shown) is None


def test_a_traceback_is_red_with_its_last_line_and_place() -> None:
    """Also behind a pipe, and with a fault of the project's own name."""
    found = read_script(REPRO, CommandOutput(TRACE), None, shown=False)
    assert found is not None
    assert not found.green
    assert [(one.message, one.file, one.line) for one in found.problems] == [
        ("shop.errors.OutOfStock: none left", "a.py", 3)
    ]


def test_a_file_that_cannot_be_read_has_no_traceback() -> None:
    """Its place stands before the fault."""
    text = '  File "a.py", line 3\n    x =\n       ^\nSyntaxError: invalid syntax'
    found = read_script(REPRO, CommandOutput(text), 1, shown=True)
    assert found is not None
    assert found.problems[0].error_type == "SyntaxError"


def test_a_bad_status_needs_no_words() -> None:
    """The script ended so itself."""
    found = read_script(REPRO, CommandOutput("bye"), 3, shown=True)
    assert found is not None
    assert not found.green


def test_a_test_that_ends_well_is_green() -> None:
    """It said something, and nothing bad."""
    found = read_script(TEST, CommandOutput("a = 1"), 0, shown=True)
    assert found is not None
    assert found.green
