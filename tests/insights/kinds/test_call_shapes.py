"""insights.kinds.call_shapes: which calls of a history."""

from tests.insights.kinds.histories import RED, history, run, session

from twiceshy.insights.kinds.call_shapes import find_check_kinds, list_calls, list_next_calls
from twiceshy.insights.kinds.project_history import Place


def test_calls_are_listed_without_prompts_and_of_one_dialogue() -> None:
    """As far as asked for."""
    made = history(session(run("a"), run("b")._replace(subagent="ff"), run("c"), run("d", checks=RED)))

    assert [place for place, _ in list_calls(made, lambda one: one.command == "c")] == [Place(0, 2)]
    assert [index for index, _ in list_next_calls(made, Place(0, 0), 1)] == [2]
    assert [index for index, _ in list_next_calls(made, Place(0, 0), 9)] == [2, 3]
    assert find_check_kinds(made) == {"d": "test"}
