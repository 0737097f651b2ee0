"""The whole way, with agents' own programs: what failed in four sessions is a warning in the fifth."""

import pytest
from tests.agents.driving import CLAUDE_CODE, CODEX, Agent, Scene

COMMAND = "frobnicate build all"
SAID = "Commands that begin with `frobnicate build` failed 4 of 4 times (4 sessions, last on "
SESSIONS = 4
"""The least of which warnings of this kind are sure enough."""


@pytest.mark.parametrize("agent", [CLAUDE_CODE, CODEX], ids=lambda agent: agent.name)
def test_what_failed_in_four_sessions_is_told_in_the_fifth(stage: Scene, agent: Agent) -> None:
    """Recorded by hooks and logs, learned at once, said with its counts and the failure's own words, and mutable.

    Gemini CLI, which takes five seconds for a session, was seen to pass too.
    """
    stage.variables["TWICESHY_ADVICE_HELD_BACK_PERCENT"] = "0"
    for _ in range(SESSIONS):
        assert "twiceshy w-" not in stage.runs(agent.shell(COMMAND), prompt="build it").told()
    stage.twiceshy("learn")
    told = stage.runs(agent.shell(COMMAND), agent.shell("echo done"), prompt="build it").told()

    assert SAID in told
    assert "frobnicate: command not found" in told.partition(SAID)[2][:300]
    rule = told.partition("Mute: twiceshy mute ")[2][:10]
    stage.twiceshy("mute", rule)
    assert SAID not in stage.runs(agent.shell(COMMAND), prompt="build it").told()
