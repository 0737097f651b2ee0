"""insights.remedies.fix_episodes: what was tried after a failure, and whether it got over it."""

from dataclasses import dataclass

import pytest
from tests.insights.kinds.histories import GREEN, MUTE, RED, fail, prompt, run, session, touch

from twiceshy.insights.remedies.fix_episodes import (
    Episode,
    WordChange,
    find_changes,
    find_moved_path,
    list_episodes,
    read_work,
)
from twiceshy.records.attempts import AttemptCheck, AttemptEnd, CallAttempt
from twiceshy.records.rules import FixKind

LINT = "Formatter would have printed the following content:"


def read(*calls: CallAttempt) -> Episode:
    return next(list_episodes(session(*calls)))


def ways(*calls: CallAttempt) -> list[tuple[FixKind, str, bool]]:
    return [(way.kind, " ".join(way.words), way.worked) for way in read(*calls).ways]


WRAPPED = fail("rtk npm test", "error: unrecognized subcommand 'npm'")
TESTS = run("npm test", checks=GREEN)
LINTED = fail("npm run lint", LINT, head="npm run lint")
LINT_RED = LINTED._replace(checks=(AttemptCheck("biome", "lint", green=False),))
LINTS = run("npm run lint", head="npm run lint")
BOTH = run("npm run gen && npm run lint", head="npm run gen")
MENDS = run("npm run lint:fix", head="npm run lint:fix")
NONE = [
    ("nothing came after", [WRAPPED]),
    ("the same again", [WRAPPED, run("rtk npm test")]),
    ("a look", [LINTED, run("git status"), LINTS]),
    ("a check", [LINTED, run("npm test", checks=RED), LINTS]),
    ("work that is taken back", [LINTED, run("git checkout src/a.py"), LINTS]),
    ("a script of its own", [LINTED, touch("try.py"), run("python try.py", head="python <script>")]),
    ("an edit between", [WRAPPED, touch("src/a.py"), TESTS]),
    ("an edit by a command", [LINTED, MENDS, run("sed -i s/a/b/ src/a.py"), LINTS]),
    ("a file that a line writes", [LINTED, MENDS, run("echo x > src/a.py"), LINTS]),
    ("a prompt between", [WRAPPED, prompt(), TESTS]),
    ("too late", [WRAPPED, *(run("git status") for _ in range(8)), TESTS]),
    ("another subagent", [WRAPPED, TESTS._replace(subagent="ff")]),
    ("tests without a word", [WRAPPED, run("npm test")]),
    ("tests that are green by their status", [WRAPPED, run("npm test", checks=MUTE)]),
    (
        "without the runner's -m",
        [fail("python -m unittest a.py", "ImportError: a", head="unittest"), run("python a.py")],
    ),
    ("a step before mute tests", [fail("npm test", "E: no db"), run("make db"), run("npm test", checks=MUTE)]),
    ("another error in between", [LINTED, fail("npm run lint", "any", head="npm run lint"), MENDS, LINTS]),
    ("settings that switch a check off", [LINT_RED, touch("biome.json"), LINTS]),
    ("another thing", [WRAPPED, run("docker ps")]),
]


@pytest.mark.parametrize("calls", [row[1] for row in NONE], ids=[row[0] for row in NONE])
def test_what_got_over_nothing(calls: list[CallAttempt]) -> None:
    """None of these tells what helped."""
    assert ways(*calls) == []


@dataclass(frozen=True)
class Case:
    name: str
    calls: list[CallAttempt]
    expected: list[tuple[FixKind, str, bool]]


CASES = [
    Case("a form", [WRAPPED, TESTS], [(FixKind.FORM, "npm test", True), (FixKind.WITHOUT, "rtk", True)]),
    Case(
        "a form that failed too",
        [WRAPPED, fail("npm test")],
        [(FixKind.FORM, "npm test", False), (FixKind.WITHOUT, "rtk", False)],
    ),
    Case("a step", [LINTED, MENDS, LINTS], [(FixKind.STEP, "npm run lint:fix", True)]),
    Case(
        "on one line",
        [LINTED, run("npm run gen && npm run lint", head="npm run gen")],
        [(FixKind.STEP, "npm run gen", True)],
    ),
    Case("in vain", [LINTED, run("npm ci"), LINTED], [(FixKind.STEP, "npm ci", False)]),
    Case(
        "an edit of settings",
        [LINTED, touch("biome.json"), LINTS],
        [(FixKind.EDIT, "biome.json", True)],
    ),
    Case(
        "a moved file",
        [
            fail("pytest pkg/test_a.py", "ERROR: file or directory not found"),
            run("pytest pkg/tests/test_a.py", checks=GREEN),
        ],
        [
            (FixKind.FORM, "pytest pkg/tests/test_a.py", True),
            (FixKind.IN_PLACE, "FOLDER/tests/FILE", True),
            (FixKind.IN_PLACE, "pkg/tests/test_a.py", True),
        ],
    ),
    Case(
        "a red answer of a runner that began, whatever was edited",
        [
            fail("pytest", "zsh: command not found: pytest"),
            touch("src/a.py"),
            run("bin/test a.py", AttemptEnd.FAILED, message="1 failed", head="test", checks=RED),
        ],
        [(FixKind.FORM, "bin/test", True)],
    ),
    Case(
        "a twin",
        [fail("pytest", "zsh: command not found: pytest"), run("tox -e py311", head="tox", checks=GREEN)],
        [(FixKind.FORM, "tox -e py311", True)],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_try_is_told_by_what_it_did(case: Case) -> None:
    """With its end; a step's end is that of the same call after it."""
    assert ways(*case.calls) == case.expected


def test_a_red_check_did_its_job() -> None:
    """Another form of a test that failed is no way out; nor is a failure without words a failure."""
    red = fail("pytest -q", "AssertionError: 1 != 2", checks=RED)

    assert ways(red, run("python -m pytest -q")) == []
    assert list(list_episodes(session(fail("git push", ""), run("git status")))) == []


def test_an_episode_knows_the_branch_and_its_copies() -> None:
    """The branch was named before; a copy is one whose calls before it are the same to the letter."""
    calls = [
        run("git checkout -b new-page"),
        touch("a"),
        touch("b"),
        fail("git push"),
        run("git push -u origin new-page"),
    ]
    one, other = read(*calls), read(*calls)

    assert "new-page" in one.ways[0].known
    assert one.copy == other.copy
    assert read(WRAPPED).copy != read(WRAPPED).copy
    assert (one.head, one.row, one.solved) == ("git push", ("git", "push"), False)
    assert read(fail("git push"), run("git push")).solved
    assert not read(fail("pytest a.py", "no module a"), run("pytest --version", head="pytest a.py")).solved


# insights.remedies.fix_words: commands for the same purpose, and how they differ.

LINES = [
    ("git push", [["git", "push"]]),
    ("cd web && CI=1 npm test 2>&1 | tail -20", [["CI=1", "npm", "test"]]),
    ("git add -A && git commit -m 'a b'", [["git", "add", "-A"], ["git", "commit", "-m", "'a b'"]]),
    ("cat > a.py << E\nE", []),
    ("npm test > out.txt", []),
    ("npm test $(cat names)", []),
    ("make " + "x" * 300, []),
    ("", []),
]


@pytest.mark.parametrize(("line", "rows"), LINES)
def test_a_line_is_read_where_it_is_only_words(line: str, rows: list[list[str]]) -> None:
    """What moves, talks or filters is no work."""
    assert [list(row) for row in read_work(line)] == rows


CHANGES = [
    ("rtk npm test", "npm test", [("rtk", "", True)]),
    ("pytest -q a.py", "python -m pytest -q a.py", [("", "python -m", True)]),
    ("python a.py", "python3 a.py", [("python", "python3", True)]),
    ("git push", "git push --set-upstream origin b", [("", "--set-upstream origin b", False)]),
    ("npm ci --strict", "npm ci", [("--strict", "", False)]),
    ("pytest pkg/test_a.py", "pytest pkg/tests/test_a.py", [("pkg/test_a.py", "pkg/tests/test_a.py", False)]),
    ("npm run tset", "npm run test", [("tset", "test", False)]),
    ("pytest a.py", "pytest b.py", []),
    ("pytest", "pytest a.py", []),
    ("npm test", "npm test", []),
    ("docker compose up", "docker ps", []),
    ("npm ci", "make all", []),
    ("tool a b c d", "tool -1 a -2 b -3 c d", []),
    ("tool x", "tool x -a -b -c -d -e", []),
    ("a x y", "b c d e f x y", []),
]


@pytest.mark.parametrize(("failed", "other", "expected"), CHANGES)
def test_another_form_keeps_what_the_command_is_about(
    failed: str, other: str, expected: list[tuple[str, str, bool]]
) -> None:
    """Another file is another task, unless the error names it; a handful of new words is another command."""
    found = find_changes(tuple(failed.split()), tuple(other.split()), {"test"})

    assert [(" ".join(one.removed), " ".join(one.added), one.leads) for one in found] == expected


MOVES = [
    ("pkg/a.py", "pkg/tests/a.py", ("FOLDER/FILE", "FOLDER/tests/FILE")),
    ("tests/a.py", "web/tests/a.py", ("FOLDER/FILE", "web/FOLDER/FILE")),
    ("tests/a.py", "/home/ann/tests/a.py", None),
    ("a.py", "b.py", None),
    ("a.py", "pkg/a.py", None),
]


@pytest.mark.parametrize(("old", "new", "expected"), MOVES)
def test_a_file_that_lies_elsewhere_tells_its_folder(old: str, new: str, expected: tuple[str, str] | None) -> None:
    """Of any file of such folders; nothing of the whole machine."""
    assert find_moved_path(WordChange((old,), (new,), leads=False)) == expected
