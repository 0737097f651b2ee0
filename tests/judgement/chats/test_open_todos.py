"""judgement.chats.open_todos: which items of the agent's list are open when its log ends."""

import json

from tests.judgement.chats.told_stories import call

from twiceshy.judgement.chats.open_todos import list_open_todos
from twiceshy.records.handoff import TodoItem


def written(*rows: tuple[str, str]) -> str:
    return json.dumps({"todos": [{"content": text, "status": state} for text, state in rows]})


def test_the_last_list_that_was_written_counts() -> None:
    """What is in work stands first; what is done is left out."""
    moments = [
        call("TodoWrite", "plan", input=written(("old", "pending"))),
        call("TodoWrite", "plan", input=written(("a", "completed"), ("b", "pending"), ("c", "in_progress"))),
        call("TodoWrite", "plan", input=written(("never", "pending")), failure="error"),
    ]

    assert list_open_todos(moments) == (TodoItem("c", True), TodoItem("b", False))


def test_items_that_are_made_one_by_one_are_followed() -> None:
    """By their numbers."""
    moments = [
        call("TaskCreate", "plan", input='{"subject": "write it"}', text="Task #1 created successfully: write it"),
        call("TaskCreate", "plan", input='{"subject": "try it"}', text="Task #2 created successfully: try it"),
        call("TaskUpdate", "plan", input='{"taskId": "1", "status": "completed"}', text="Updated task #1 status"),
    ]

    assert list_open_todos(moments) == (TodoItem("try it", False),)


def test_a_plan_of_another_agent_is_a_list_too() -> None:
    """And what is no list at all is none."""
    plan = json.dumps({"plan": [{"step": "mend", "status": "in_progress"}, "?"]})

    assert list_open_todos([call("update_plan", "plan", input=plan)]) == (TodoItem("mend", True),)
    assert list_open_todos([call("ExitPlanMode", "plan", input="[1]"), call("x", "plan", input="{")]) == ()
