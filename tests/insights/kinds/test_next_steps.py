"""insights.kinds.next_steps: what the agent did after it went wrong."""

from tests.insights.kinds.histories import fail, history, run, session, touch

from twiceshy.insights.kinds.next_steps import count_next_steps
from twiceshy.insights.kinds.project_history import Place
from twiceshy.records.insights import NextStep


def test_each_next_step_is_counted_with_its_success() -> None:
    """A retry worked if it worked; any other step if the same thing worked soon after it."""
    made = history(
        session(fail(), run()),
        session(fail(), fail()),
        session(fail(), run("git push origin", head="git push")),
        session(fail(), touch("a.py"), run()),
        session(fail(), run("git fetch")),
        session(fail(), touch("a.py", "read")),
        session(fail()),
    )
    found = count_next_steps(made, [Place(number, 0) for number in range(7)])

    assert found == (
        NextStep("the same again", 2, 1),
        NextStep("another form of it", 1, 1),
        NextStep("an edit", 1, 1),
        NextStep("another command", 1, 0),
        NextStep("a look", 1, 0),
        NextStep("stopped", 1, 0),
    )
