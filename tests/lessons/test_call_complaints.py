"""lessons.call_complaints: which words of an output may say what went wrong."""

import pytest

from twiceshy.lessons.call_complaints import CallEnd, drop_quoted_lines, find_own_words

UNKNOWN, WORKED, FAILED = CallEnd(), CallEnd(0), CallEnd(1, failed=True)
DIFF = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-raise Error("not found")\n+raise Error("denied")'


@pytest.mark.parametrize(
    ("end", "worked", "failed"),
    [
        (CallEnd(), False, False),
        (CallEnd(0), True, False),
        (CallEnd(1), False, True),
        (CallEnd(failed=False), True, False),
        (CallEnd(failed=True), False, True),
        (CallEnd(0, failed=True), False, True),
        (CallEnd(1, failed=False), False, True),
    ],
)
def test_an_end_is_known_by_status_and_flag(end: CallEnd, worked: bool, failed: bool) -> None:
    """Either may be missing; a status other than 0, or the flag, makes it a failure."""
    assert (end.worked, end.is_failure) == (worked, failed)


@pytest.mark.parametrize(
    ("command", "text", "end", "expected"),
    [
        ("git diff", DIFF, UNKNOWN, ""),
        ("git apply x", f"{DIFF}\nerror: x: patch does not apply", FAILED, "error: x: patch does not apply"),
        ("cat a b", "fatal error\ncat: b: No such file or directory", FAILED, "cat: b: No such file or directory"),
        ("ls -l", "-rw-r--r-- 1 ann ann 12 Nov 2 error: denied.log", UNKNOWN, ""),
        ("grep -rn x src", "", FAILED, ""),
        ("grep -rn x src", "src/a.py:3: error: not found", UNKNOWN, ""),
        ("make | tail -1", "all done, 0 errors", WORKED, ""),
        ("mytool x | tail -1", "mytool: cannot open x", WORKED, "mytool: cannot open x"),
        ("mytool x || true", "mytool: cannot open x", WORKED, ""),
        ("mytool x", "mytool: cannot open x", WORKED, ""),
        ("mytool --help", "Usage: mytool\nfails on unknown options", UNKNOWN, ""),
        ("mytool x", "loaded\nread\nwritten\nclosed", UNKNOWN, ""),
        ("mytool x", "loaded\nread\nwritten\nerror: no space", UNKNOWN, "loaded\nread\nwritten\nerror: no space"),
        ("", "namespace not owned", UNKNOWN, "namespace not owned"),
        ("", "     1\traise ValueError('not found')", UNKNOWN, ""),
        ("", "src/a.py:12: raise PermissionError", UNKNOWN, ""),
        ("bin/test a.py", "1 failed", FAILED, "1 failed"),
        ("git show x", "ssh: Could not resolve hostname h", CallEnd(128), "ssh: Could not resolve hostname h"),
        ("docker ps", "Cannot connect to the Docker daemon", FAILED, "Cannot connect to the Docker daemon"),
    ],
)
def test_only_the_calls_own_words_count(command: str, text: str, end: CallEnd, expected: str) -> None:
    """Not those of what it shows, and none where it worked and its line hides nothing."""
    assert find_own_words(command, text, end) == expected


def test_a_masked_run_of_tests_that_fails_is_read_whole() -> None:
    """Its summary says that it failed, though the pipe ended well."""
    text = "FAILED tests/a.py::t - assert 1 == 2\n1 failed in 0.1s"

    assert find_own_words("pytest -q | tail -2", text, WORKED) == text


def test_quoted_lines_end_with_the_diff() -> None:
    """What stands behind it is the command's own again."""
    assert drop_quoted_lines(f"begin\n{DIFF}\nAborting") == ["begin", "Aborting"]
