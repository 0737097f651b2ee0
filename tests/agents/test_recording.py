"""What hooks installed by `twiceshy init` note of real agents, and how it comes together with the agents' own logs."""

import json

from tests.agents.driving import GEMINI_CLI, Agent, Scene

BEGINNING = ["SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "PreToolUse"]
FAILED = {"claude-code": "PostToolUseFailure", "codex": "PostToolUse", "gemini-cli": "PostToolUse"}


def test_every_event_is_noted_in_order(stage: Scene, agent: Agent) -> None:
    """A command that works and one that fails, from the session's start to its end."""
    stage.runs(agent.shell("echo a"), agent.shell("ls /nowhere"))
    noted = stage.spooled()

    assert [one["e"] for one in noted][:6] == [*BEGINNING, FAILED[agent.name]]
    assert {one["a"] for one in noted} == {agent.name}
    assert {one.get("k") for one in noted if one["e"] == "PreToolUse"} == {"run"}
    assert len({one["s"] for one in noted}) == 1


def test_what_hooks_noted_is_joined_with_the_log(stage: Scene, agent: Agent) -> None:
    """The same session, and where the agent gives its calls ids the same calls."""
    stage.runs(agent.shell("echo a"), agent.write(stage.work / "b.py", "y = 1\n"))
    stage.twiceshy("learn")
    rows = json.loads(
        stage.twiceshy(
            "--json",
            "sql",
            "SELECT count(*), count(c.uid), count(s.uid) FROM exposure e "
            "LEFT JOIN call c ON c.uid = e.call LEFT JOIN session s ON s.uid = e.session WHERE e.event = 'PreToolUse'",
        )
    )

    assert rows["rows"] == [[2, 0 if agent is GEMINI_CLI else 2, 2]]
    assert (stage.work / "b.py").read_text() == "y = 1\n"
