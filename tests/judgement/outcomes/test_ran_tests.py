"""A command that runs tests is known by its words or by what it says."""

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.ran_tests import find_ran_tests


@pytest.mark.parametrize(
    ("command", "output", "status", "found"),
    [
        ("pytest -q", "3 passed in 0.1s", 0, [(True, False)]),
        ("pytest -q | tail -1", "1 failed, 2 passed in 0.1s", 0, [(False, True)]),
        ("./check-all", "1 failed, 2 passed in 0.1s", 1, [(False, False)]),
        ("pytest -q", "", 0, [(True, False)]),
        ("ruff check .", "All checks passed!", 0, []),
        ("ruff check . && pytest -q", "a.py:1:1 F401 unused\nFound 1 error.", 1, []),
        ("ls", "3 passed in 0.1s", 0, []),
    ],
)
def test_tests_are_found_with_their_end(
    command: str, output: str, status: int, found: list[tuple[bool | None, bool]]
) -> None:
    """Green or not, and whether a pipe hides the status."""
    agent = Agent()
    agent.runs(command, output, status)

    assert [(one.green, one.hidden) for one in find_ran_tests(agent.story.moments)] == found


def test_a_refused_command_ran_nothing() -> None:
    """A person said no."""
    agent = Agent()
    agent.runs("pytest", "")
    agent.moments[0] = agent.moments[0]._replace(step=agent.moments[0].step._replace(failure="rejected"))

    assert list(find_ran_tests(agent.story.moments)) == []
