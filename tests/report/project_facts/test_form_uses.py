"""report.project_facts.form_uses: a run that gave an answer has worked."""

import pytest
from tests.report.project_facts.attempts import GREEN, RED, fail, red, run, session

from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.report.project_facts.form_uses import find_folder, list_uses

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


@pytest.mark.parametrize(("attempt", "worked", "green"), ENDED, ids=lambda one: getattr(one, "message", str(one)))
def test_an_answer_is_told_from_a_run_that_never_began(attempt: CallAttempt, worked: bool, green: bool | None) -> None:
    """Red tests are an answer; a program, option or module that is not there is none."""
    (use,) = list_uses([session(attempt)])

    assert (use.worked, use.green) == (worked, green)


def test_only_a_command_alone_has_a_time() -> None:
    """In a chain the time is that of all of them."""
    found = list(list_uses([session(run("npm test"), run("npm run lint && npm test"))]))

    assert [use.seconds for use in found] == [10.0, None, None]


FOLDERS = [("", ""), ("web", "web"), ("..", None), ("/home/dev/shop", ""), ("/home/dev/shop/web", "web"), ("~/x", None)]


@pytest.mark.parametrize(("folder", "below"), FOLDERS)
def test_a_folder_counts_below_the_project_only(folder: str, below: str | None) -> None:
    """An absolute one is known by the project's own folder."""
    assert find_folder(folder, "folder:/home/dev/shop") == below
    assert find_folder("/srv/shop", "remote:example.test/dev/shop") is None
