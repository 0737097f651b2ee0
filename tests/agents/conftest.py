"""A scene for each agent whose program is installed."""

from pathlib import Path

import pytest
from tests.agents.driving import AGENTS, Agent, Scene, scene


@pytest.fixture(params=AGENTS, ids=lambda agent: agent.name)
def agent(request: pytest.FixtureRequest) -> Agent:
    """Each agent that we install hooks for and that can be driven."""
    found: Agent = request.param
    return found


@pytest.fixture
def stage(agent: Agent, tmp_path: Path) -> Scene:
    """The agent in a project, with our hooks installed by the command that a user would give."""
    made = scene(agent, tmp_path)
    made.twiceshy("init", "--yes", "--no-backfill")
    return made
