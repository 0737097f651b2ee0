"""chats.agent_runs: which subagents a session sent off, side by side or one after the other, and how each ended."""

import json

from tests.judgement.chats.session_logs import Told

from twiceshy.judgement.chats.agent_runs import build_orchestration

ONE, TWO = b"agent--1", b"agent--2"


def asking(prompt: str) -> str:
    return json.dumps({"subagent_type": "Explore", "prompt": prompt})


def test_two_agents_whose_times_overlap_are_one_batch() -> None:
    """Each has its own tools, model and end; the call that sent it off is found by its words."""
    told = Told().prompt("look")
    told.call("Task", "delegate", given=asking("read the front"), seconds=20, text="the front is fine")
    told.call("Task", "delegate", given=asking("read the back"), seconds=20, text="the back is not")
    told.prompt("read the back", "subagent", human=False, run=TWO).prompt(
        "read the front", "subagent", human=False, run=ONE
    )
    told.call("Grep", "search", run=TWO, failure="error").reply("the back is not", run=TWO, model="small")
    told.call("Read", "read", run=ONE).reply("the front is fine", run=ONE)
    found = build_orchestration(told.session)

    assert [(one.execution_type, one.agent_count, one.all_succeeded) for one in found.batches] == [
        ("parallel", 2, True)
    ]
    back, front = found.agents
    assert (back.agent_id, back.task, back.output_preview) == (TWO.hex(), "read the back", "the back is not")
    assert (back.model, back.tools_used, back.failures, back.kind) == ("small", ("Grep",), 1, "Explore")
    assert (front.tools_used, front.failures, front.has_error) == (("Read",), 0, False)
    assert found.success_rate == 100.0


def test_agents_one_after_the_other_are_batches_of_their_own() -> None:
    """Those whose own log is not there count too, by their calls."""
    told = Told().prompt("look")
    told.call("Task", "delegate", given=asking("first"), text="yes").call("Task", "delegate", given=asking("second"))
    found = build_orchestration(told.session)

    assert [one.execution_type for one in found.batches] == ["sequential", "sequential"]
    assert [one.tool_count for one in found.agents] == [None, None]


def test_an_agent_s_own_agents_are_not_beside_it() -> None:
    """A child always works while its parent does: that is no parallel work."""
    told = Told().prompt("look")
    told.call("Task", "delegate", given=asking("lead"), seconds=30)
    told.prompt("lead", "subagent", human=False, run=ONE)
    told.call("Task", "delegate", given=asking("help"), run=ONE, seconds=5)
    told.prompt("help", "subagent", human=False, run=TWO).reply("helped", run=TWO).reply("led", run=ONE)
    found = build_orchestration(told.session)

    assert [(one.execution_type, one.parent_id) for one in found.batches] == [
        ("sequential", None),
        ("sequential", ONE.hex()),
    ]


def test_how_an_agent_ended_is_said_only_where_it_was_seen() -> None:
    """A call that failed is an error; one that was sent into the background and never reported is not known."""
    told = Told().prompt("look")
    told.call("Task", "delegate", given=asking("a"), failure="error", text="no such agent")
    told.call("Task", "delegate", given=asking("b"), text="Async agent launched successfully.\nagentId: ab12")
    found = build_orchestration(told.session)

    assert [(one.has_error, one.error_summary) for one in found.agents] == [(True, "no such agent"), (None, None)]
    assert found.success_rate == 0.0
    assert found.agents[1].completed_at is None


def test_a_background_agent_ends_when_its_client_reports() -> None:
    """The report names it."""
    told = Told().prompt("look")
    told.call("Task", "delegate", given=asking("b"), text="Async agent launched successfully.\nagentId: ab12")
    told.prompt("<task-notification>\n<task-id>ab12</task-id>", "notification", human=False)
    (agent,) = build_orchestration(told.session).agents

    assert agent.duration_ms == 1000


def test_a_session_without_agents_has_none() -> None:
    """Nothing is made up."""
    found = build_orchestration(Told().prompt("look").call("Bash").session)

    assert (found.agents, found.batches, found.success_rate) == ((), (), None)
