"""lessons.classify: wrong calls, troubled machines and faulty code are told apart by what any tool says."""

import time
from collections.abc import Mapping

import pytest

from twiceshy.lessons.call_complaints import CallEnd
from twiceshy.lessons.error_categories import LEARNABLE, classify_error, classify_error_type


@pytest.mark.parametrize(
    ("params", "message", "kind"),
    [
        pytest.param({"command": "frob --colour"}, "frob: unrecognized option '--colour'", "INCORRECT_PARAMETER"),
        pytest.param({"command": "frob -n x1"}, "frob: invalid number of lines: 'x1'", "PARAMETER_FORMAT"),
        pytest.param({"command": "frob"}, "frob: missing file operand", "MISSING_PARAMETER"),
        pytest.param({"command": "frob"}, "bash: frob: command not found", "WRONG_TOOL_SELECTION"),
        pytest.param({"command": "frob up"}, "Error: please run `frob init` first", "MISSING_PREREQUISITE"),
        pytest.param({"command": "frob add a"}, "Error: a already exists", "WORKFLOW_SEQUENCE"),
        pytest.param({"command": "frob get"}, "Error: HTTP 401 Unauthorized", "INFRASTRUCTURE"),
        pytest.param({"command": "frob get"}, "dial tcp 10.0.0.1:443: i/o timeout", "INFRASTRUCTURE"),
        pytest.param({"command": "pytest -q"}, "FAILED tests/test_a.py::test_b - assert 1 == 2", "CODE"),
        pytest.param({"command": "frobc a.c"}, "a.c:3:5: error: expected ';'", "CODE"),
        pytest.param({"command": "ls"}, "The user doesn't want to proceed with this tool use.", "NOTHING"),
        pytest.param({"command": "grep -q a b"}, "Exit code 1", "NOTHING"),
        pytest.param({"command": "frob"}, "Exit code 3\nhmm", ""),
    ],
)
def test_kinds(params: Mapping[str, object], message: str, kind: str) -> None:
    """Each kind by its turn of phrase, from a tool that nobody has heard of."""
    assert classify_error(params, message).kind == kind


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"command": "frob use proj-403"}, "Error: unknown project proj-403"),
        ({"command": "frob use fix-timeout"}, "fatal: branch 'fix-timeout' does not exist"),
        ({"command": "cat src/401.py"}, "cat: src/401.py: No such file or directory"),
        ({"name": "connection refused"}, 'no entry "connection refused" found'),
    ],
)
def test_values_of_the_call_are_not_read_as_words(params: Mapping[str, object], message: str) -> None:
    """A name that looks like an infrastructure error is a name."""
    assert classify_error(params, message).kind == "INCORRECT_PARAMETER"


def test_what_the_call_never_named_has_to_be_made_first() -> None:
    """The same words, once about a value of the call and once about something else."""
    message = "could not find shop.toml"

    assert classify_error({"command": "frob build"}, message).kind == "MISSING_PREREQUISITE"
    assert classify_error({"command": "frob build shop.toml"}, message).kind == "INCORRECT_PARAMETER"


@pytest.mark.parametrize(("received", "kind"), [("undefined", "MISSING_PARAMETER"), ("string", "PARAMETER_FORMAT")])
def test_a_schema_says_what_was_wanted(received: str, kind: str) -> None:
    """A value that is not there, and one of another type."""
    message = f'Invalid arguments: [{{"code":"invalid_type","expected":"number","received":"{received}"}}]'

    assert classify_error({"n": "x"}, message).kind == kind


def test_the_seeds_keys() -> None:
    """Its own example: the category is found, and it is one to learn from."""
    found = classify_error_type("bonfire_namespace_release", {"namespace": "ephemeral-abc"}, "namespace not owned")

    assert (found["is_usage_error"], found["error_category"], found["learnable"]) == (
        True,
        "INCORRECT_PARAMETER",
        True,
    )
    assert set(found) == {"is_usage_error", "error_category", "confidence", "learnable", "evidence"}
    assert "MISSING_PARAMETER" not in LEARNABLE


def test_long_and_hostile_messages_take_no_time() -> None:
    """A megabyte of one line, and of many."""
    began = time.process_time()
    for message in ("error: no " * 100_000, "\n" * 500_000, "a b: " * 200_000, "'" * 500_000):
        classify_error({"command": "x" * 100_000}, message)
    assert time.process_time() - began < 5


def test_a_compilers_line_refuses_no_call() -> None:
    """What stands behind a place in code is about the code, whatever words it has."""
    output = "[test] $ go test ./...\nshop/a_test.go:39:71: invalid operation: x != y (mismatched types)\nFAIL"

    assert classify_error({"command": "mise run test"}, output, CallEnd(1)).kind == "CODE"


@pytest.mark.parametrize(
    ("command", "output", "kind"),
    [
        ("jq . a.json", "bash: jq: command not found", "WRONG_TOOL_SELECTION"),
        ("./release.sh", "./release.sh: line 8: jq: command not found", "MISSING_PREREQUISITE"),
        ("make -f no.mk", "make: no.mk: No such file or directory", "INCORRECT_PARAMETER"),
        ("make build", "make: protoc: No such file or directory", "MISSING_PREREQUISITE"),
        ("curl localhost:3000", "curl: (7) Failed to connect to localhost port 3000", "MISSING_PREREQUISITE"),
        ("curl https://api.test", "curl: (7) Failed to connect to api.test port 443", "INFRASTRUCTURE"),
    ],
)
def test_the_rules_for_what_is_not_there(command: str, output: str, kind: str) -> None:
    """What the call names is the wrong tool; what something else needs is missing, as is a local server."""
    assert classify_error({"command": command}, output, CallEnd(failed=True)).kind == kind


def test_nothing_went_wrong_is_an_answer() -> None:
    """By how the call ended, or by what it says where that is not known."""
    error = "error: pathspec 'x' did not match any file(s)"

    assert classify_error({"command": "git checkout x"}, error, CallEnd(0)).kind == "NOTHING"
    assert classify_error({"command": "git checkout x"}, error).kind == "INCORRECT_PARAMETER"
    assert classify_error({"command": "ruff check ."}, "All checks passed!").kind == "NOTHING"
