"""project_facts.called_commands: the form in use, with its counts; none where evidence is thin or has turned."""

from collections.abc import Sequence

import pytest
from tests.insights.project_facts.attempts import GREEN, RED, fail, red, run, session

from twiceshy.insights.project_facts.called_commands import find_called_commands, find_folder, find_roots, list_uses
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts


def days(*attempts: Sequence[CallAttempt]) -> list[SessionAttempts]:
    return [session(*one, day=place) for place, one in enumerate(attempts)]


def called(sessions: Sequence[SessionAttempts]) -> list[str]:
    return [draft.command for draft in find_called_commands(list_uses(sessions))]


def test_one_session_makes_no_fact() -> None:
    """Nor do two sessions in which nothing began."""
    never = "bash: tox: command not found"

    assert called(days([run("npm test"), run("npm test")])) == []
    assert called(days([fail("tox", never)], [fail("tox", never)], [run("tox")])) == []


def test_a_command_is_told_with_the_counts_of_just_that_command() -> None:
    """Not of its longer relatives; green and red are told apart, and the median is of its own runs."""
    sessions = days(
        [run("pytest", seconds=30.0, checks=GREEN), red("pytest tests/test_a.py"), red("pytest -q")],
        [fail("pytest", "bash: pytest: command not found"), run("pytest -q", seconds=40.0)],
    )

    (draft,) = find_called_commands(list_uses(sessions))

    assert (draft.command, draft.n, draft.runs, draft.green, draft.red) == ("pytest", 4, 3, 1, 1)
    assert (draft.sessions, draft.median_s) == (2, 30.0)
    counted = [sessions[1].attempts[1], sessions[1].attempts[0], sessions[0].attempts[2], sessions[0].attempts[0]]
    assert [call for call, _ in draft.cases] == [one.uid for one in counted]


def test_a_spelling_is_never_told_for_another_that_fails() -> None:
    """Even where the one that fails is typed more often."""
    gone = fail("python -m pytest", "bash: python: command not found")
    sessions = days(*[[gone, gone, run("python3 -m pytest")] for _ in range(3)])

    (draft,) = find_called_commands(list_uses(sessions))

    assert (draft.command, draft.n, draft.runs) == ("python3 -m pytest", 3, 3)


def test_only_runs_of_a_part_are_told_so() -> None:
    """No word of ours stands for the file; a task or a build of a part is told not at all."""
    (draft,) = find_called_commands(list_uses(days([run("pytest a_test.py")], [run("pytest b_test.py")])))

    assert (draft.command, draft.part) == ("pytest", True)
    assert called(days([run("go build ./cmd")], [run("go build ./web")])) == []
    assert called(days([run("npm test -- a.test.ts")], [run("npm test -- b.test.ts")])) == []


def test_the_form_of_most_new_sessions_comes_first_and_whole_runs_before_parts() -> None:
    """A project's own task is what runs all of it."""
    sessions = days(*[[run("npm test"), run("npx jest a.test.ts"), run("npx jest b.test.ts")] for _ in range(3)])

    assert called(sessions) == ["npm test", "npx jest"]


def test_a_form_is_dropped_when_another_took_over() -> None:
    """It worked often, and is not in the newest twenty sessions."""
    old, new = [run("tox")], [run("uv run pytest")]

    assert called(days(*[old] * 30, *[new] * 20)) == ["uv run pytest"]


def test_a_form_is_dropped_when_it_no_longer_begins() -> None:
    """Most of its newest ten uses did not."""
    gone = [fail("npm test", 'npm error Missing script: "test"')]

    assert called(days(*[[run("npm test")]] * 15, *[gone] * 8)) == []


def test_a_form_that_was_never_green_is_no_fact() -> None:
    """Nor is one for single files; a run whose answer is not known makes a red one no better."""
    assert called(days([red("pytest")], [red("pytest")], [red("pytest")])) == []
    assert called(days([red("pytest a_test.py")], [red("pytest b_test.py"), run("pytest c_test.py")])) == []
    assert called(days([red("pytest")], [red("pytest")], [run("pytest", checks=GREEN)])) == ["pytest"]


# insights.project_facts.form_uses: a run that gave an answer has worked.

UNKNOWN = [
    run("pytest", AttemptEnd.REFUSED),
    run("pytest", AttemptEnd.STOPPED),
    run("pytest | tail", AttemptEnd.UNSEEN),
    fail("npm run build && npm test", "boom"),
    fail("npm run build && npm test", "Missing script: build"),
    run("pytest", folder="/tmp/elsewhere"),
    run("pytest", folder="../other"),
]


@pytest.mark.parametrize("attempt", UNKNOWN, ids=lambda one: f"{one.command} {one.end} {one.folder}")
def test_what_nobody_knows_is_not_counted(attempt: CallAttempt) -> None:
    """It did not end by itself, its end was hidden, another of its line may have failed, or it ran elsewhere."""
    assert list(list_uses([session(attempt)])) == []


ENDED = [
    (run("pytest"), True, None),
    (run("pytest && npm test", checks=GREEN), True, True),
    (red("pytest && npm test"), True, None),
    (run("pytest", checks=GREEN), True, True),
    (red("pytest"), True, False),
    (run("pytest | tail", AttemptEnd.HIDDEN, checks=RED), True, False),
    (fail("pytest", "bash: pytest: command not found"), False, None),
    (fail("pytest", "No module named pytest"), False, None),
    (fail("pytest", "ERROR: usage: pytest [options]"), False, None),
]


def test_a_wrapper_that_does_not_know_the_form_says_nothing_of_it() -> None:
    """It was not reached; that the wrapper cannot do it is another fact."""
    call = run("rtk bun run test", AttemptEnd.FAILED, checks=RED, message="error: unrecognized subcommand 'bun'")

    assert list(list_uses([session(call)])) == []


@pytest.mark.parametrize(("attempt", "began", "green"), ENDED, ids=lambda one: getattr(one, "message", str(one)))
def test_an_answer_is_told_from_a_run_that_never_began(attempt: CallAttempt, began: bool, green: bool | None) -> None:
    """Red tests are an answer; a program, option or module that is not there is none."""
    uses = list(list_uses([session(attempt)]))

    assert {(use.began, use.green) for use in uses} == {(began, green)}


def test_only_a_command_alone_has_a_time() -> None:
    """In a chain the time is that of all of them."""
    found = list(list_uses([session(run("npm test"), run("npm run lint && npm test"))]))

    assert [use.seconds for use in found] == [10.0, None, None]


SHOP = "/home/dev/shop"
FOLDERS = [
    ("..", SHOP, SHOP, None),
    ("?", SHOP, SHOP, None),
    ("~/x", SHOP, SHOP, None),
    ("/srv/shop", SHOP, SHOP, None),
    ("/srv/shop", "", "", None),
    ("", SHOP, SHOP, ""),
    ("web", SHOP, SHOP, "web"),
    ("/home/dev/shop/web", SHOP, SHOP, "web"),
    ("", "/home/dev/shop/web", SHOP, "web"),
    ("src", "/home/dev/shop/web", SHOP, "web/src"),
    ("/home/dev/shop", "/home/dev/shop/web", SHOP, ""),
    ("/c/w/shop/web", "C:/w/shop", "c:/w/shop", "web"),
    ("/mnt/c/w/shop", "c:/w/shop/web", "c:/w/shop", ""),
]


@pytest.mark.parametrize(("folder", "cwd", "root", "below"), FOLDERS)
def test_a_folder_counts_below_the_project_only(folder: str, cwd: str, root: str, below: str | None) -> None:
    """Whichever of a drive's spellings it has, and wherever the session began; one that nobody knows is none."""
    assert find_folder(folder, cwd, root) == below


def test_the_topmost_folder_of_a_project_is_its_own() -> None:
    """A project known by its remote has no folder in its name; a work tree inside of it is another root."""
    cwds = [SHOP, f"{SHOP}/web", f"{SHOP}/.worktrees/1"]
    sessions = [session()._replace(project="remote:git.example.test/shop", cwd=cwd) for cwd in cwds]

    assert list(find_roots(sessions).values()) == [SHOP, SHOP, f"{SHOP}/.worktrees/1"]
    assert find_roots([session()._replace(cwd=f"{SHOP}/web")]).popitem()[1] == SHOP
    tree = [session()._replace(cwd=f"{SHOP}{cwd}") for cwd in ("/.worktrees/1", "/.worktrees/1/web", "-worktrees/2")]
    assert list(find_roots(tree).values()) == [f"{SHOP}/.worktrees/1"] * 2 + [f"{SHOP}-worktrees/2"]


def test_what_stands_behind_a_folder_that_is_not_there_never_ran() -> None:
    """So it is no failure of the command."""
    assert list(list_uses([session(fail("pytest", "bash: line 1: cd: web: No such file or directory"))])) == []
