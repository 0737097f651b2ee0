"""commands.testlog.reading: which tools speak, masked, cut and silent runs, and what a status alone may say."""

import pytest
from tests.commands.testlog.samples import HITS, PYTEST_FAILED, Hit

from twiceshy.commands.testlog import read_verdicts
from twiceshy.commands.testlog.output_parser import LONGEST_MESSAGE, MOST_PROBLEMS
from twiceshy.records.findings import Verdict

SUMMARY = "=== 1 failed, 2 passed in 0.05s ==="


def colours(found: tuple[Verdict, ...]) -> list[tuple[str, bool, str]]:
    return [(one.tool, one.green, one.by) for one in found]


UNKNOWN = [
    ("nothing at all", None, "", None),
    ("a page shown", "cat docs/testing.md", SUMMARY, 0),
    ("a page shown, in part", "cd docs && sed -n 1,20p testing.md", SUMMARY, 0),
    ("history", "git log --stat | head -50", SUMMARY, 0),
    ("a pull request's text", "gh pr view 12", SUMMARY, 0),
    ("another agent's talk", "codex exec 'run the tests'", SUMMARY, 0),
    ("a search", "rg -n 'passed in'", "logs/a.log:3:" + SUMMARY, 0),
    ("a filter took the summary", "pytest | grep -c PASSED", "12", 0),
    ("masked, nothing said", "pytest -q > /tmp/out; true", "", 0),
    ("in the background", "npm test &", "", 0),
    ("one of two failed", "eslint . && npm run deploy", "", 1),
    ("either of two", "pytest || true", "", 0),
    ("the status is of the filter", "tsc --noEmit | grep error", "", 1),
    ("silence that was filtered", "tsc --noEmit | grep -i total", "", 0),
    ("silence of a run that may not have ended", "tsc --noEmit", "", None),
    ("an echo that may still run", "npm run check", "> shop@1.0.0 check\n> tsc --noEmit", None),
    ("silence of one that speaks when all is well", "go test ./... | tail -3", "", 0),
    ("formatting is no check", "mise run fmt", "[fmt] $ gofmt -w .", 0),
    ("a formatter that writes", "npx prettier --write a.js", "a.js 12ms", 0),
    ("a script of unknown purpose", "npm run deploy", "", 0),
    ("nothing was tested", "pytest -k x", "=== 12 deselected in 0.12s ===", 5),
    ("no package has the script", "pnpm --filter web build", 'None of the selected packages has a "build" script', 0),
    ("a silent tool behind what a tail left out", "npm run check | tail -2", "> a@1 check\n> tsc --noEmit", 0),
    ("a count of lines", "golangci-lint run | wc -l", "194", 0),
    ("a count of matches", "pytest | grep -c FAILED", "0", 0),
    ("help", "pytest --help", "usage: pytest", 0),
    ("a condition", "if make; then echo ok; fi", "ok", 0),
    ("a line that no shell takes", "pytest 'open", "", 1),
    ("a program not there, and not the tool", "pytest; jq . a.json | cat", "bash: jq: command not found", 0),
    (
        "a crash of what was tested, told in a report",
        "pytest | tail -3",
        "  1. Segmentation fault in the parser: see below",
        0,
    ),
    ("a script that only reproduces", "python3 reproduce_issue.py", "nothing raised", 0),
    ("a script that is only written", "cat > test_a.py <<'EOF'\nimport a\nEOF", "", 0),
    ("a script that prints nothing", "python3 pkg/tests/test_a.py", "", 0),
    ("a script that says it found a fault", "python test_a.py", "FAIL: header not kept", 0),
    (
        "a script that caught its traceback",
        "python test_a.py",
        "Traceback (most recent call last):\nValueError: x\nok",
        0,
    ),
    (
        "a script of the project's work",
        "python manage.py migrate",
        "Traceback (most recent call last):\nKeyError: 1",
        1,
    ),
    ("a printed status of a filter", "pytest | tail -1; echo exit=$?", "exit=0", 0),
    ("a hook in prose", "git commit -m x", "[main abc1234] Say when the pre-commit hook runs", 0),
]


@pytest.mark.parametrize(("command", "output", "status"), [row[1:] for row in UNKNOWN], ids=[row[0] for row in UNKNOWN])
def test_what_is_not_told_is_unknown(command: str | None, output: str, status: int | None) -> None:
    """No verdict is guessed."""
    assert read_verdicts(command, output, exit_code=status) == ()


SAID = [
    (
        "a script that failed behind a tail",
        "npm run check | tail -2",
        "npm error command sh -c tsc --noEmit\n> b@1 check",
        0,
        [("types script", False, "lines")],
    ),
    ("not there", "pytest", "bash: pytest: command not found", 127, [("pytest", False, "absent")]),
    (
        "not there, as a module",
        "python -m pytest",
        "/usr/bin/python: No module named pytest",
        1,
        [("pytest", False, "absent")],
    ),
    (
        "not there, behind a mask",
        "go vet ./...; staticcheck ./... || true",
        "zsh: command not found: staticcheck",
        0,
        [("staticcheck", False, "absent")],
    ),
    (
        "not there, by another status",
        "npx vitest",
        "npm error could not determine executable to run",
        1,
        [("vitest", False, "absent")],
    ),
    (
        "not there, in a script",
        "bun run lint",
        "$ biome check .\nbash: line 1: biome: command not found",
        127,
        [("bun run lint", False, "absent")],
    ),
    ("no such script", "bun run lint", 'error: Script not found "lint"', 1, [("bun run lint", False, "absent")]),
    ("ended by a time limit", "timeout 60 go test ./...", "", 124, [("go test", False, "ended")]),
    ("killed after good words", "go test ./...", "ok  \ta/b\t0.1s", 137, [("go test", False, "ended")]),
    (
        "a crash after good words",
        "pytest | tail -3",
        "2 passed in 0.05s\nSegmentation fault (core dumped)",
        0,
        [("pytest", False, "ended")],
    ),
    (
        "good words and a bad status",
        "pytest",
        "2 passed in 0.05s",
        1,
        [("pytest", True, "summary"), ("pytest", False, "status")],
    ),
    (
        "asked in the wrong way",
        "mypy --nope && npm run x",
        "mypy: error: unrecognized arguments",
        2,
        [("mypy", False, "status")],
    ),
    (
        "a printed status",
        "golangci-lint run > log 2>&1; echo exit=$?",
        "exit=1",
        0,
        [("golangci-lint", False, "status")],
    ),
    (
        "a printed status of a pipe",
        "pytest -q 2>&1 | tail -0; echo EXIT: ${PIPESTATUS[0]}",
        "EXIT: 0",
        0,
        [("pytest", True, "status")],
    ),
    (
        "a traceback",
        "python repro.py",
        'Traceback (most recent call last):\n  File "repro.py", line 2, in <module>\nKeyError: 1',
        1,
        [("python <script>", False, "script")],
    ),
    (
        "a traceback behind a pipe",
        "python repro.py | tail",
        'Traceback (most recent call last):\n  File "repro.py", line 2, in <module>\nKeyError: 1',
        0,
        [("python <script>", False, "script")],
    ),
    (
        "a script that cannot be read",
        "python repro.py",
        '  File "repro.py", line 2\n    x =\n       ^\nSyntaxError: invalid syntax',
        1,
        [("python <script>", False, "script")],
    ),
    ("a script that tests", "python test_a.py", "All is as it was", 0, [("python <script>", True, "script")]),
    ("a project's own runner", "bin/test src", "", 1, [("bin/test", False, "status")]),
    (
        "a hook after good words",
        "git commit -m x",
        "2 passed in 0.05s\nhusky - pre-commit script failed (code 1)",
        1,
        [("pytest", True, "summary"), ("git hook", False, "lines")],
    ),
    (
        "a hook whose tool says what failed",
        "git commit -m x",
        "All checks passed!\na.ts(5,3): error TS2304: Cannot find name 'x'.\nhusky - pre-commit script failed (code 2)",
        1,
        [("tsc", False, "lines"), ("ruff", True, "summary")],
    ),
    ("masked by a pipe", "pytest 2>&1 | tail -1", SUMMARY, 0, [("pytest", False, "summary")]),
    ("masked by true", "pytest || true", SUMMARY, 0, [("pytest", False, "summary")]),
    (
        "two tools",
        "ruff check . && pytest",
        "All checks passed!\n" + SUMMARY,
        1,
        [("pytest", False, "summary"), ("ruff", True, "summary")],
    ),
    ("no command known", None, SUMMARY, None, [("pytest", False, "summary")]),
    ("a wrong command", "npm run deploy", SUMMARY, None, [("pytest", False, "summary")]),
    ("a log of a run in the background", "tail -20 /tmp/test.log", SUMMARY, 0, [("pytest", False, "summary")]),
    ("a program called test", "bin/test", "Ran 2 tests in 0.01s\n\nOK", 0, [("unittest", True, "summary")]),
    (
        "two runs of one tool",
        "pytest a; pytest b",
        "1 passed in 0.1s\n1 failed in 0.1s",
        1,
        [("pytest", False, "summary")],
    ),
    ("a hook's tests", "git commit -m x", "4 passed in 0.1s\n[main 1234abc] x", 0, [("pytest", True, "summary")]),
    (
        "a runner repeats it",
        "make test",
        SUMMARY + "\nmake: *** [Makefile:3: test] Error 1",
        2,
        [("pytest", False, "summary")],
    ),
    ("status of a script", "npm test", "> shop@1.0.0 test\n> ./check", 1, [("npm test", False, "status")]),
    (
        "status of a chain",
        "cd web && npm run lint && npm run build",
        "",
        0,
        [("npm run lint", True, "status"), ("npm run build", True, "status")],
    ),
    (
        "status before another's summary",
        "go build ./... && pytest",
        "4 passed in 0.1s",
        0,
        [("pytest", True, "summary"), ("go build", True, "status")],
    ),
    ("status that a pipe keeps", "set -o pipefail; cargo test | tee log", "", 101, [("cargo test", False, "status")]),
    (
        "what head cut was another pipe",
        "go build ./... 2>&1 | head -1 && go test ./... | tail -2",
        "ok  \ta/b\t0.1s\nok  \ta/c\t1s",
        0,
        [("go test", True, "summary")],
    ),
    (
        "a command of which the end is missing",
        "cat > a_test.go <<'EOF'\npackage a",
        "ok  \ta/b\t0.1s",
        0,
        [("go test", True, "summary")],
    ),
    ("packages of a run that may go on", "go test ./...", "ok  \ta/b\t0.1s", None, [("go test", True, "lines")]),
    (
        "complete silence behind a pipe",
        "npx tsc --noEmit 2>&1 | head -20",
        "(Bash completed with no output)",
        0,
        [("tsc", True, "lines")],
    ),
]


@pytest.mark.parametrize(
    ("command", "output", "status", "expected"), [row[1:] for row in SAID], ids=[row[0] for row in SAID]
)
def test_what_is_told_is_read(
    command: str | None, output: str, status: int | None, expected: list[tuple[str, bool, str]]
) -> None:
    """The output decides; the status only where no word of that kind is there."""
    assert expected == colours(read_verdicts(command, output, exit_code=status))


def test_a_word_is_surer_than_a_line_and_a_line_than_a_status() -> None:
    """Confidence falls with what the verdict rests on."""
    (word,), (line,) = read_verdicts(None, SUMMARY), read_verdicts(None, "FAILED tests/a.py::test_b - x")
    (status,) = read_verdicts("pytest", "", exit_code=0)

    assert word.confidence > line.confidence > status.confidence


@pytest.mark.parametrize("cut", range(0, len(PYTEST_FAILED), 40))
def test_an_end_that_is_cut_off_never_turns_red_into_green(cut: int) -> None:
    """However much of a failing output is missing, nobody says green."""
    assert not any(
        one.green for one in read_verdicts("pytest", PYTEST_FAILED[:cut]) + read_verdicts("pytest", PYTEST_FAILED[cut:])
    )


def test_an_output_cut_in_the_middle_is_read() -> None:
    """Marks of whoever shortened it do not matter where the summary is left."""
    output = PYTEST_FAILED[:200] + "\n... [120 lines truncated] ...\n" + PYTEST_FAILED[-90:]

    assert colours(read_verdicts("pytest", output)) == [("pytest", False, "summary")]


@pytest.mark.parametrize("hit", HITS, ids=[f"{hit.tool}: {hit.id}" for hit in HITS])
def test_line_ends_colours_and_noise_around_change_nothing(hit: Hit) -> None:
    """CRLF, colours and other programs' lines before it leave the verdict as it is."""
    tool, command, output = hit.tool, hit.command, hit.output
    coloured = "starting up\n\n" + "".join(f"\x1b[1m{line}\x1b[0m\r\n" for line in output.split("\n"))
    plain, noisy = (
        [(one.green, one.passed, one.failed) for one in read_verdicts(command, text) if one.tool == tool]
        for text in ("starting up\n\n" + output, coloured)
    )

    assert plain == noisy


def test_there_are_never_too_many_problems() -> None:
    """Problems are limited in number and in length."""
    output = "".join(f"FAILED tests/a.py::test_{n} - {'x' * 900}\n" for n in range(500)) + "500 failed in 1.00s"
    (found,) = read_verdicts("pytest", output)

    assert len(found.problems) == MOST_PROBLEMS
    assert max(len(one.message) for one in found.problems) == LONGEST_MESSAGE
