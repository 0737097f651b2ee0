"""insights.kinds.call_shapes: which calls of a history."""

from tests.insights.kinds.histories import RED, fail, history, run, session, touch

from twiceshy.insights.kinds.call_shapes import count_next_steps, find_check_kinds, list_calls, list_next_calls
from twiceshy.insights.kinds.project_history import Place
from twiceshy.records.insights import NextStep


def test_calls_are_listed_without_prompts_and_of_one_dialogue() -> None:
    """As far as asked for."""
    made = history(session(run("a"), run("b")._replace(subagent="ff"), run("c"), run("d", checks=RED)))

    assert [place for place, _ in list_calls(made, lambda one: one.command == "c")] == [Place(0, 2)]
    assert [index for index, _ in list_next_calls(made, Place(0, 0), 1)] == [2]
    assert [index for index, _ in list_next_calls(made, Place(0, 0), 9)] == [2, 3]
    assert find_check_kinds(made) == {"d": "test"}


# insights.kinds.next_steps: what the agent did after it went wrong.


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
