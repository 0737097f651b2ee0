"""judgement.outcomes.open_ends: what is left open when a log ends, and above all what is not."""

from collections.abc import Callable

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.open_ends import find_open_end, is_running, trace_todos
from twiceshy.judgement.outcomes.task_results import answer_for_session, judge_session
from twiceshy.records.outcomes import Answer
from twiceshy.records.stories import Moment

Act = Callable[[Agent], object]
COMMITTED = "[main 1a2b3c4] Ours\n 1 file changed, 1 insertion(+)"


def an_agent(*acts: Act) -> Agent:
    agent = Agent()
    agent.files["a.py"] = "one\n"
    agent.says("make it count to two")
    agent.edits("a.py", "one\ntwo\n")
    for act in acts:
        act(agent)
    return agent


def call(name: str, action: str, given: str = "", text: str = "", **more: object) -> Act:
    def act(agent: Agent) -> None:
        step = agent.step("call", name=name, action=action, **more)
        agent.add(Moment(step, input=given, text=text))

    return act


def todos(*states: str, name: str = "TodoWrite", **more: object) -> Act:
    items = ", ".join(f'{{"content": "step {number}", "status": "{state}"}}' for number, state in enumerate(states))
    return call(name, "plan", f'{{"todos": [{items}]}}', "Todos have been modified successfully.", **more)


def created(number: int) -> Act:
    return call("TaskCreate", "plan", '{"subject": "step"}', f"Task #{number} created successfully: step")


def updated(number: int, state: str) -> Act:
    given = f'{{"taskId": "{number}", "status": "{state}"}}'
    return call("TaskUpdate", "plan", given, f"Updated task #{number} status")


def said(text: str) -> Act:
    return lambda agent: agent.says(text)


def replied(agent: Agent) -> object:
    return agent.replies("Done.")


def commit(agent: Agent) -> object:
    return agent.runs("git add -A && git commit -m Ours", COMMITTED)


SENT_OFF = "Async agent launched successfully.\nagentId: a02"

CLOSED: list[tuple[str, list[Act]]] = [
    ("nothing but work and words", [replied]),
    ("all items done", [todos("completed", "completed"), replied]),
    ("the last item is in progress: lists are often left so", [todos("completed", "in_progress"), replied]),
    ("items that were begun later", [todos("pending"), todos("completed"), replied]),
    ("a subagent's own list", [todos("pending", run=b"sub"), replied]),
    ("a change of the list that failed", [todos("pending", failure="error"), replied]),
    ("a plan that is no list", [call("ExitPlanMode", "plan", '{"plan": "first do this"}'), replied]),
    ("tasks that were made and done", [created(1), updated(1, "completed"), replied]),
    ("tasks that were made and deleted", [created(1), updated(1, "deleted"), replied]),
    ("a subagent that came back", [call("Task", "delegate", text="I have found it."), replied]),
    ("a subagent in the background that work went on after", [call("Task", "delegate", text=SENT_OFF), commit]),
    ("a last call that said nothing but ended", [lambda agent: agent.runs("true", "")]),
    (
        "a run that ends by its own last command",
        [
            lambda agent: agent.add(
                Moment(
                    agent.step("call", name="bash", action="run"), command="echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"
                )
            )
        ],
    ),
    ("an interrupt is judged elsewhere", [lambda agent: agent.marks("interrupt")]),
]


@pytest.mark.parametrize("acts", [row[1] for row in CLOSED], ids=[row[0] for row in CLOSED])
def test_nothing_is_left_open(acts: list[Act]) -> None:
    """A list that was worked off, calls with results and answered words leave nothing open."""
    moments = an_agent(*acts).moments

    assert find_open_end(moments, 0, len(moments), trace_todos(moments)) == ("", b"")


OPEN: list[tuple[str, str, list[Act]]] = [
    ("items that nobody began", "open-todos", [todos("completed", "pending"), replied]),
    ("a plan's steps", "open-todos", [todos("completed", "pending", name="update_plan"), replied]),
    ("tasks that were made and not begun", "open-todos", [created(1), created(2), updated(1, "completed"), replied]),
    ("a call without a result", "running-call", [call("Bash", "run")]),
    ("a subagent without a result", "running-subagent", [call("Task", "delegate")]),
    ("a subagent in the background", "running-subagent", [call("Task", "delegate", text=SENT_OFF)]),
    ("words without an answer", "unanswered", [replied, said("and now the other file")]),
]


@pytest.mark.parametrize(("slug", "acts"), [row[1:] for row in OPEN], ids=[row[0] for row in OPEN])
def test_what_is_left_open_is_named_with_its_event(slug: str, acts: list[Act]) -> None:
    """The slug says what is open, the uid where."""
    moments = an_agent(*acts).moments

    found, uid = find_open_end(moments, 0, len(moments), trace_todos(moments))

    assert found == slug
    assert uid in {moment.step.uid for moment in moments}


def test_only_the_end_of_a_log_can_be_unfinished() -> None:
    """What came before, a person saw the end of; a list with open items stays open for its own task."""
    moments = an_agent(call("Bash", "run")).moments

    assert find_open_end(moments, 0, len(moments) - 1, ()) == ("", b"")


def test_a_commit_completes_its_task_and_not_the_session() -> None:
    """The next task's work has no proof of its own."""
    agent = an_agent(commit, said("please make a second file for the words"))
    agent.edits("b.py", "words\n")
    agent.replies("Done.")
    result = judge_session(agent.story)

    assert [task.completed.answer for task in result.tasks] == [Answer.YES, Answer.UNKNOWN]
    assert answer_for_session(result, "completed").answer is Answer.UNKNOWN


def test_a_commit_with_things_still_to_do_proves_nothing() -> None:
    """Nor one whose call has no result; the answer says what was open."""
    listed = answer_for_session(judge_session(an_agent(todos("completed", "pending"), commit).story), "completed")
    running = an_agent(
        lambda agent: agent.add(
            Moment(agent.step("call", name="Bash", action="run"), command="git add -A && git commit -m Ours")
        )
    )

    assert (listed.answer, listed.why) == (Answer.UNKNOWN, "open-todos")
    assert answer_for_session(judge_session(running.story), "completed").answer is Answer.UNKNOWN


def test_last_words_that_accept_the_work_need_no_answer() -> None:
    """Other last words do: nobody knows what became of what they ask for."""
    thanks = an_agent(replied, said("perfect, thanks!"))

    assert answer_for_session(judge_session(thanks.story), "completed").why == "accepted"


def test_a_call_with_any_trace_of_a_result_is_not_running() -> None:
    """Output, a status, a changed file or the time of the result."""
    agent = an_agent(lambda agent: agent.runs("make", ""), call("Read", "read", done_at=3.0), call("Read", "read"))

    assert [is_running(moment) for moment in agent.moments[-3:]] == [False, False, True]
