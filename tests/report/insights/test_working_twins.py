"""report.insights.working_twins: which command does the job of one that is not there."""

from tests.report.insights.histories import fail, history, run, session

from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.report.insights.project_history import Place
from twiceshy.report.insights.working_twins import WorkingTwin, count_uses, find_twin_call, find_working_twin

MISS = fail("tox", "tox: command not found")


def find(*after: CallAttempt, n: int = 2) -> WorkingTwin | None:
    sessions = [session(MISS, *after, day=float(day)) for day in range(n)]
    return find_working_twin(history(*sessions), [Place(day, 0) for day in range(n)])


def test_what_only_came_next_is_no_twin() -> None:
    """A look, a linter, the same program, and what failed too."""
    assert find() is None
    assert find(run("git status"), run("ruff check .")) is None
    assert find(run("tox -q")) is None
    assert find(run("pytest", AttemptEnd.FAILED, message="no")) is None


def test_a_twin_did_the_job_more_often_than_not() -> None:
    """In more than half of the sessions."""
    assert find(run("pytest -q")) == WorkingTwin("pytest", 2)

    some = history(session(MISS, run("pytest")), session(MISS, run("ls")))
    assert find_working_twin(some, [Place(0, 0), Place(1, 0)]) is None


def test_its_uses_are_counted_in_the_whole_project() -> None:
    """And the call that ended a miss is found."""
    twin = WorkingTwin("pytest", 1)
    made = history(session(MISS, run("ls"), run("pytest -q")), session(run("pytest a.py"), run("pytest | tail")))

    assert count_uses(made, twin) == (3, 3)
    assert find_twin_call(made, Place(0, 0), twin) == 2
    assert find_twin_call(made, Place(1, 1), twin) is None
    assert find_twin_call(made, Place(0, 0), None) is None
