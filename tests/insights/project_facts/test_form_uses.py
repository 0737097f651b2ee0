"""insights.project_facts.form_uses: a run that gave an answer has worked."""

import pytest
from tests.insights.project_facts.attempts import GREEN, RED, fail, red, run, session

from twiceshy.insights.project_facts.form_uses import find_folder, find_roots, list_uses
from twiceshy.records.attempts import AttemptEnd, CallAttempt

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
