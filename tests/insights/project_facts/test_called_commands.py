"""project_facts.called_commands: the form in use, with its counts; none where evidence is thin or has turned."""

from collections.abc import Sequence

from tests.insights.project_facts.attempts import GREEN, fail, red, run, session

from twiceshy.insights.project_facts.called_commands import find_called_commands
from twiceshy.insights.project_facts.form_uses import list_uses
from twiceshy.records.attempts import CallAttempt, SessionAttempts


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
