"""judgement.chats.left_open: what was refused and decided, and what was changed since the last commit."""

import json

from tests.judgement.chats.told_stories import call, prompt

from twiceshy.judgement.chats.left_open import (
    is_request,
    list_after_commit,
    list_decisions,
    list_open_todos,
    list_refusals,
)
from twiceshy.records.chats import Decision, RefusedCall, TodoItem


def test_a_refused_call_counts_until_it_is_made() -> None:
    """The last one first; who refused is told apart."""
    moments = [
        call("Bash", "run", command="make", failure="rejected"),
        call("Bash", "run", command="make"),
        call("Bash", "run", command="rm -r build", failure="rejected", words="use make clean"),
        call("Edit", "edit", path="a.py", failure="rejected", text="denied by a rule"),
    ]

    assert list_refusals(moments) == (
        RefusedCall("Edit", "edit", "a.py", "", False),
        RefusedCall("Bash", "run", "rm -r build", "use make clean", True),
    )


def test_an_answered_question_is_a_decision() -> None:
    """One that was put aside is none."""
    answered = 'User has answered your questions: "Which store?"="Redis", "Which port?"="80".'
    moments = [call("Ask", "ask", text=answered), call("Ask", "ask", text='"Why?"="so"', failure="dismissed")]

    assert list_decisions(moments) == (Decision("Which port?", "80"), Decision("Which store?", "Redis"))


def test_files_count_from_the_last_commit_on() -> None:
    """Those of the project, each once; a commit that failed is none."""
    moments = [
        call("Edit", "edit", ["a.py"]),
        call("Bash", "run", command="git add -A && git commit -m x"),
        call("Edit", "edit", ["b.py", "/tmp/plan.md"]),
        call("Edit", "edit", ["b.py"]),
        call("Bash", "run", command="git commit -m y", failure="error"),
    ]

    assert list_after_commit(moments) == ["b.py"]
    assert list_after_commit([*moments, call("Bash", "run", commit="abc1234")]) == []


def test_a_slash_command_alone_asks_for_little() -> None:
    """A program's prompt and a plan ask for work."""
    assert is_request(prompt("go"))
    assert is_request(prompt("go", human=False, kind="sdk"))
    assert not is_request(prompt("/cost", human=False, kind="bare-command"))


# judgement.chats.open_todos: which items of the agent's list are open when its log ends.


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
