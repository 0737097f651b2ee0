"""report.project_facts.called_commands: the form in use, with its counts; none where evidence is thin or has turned."""

from collections.abc import Sequence

from tests.report.project_facts.attempts import fail, red, run, session

from twiceshy.records.attempts import CallAttempt, SessionAttempts
from twiceshy.report.project_facts.called_commands import find_called_commands
from twiceshy.report.project_facts.form_uses import list_uses


def days(*attempts: Sequence[CallAttempt]) -> list[SessionAttempts]:
    return [session(*one, day=place) for place, one in enumerate(attempts)]


def called(sessions: Sequence[SessionAttempts]) -> list[str]:
    return [draft.command for draft in find_called_commands(list_uses(sessions))]


def test_one_session_makes_no_fact() -> None:
    """Nor do two sessions in which nothing began."""
    never = "bash: tox: command not found"

    assert called(days([run("npm test"), run("npm test")])) == []
    assert called(days([fail("tox", never)], [fail("tox", never)], [run("tox")])) == []


def test_a_form_that_worked_is_told_with_its_counts() -> None:
    """Red runs worked; the median is of runs of all of it."""
    sessions = days(
        [run("pytest", seconds=30.0), red("pytest tests/test_a.py")],
        [fail("pytest", "bash: pytest: command not found"), run("pytest -q", seconds=40.0)],
    )

    (draft,) = find_called_commands(list_uses(sessions))

    assert (draft.command, draft.worked, draft.n, draft.sessions, draft.median_s) == ("pytest", 3, 4, 2, 35.0)
    assert [call for call, _ in draft.cases] == [one.uid for whole in sessions[::-1] for one in whole.attempts[::-1]]
    assert draft.proof == sessions[1].attempts[1].uid


def test_only_runs_of_a_part_are_told_so() -> None:
    """What stands for the file is our own word."""
    assert called(days([run("pytest a_test.py")], [run("pytest b_test.py")])) == ["pytest PATH"]


def test_the_form_of_most_new_sessions_comes_first_and_whole_runs_before_parts() -> None:
    """A project's own task is what runs all of it."""
    sessions = days(*[[run("npm test"), run("npx jest a.test.ts"), run("npx jest b.test.ts")] for _ in range(3)])

    assert called(sessions) == ["npm test", "npx jest PATH"]


def test_a_form_is_dropped_when_another_took_over() -> None:
    """It worked often, and is not in the newest twenty sessions."""
    old, new = [run("tox")], [run("uv run pytest")]

    assert called(days(*[old] * 30, *[new] * 20)) == ["uv run pytest"]


def test_a_form_is_dropped_when_it_no_longer_begins() -> None:
    """Most of its newest ten uses did not."""
    gone = [fail("npm test", 'npm error Missing script: "test"')]

    assert called(days(*[[run("npm test")]] * 15, *[gone] * 8)) == []
