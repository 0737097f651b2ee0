"""commands.shell.masked_status: statuses that a line hides."""

import doctest

import pytest

from twiceshy.commands.shell import masked_status
from twiceshy.commands.shell.masked_status import is_masked

MASKED = [
    ("plain", "go test ./...", False),
    ("chain", "cd x && go test ./...", False),
    ("work comes last", "echo start; go test ./...", False),
    ("fails loudly", "make || exit 1", False),
    ("fails loudly with words", 'make || { echo "bad"; exit 1; }', False),
    ("status kept", "go test | tee log; exit ${PIPESTATUS[0]}", False),
    ("pipefail", "set -o pipefail; go test | tail", False),
    ("errexit", "set -e\nmake\necho done", False),
    ("followed by and", "make && echo done", False),
    ("work behind a pipe", "echo '{}' | node check.js", False),
    ("pipe in a message", 'git commit -m "a | tail"', False),
    ("the last of a chain into tail", "make fmt && make test 2>&1 | tail -3", True),
    ("the first of a chain, which shows", "make fmt && make test", False),
    ("into tail", "go test ./... 2>&1 | tail -20", True),
    ("into a chain of filters", "npm test | grep FAIL | head", True),
    ("or true", "make lint || true", True),
    ("or echo", 'make && echo ok || echo "failed"', True),
    ("then echo", 'pytest; echo "exit: $?"', True),
    ("next line", "pytest\necho done", True),
    ("background", "npm start &", True),
    ("inside bash -c", "bash -c 'make | tail'", True),
    ("inside a substitution", 'echo "$(make)"', True),
    ("subshell into a filter", "(cd x && make) | tail", True),
    ("inside a shell's text, that keeps it", "bash -c 'set -o pipefail; make | tail'", False),
    ("a loop behind and", "make && for x in 1 2; do time ./x; done", False),
    ("what no shell takes", "make | tail 'open", False),
    ("what no inner shell takes", "bash -c 'make | tail \"open'", False),
    ("a text with escapes", "gh pr edit --body $'it\\'s | tail; echo'", False),
    ("inside a condition", "if make; then echo ok; fi", True),
]


@pytest.mark.parametrize(("command", "expected"), [row[1:] for row in MASKED], ids=[row[0] for row in MASKED])
def test_a_hidden_status_is_seen(command: str, expected: bool) -> None:
    """A line is masked exactly when its work can fail and the line still end with 0."""
    assert is_masked(command) is expected


def test_lines_within_lines_end_somewhere() -> None:
    """However deep: nothing is claimed of what lies too deep."""
    line = "make | tail"
    for _ in range(8):
        line = f"eval {line!r}"

    assert not is_masked(line)


def test_the_examples_hold() -> None:
    """Docstrings are tests."""
    assert doctest.testmod(masked_status).failed == 0
