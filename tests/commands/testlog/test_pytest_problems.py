"""What a failed pytest run says of each failure: the words of the traceback, where the summary is cut."""

from twiceshy.commands.testlog import read_verdicts
from twiceshy.records.findings import Verdict

SECTION = """=================================== FAILURES ===================================
__________________________________ test_total __________________________________

>       assert total([1, 2]) == 4, "the sum of the basket is wrong"
E       AssertionError: the sum of the basket is wrong
E       assert 3 == 4

tests/test_a.py:5: AssertionError
=========================== short test summary info ============================
"""


def read(text: str, exit_code: int = 1) -> Verdict:
    """The only verdict."""
    (found,) = read_verdicts("pytest", text, exit_code=exit_code)
    return found


def test_a_message_that_the_summary_cut_is_the_tracebacks() -> None:
    """The summary ends at the terminal's width."""
    text = SECTION + "FAILED tests/test_a.py::test_total - AssertionError: the sum of...\n=== 1 failed in 0.03s ===\n"
    assert read(text).problems[0].message == "AssertionError: the sum of the basket is wrong"


def test_a_whole_message_stays() -> None:
    """What is not cut is the summary's own word."""
    text = SECTION + "FAILED tests/test_a.py::test_total - KeyError: 'a...'\n=== 1 failed in 0.03s ===\n"
    assert read(text).problems[0].message == "KeyError: 'a...'"


def test_a_message_of_another_fault_is_not_taken() -> None:
    """Only the same fault can be the whole of it."""
    text = SECTION + "FAILED tests/test_a.py::test_total - KeyError: a...\n=== 1 failed in 0.03s ===\n"
    assert read(text).problems[0].message == "KeyError: a..."


def test_a_file_that_could_not_be_collected_says_why() -> None:
    """With the line that was at fault."""
    text = """==================================== ERRORS ====================================
_______________________ ERROR collecting tests/test_a.py _______________________
ImportError while importing test module '/p/tests/test_a.py'.
Traceback:
tests/test_a.py:1: in <module>
    import nope
E   ModuleNotFoundError: No module named 'nope'
=========================== short test summary info ============================
ERROR tests/test_a.py
!!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!
=============================== 1 error in 0.05s ===============================
"""
    (problem,) = read(text, 2).problems
    assert (problem.message, problem.file, problem.line) == (
        "ModuleNotFoundError: No module named 'nope'",
        "tests/test_a.py",
        1,
    )


def test_what_was_never_awaited_is_a_fault_of_a_green_run() -> None:
    """The tests passed, and something did not run; other warnings are no faults."""
    text = """=============================== warnings summary ===============================
tests/test_a.py::test_x
  /p/tests/test_a.py:4: RuntimeWarning: coroutine 'fetch' was never awaited
    fetch()
  /p/tests/test_a.py:9: DeprecationWarning: old words

========================= 1 passed, 2 warnings in 0.01s =========================
"""
    found = read(text, 0)
    assert found.green
    assert [(one.message, one.line) for one in found.problems] == [("coroutine 'fetch' was never awaited", 4)]


def test_a_name_that_fills_the_line_is_a_name() -> None:
    """One mark is left at each side; without a short summary it is all there is."""
    name = "test_validate_parameter_grid_input[0-TypeError-Parameter grid is not a dict or a list (0)]"
    text = f"=== FAILURES ===\n_ {name} _\n\nE       TypeError: oh\n\na.py:138: TypeError\n=== 1 failed in 5.30s ===\n"
    (problem,) = read(text).problems
    assert (problem.test, problem.file, problem.message) == (name, "a.py", "TypeError: oh")
