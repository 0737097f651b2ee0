"""insights.kinds.missing_programs: a program that is typed and is not there."""

import pytest
from tests.insights.kinds.histories import GREEN, fail, history, run, session

from twiceshy.insights.kinds.missing_programs import find_missing_programs, name_missing
from twiceshy.records.attempts import CallAttempt, SessionAttempts
from twiceshy.records.insights import RemedyKind

GONE = "bash: line 1: tox: command not found"


def miss(command: str = "tox -q", message: str = GONE, code: int = 127) -> CallAttempt:
    return fail(command, message, exit_code=code, head=command.split(maxsplit=1)[0])


def days(*calls: CallAttempt, n: int = 3) -> list[SessionAttempts]:
    return [session(*calls, day=float(day)) for day in range(n)]


SILENT = [
    ("one session only", [session(miss(), miss(), miss())]),
    ("it came back", [*days(miss()), session(run("tox -q", head="tox"), day=9.0)]),
    ("a word in a quoted text", days(miss('gh pr edit --body "see `av.3`"', "zsh:1: command not found: av.3"))),
    ("a file that is not there", days(miss("cat notes.txt", "cat: notes.txt: No such file or directory", 1))),
    ("a module that a test needs", days(miss("pytest", "ModuleNotFoundError: No module named 'trustme'", 1))),
    (
        "the agent's own script",
        days(run("echo x > try.sh"), miss("./try.sh", "zsh: no such file or directory: ./try.sh")),
    ),
]


@pytest.mark.parametrize("sessions", [case[1] for case in SILENT], ids=[case[0] for case in SILENT])
def test_nothing_is_said_of_what_is_there_or_no_program(sessions: list[SessionAttempts]) -> None:
    """False alarms cost most."""
    assert list(find_missing_programs(history(*sessions))) == []


NAMES = [
    ("tox -q", GONE, 127, "tox"),
    ("cd a && rg x", "zsh: command not found: rg", 127, "rg"),
    ("python3 -m pytest a", "/usr/bin/python3: No module named pytest", 1, "python3 -m pytest"),
    ("bun run lint", 'error: Script not found "lint"', 1, "bun run lint"),
    ("scripts/go.sh", "zsh:1: no such file or directory: scripts/go.sh", 127, "scripts/go.sh"),
    ("rtk bun run test 2>&1", "error: unrecognized subcommand 'bun'", 2, "rtk bun"),
    ("git stauts", "git: 'stauts' is not a git command. See 'git --help'.", 1, "git stauts"),
    ("npm run x -- y", "error: unknown command 'z'", 1, ""),
    ("ls x", "ls: x: No such file or directory", 1, ""),
    ("make", "no message (exit status 2)", 2, ""),
]


@pytest.mark.parametrize(("command", "message", "code", "name"), NAMES)
def test_what_is_missing_is_named_as_it_is_typed(command: str, message: str, code: int, name: str) -> None:
    """A program, a module that Python runs, or a task."""
    head = " ".join(command.split()[:3]) if command.startswith("bun") else command.split(maxsplit=1)[0]

    assert name_missing(fail(command, message, exit_code=code, head=head)) == name


def test_what_a_program_does_not_know_works_without_it() -> None:
    """The same command typed without it is the remedy, and only its own uses are counted."""
    miss_bun = fail("rtk bun run test", "error: unrecognized subcommand 'bun'", exit_code=2, head="bun run test")
    (found,) = find_missing_programs(history(*days(miss_bun, run("bun run test", head="bun run test", checks=GREEN))))

    assert found.remedies[0].text == "Never run `rtk bun`: it does not exist. Make the same call without `rtk`."
    assert found.remedies[0].evidence == "3 of 3 sessions typed it; worked 3 of 3 times in 3 sessions"


def test_the_twin_that_does_the_job_is_the_remedy() -> None:
    """A command for the same purpose, never the look that came first."""
    looks = run("git status", head="git status")
    sessions = days(miss("tox"), looks, run("python -m pytest -q", head="pytest", checks=GREEN))
    (found,) = find_missing_programs(history(*sessions, session(run(), day=9.0)))

    assert found.says == (
        "`tox` is not installed; 3 of 4 sessions typed it (3 times). "
        "What worked after it, 3 of 3 times in 3 sessions: `python -m pytest` in its place"
    )
    assert [one.text for one in found.remedies] == ["Never run `tox`: it is not installed. Use `python -m pytest`."]
    assert found.remedies[0].evidence == "3 of 4 sessions typed it; worked 3 of 3 times in 3 sessions"
    assert [case.until for case in found.cases] == [2, 2, 2]


def test_without_a_stand_in_only_that_it_is_not_there_is_said() -> None:
    """However often it was tried: nothing shows that asking helps."""
    frob = miss("frob all", "bash: frob: command not found")
    (once,) = find_missing_programs(history(*days(frob)))
    (again,) = find_missing_programs(history(*days(frob, frob, miss("frob some", "bash: frob: command not found"))))

    assert [[(one.kind, one.text) for one in found.remedies] for found in (once, again)] == [
        [(RemedyKind.TEXT, "Never run `frob`: it is not installed.")]
    ] * 2


def test_what_tests_the_project_is_to_be_installed() -> None:
    """An agent that never runs it again checks nothing: that is no line for it."""
    (found,) = find_missing_programs(history(*days(miss("go test ./...", "zsh:1: command not found: go"))))

    assert [(one.kind, one.text) for one in found.remedies] == [
        (RemedyKind.HABIT, "install `go`, or say in the agent's instructions where it is")
    ]


def test_tests_that_are_not_seen_to_run_are_no_twin() -> None:
    """A call that ends with 0 without a word may have run none."""
    quiet = run("python tests/all.py", head="python <script>")
    (found,) = find_missing_programs(history(*days(miss("pytest", "bash: pytest: command not found"), quiet)))

    assert [(one.kind, one.text, one.package) for one in found.remedies] == [
        (RemedyKind.INSTALL, "`pytest` is not installed.", "pytest")
    ]


def test_spellings_of_one_program_are_one() -> None:
    """The program and its module; one that lies outside of the project is not named in a remedy."""
    module = miss("python3 -m pytest", "/usr/bin/python3: No module named pytest", 1)
    plain = miss("pytest", "bash: pytest: command not found")
    (found,) = find_missing_programs(history(*days(module, plain, run("bin/test a", head="test", checks=GREEN), n=2)))
    assert (found.key, len(found.cases)) == ("pytest", 4)

    outside = miss("/usr/bin/python3 -m pytest", "/usr/bin/python3: No module named pytest", 1)
    (found,) = find_missing_programs(history(*days(outside, run("pytest", checks=GREEN))))
    assert found.remedies[0].text == "Run tests with `pytest` only: in another `python` the module is not installed."
