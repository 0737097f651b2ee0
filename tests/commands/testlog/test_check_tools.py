"""Which commands check something."""

import pytest

from twiceshy.commands.testlog.check_tools import CheckTool
from twiceshy.commands.testlog.status_verdicts import find_tools

NONE = [
    "",
    "echo pytest",
    "cat tests/test_a.py",
    "pytest --version",
    "pytest --collect-only",
    "npm run deploy",
    "python manage.py migrate",
    "python -c 'import a'",
    "test -f a.py",
    "node server.js",
    "python -",
]
SOME = [
    ("pytest -q tests", CheckTool("pytest", "test")),
    ("cd web && npx vitest run", CheckTool("vitest", "test")),
    ("staticcheck ./...", CheckTool("staticcheck", "lint")),
    ("pnpm run typecheck", CheckTool("pnpm run typecheck", "types")),
    ("bin/test src", CheckTool("bin/test", "test")),
    ("./tests/runtests.py admin", CheckTool("unittest", "test")),
    ("python tests/runtests.py admin", CheckTool("unittest", "test")),
    ("python3 test_a.py", CheckTool("python <script>", "test", "test_a.py")),
    ("cat > repro.py <<'EOF'\nimport a\nEOF\npython repro.py", CheckTool("python <script>", "test", "repro.py")),
    ("bash -c 'ruff check .'", CheckTool("ruff", "lint")),
]


@pytest.mark.parametrize("command", NONE)
def test_what_checks_nothing_is_no_tool(command: str) -> None:
    """Words and files with a tester's name are none."""
    assert find_tools(command) == []


@pytest.mark.parametrize(("command", "tool"), SOME)
def test_what_checks_is_known_by_its_name(command: str, tool: CheckTool) -> None:
    """A tool, a project's task, or a script of its own."""
    assert find_tools(command) == [tool]


def test_of_a_line_that_no_shell_takes_the_words_are_read() -> None:
    """The names are there; nothing is claimed of the status."""
    assert find_tools("pytest 'open") == [CheckTool("pytest", "test")]


BY_WORD = [
    ("forge test -vv", "test"),
    ("uvx ty check", "lint"),
    ("cargo tauri build", "build"),
    ("swiftlint", "lint"),
    ("ansible-lint site.yml", "lint"),
    ("bash scripts/build.sh", "build"),
    ("./run-tests.sh --fast", "test"),
    ("nix flake check", "lint"),
]
NO_CHECKS = [
    "git branch test",
    "gh run view --job build",
    "/tmp/shop-test aaaa",
    "./bin/shop-test serve",
    "/tmp/test.sh",
    "./check.sh",
    "brew test x",
    "ls test",
    "cat build",
    "shop serve --with test",
]


@pytest.mark.parametrize(("command", "kind"), BY_WORD)
def test_a_checks_word_is_enough(command: str, kind: str) -> None:
    """Of a program that nobody knows; its status says the rest."""
    assert [tool.kind for tool in find_tools(command)] == [kind]


@pytest.mark.parametrize("command", NO_CHECKS)
def test_such_a_word_may_be_something_else(command: str) -> None:
    """A branch, a file, a program of the project's own, what is tried out."""
    assert find_tools(command) == []
