"""What a run that has ended says of its tests: one line on stderr, or the verdict in the document."""

import json
from pathlib import Path

import pytest
from tests.run.wrapping import Wrapped

UNITTEST = f"{'=' * 70}\nFAIL: %s\n{'-' * 70}\nAssertionError: 1 != 2\n\n"


def _make_suite(folder: Path, output: str, *, status: int = 1) -> list[str]:
    """Make a program that prints this as a project's own runner of tests, and return its command."""
    (folder / "printed").write_text(output)
    suite = folder / "runtests.py"
    suite.write_text(f"#!/bin/sh\ncat {folder}/printed\nexit {status}\n")
    suite.chmod(0o755)
    return ["--", str(suite)]


def _write_failures(names: list[str]) -> str:
    """Return what unittest prints of these failing tests, of 8."""
    return "".join(UNITTEST % name for name in names) + f"Ran 8 tests in 0.1s\n\nFAILED (failures={len(names)})\n"


SILENT = [
    (_write_failures(["test_a (t.T)"]), 0, []),
    (_write_failures(["test_a (t.T)"]), 1, ["--quiet"]),
    ("FAILED tests/test_a.py::test_x - assert 1\n1 failed, 4 passed in 0.31s\n", 1, []),
    ("it failed\n", 1, []),
]


@pytest.mark.parametrize(("output", "status", "options"), SILENT)
def test_nothing_is_said_that_is_known(tmp_path: Path, output: str, status: int, options: list[str]) -> None:
    """A good run, a quiet one, one whose tool names its failing test in its last lines, and one that is no test."""
    done = Wrapped()(*options, *_make_suite(tmp_path, output, status=status))

    assert (done.returncode, done.stdout, done.stderr) == (status, output.encode(), b"")


def test_failing_tests_are_named_in_one_line(tmp_path: Path) -> None:
    """Three of them, quoted, the end of a long name; the output stays as it is."""
    names = ["test_a (t.T)", 'test_"b"\x1b[31m (t.T)', f"test_{'c' * 80}", "test_d (t.T)", "test_e (t.T)"]
    done = Wrapped()(*_make_suite(tmp_path, _write_failures(names)))

    assert (done.returncode, done.stdout.decode()) == (1, _write_failures(names))
    assert done.stderr.decode() == (
        f'twiceshy: 5 of 8 tests failed: "test_a (t.T)", "test_\'b\' (t.T)", "…{"c" * 69}" and 2 more\n'
    )


def test_json_has_the_verdict(tmp_path: Path) -> None:
    """With the names, so that nobody has to read the output."""
    done = Wrapped()("--json", *_make_suite(tmp_path, _write_failures(["test_a (t.T)"])))
    verdict = json.loads(done.stdout)["verdict"]

    assert (verdict["result"], verdict["reason"]) == ("failed", "unittest says 1 failed, 7 passed; status 1")
    assert [(one["test"], one["message"]) for one in verdict["failing_tests"]] == [
        ("test_a (t.T)", "AssertionError: 1 != 2")
    ]
    assert verdict["unnamed"] == 0


def test_a_summary_is_found_at_the_end_of_a_long_output(tmp_path: Path) -> None:
    """What is kept of a stream is its beginning and its end."""
    failure, summary = _write_failures(["test_a (t.T)"]).split("Ran")
    done = Wrapped()("--json", *_make_suite(tmp_path, failure + "noise\n" * 100_000 + "Ran" + summary))
    verdict = json.loads(done.stdout)["verdict"]

    assert verdict["reason"] == "unittest says 1 failed, 7 passed; status 1"
    assert [one["test"] for one in verdict["failing_tests"]] == ["test_a (t.T)"]


def test_a_command_that_could_not_start_has_no_verdict() -> None:
    """It has no output."""
    assert json.loads(Wrapped()("--json", "--", "no-such-command").stdout)["verdict"] is None
