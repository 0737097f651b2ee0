"""Files that tests named are counted by how the tests ended."""

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.files_tested import count_named_files
from twiceshy.judgement.outcomes.ran_tests import find_ran_tests


@pytest.mark.parametrize(
    ("command", "output", "files", "named"),
    [
        ("pytest tests/test_a.py", "1 passed in 0.1s", ["tests/test_a.py", "src/a.py"], (0, 1, 1)),
        ("pytest", "src/a.py:3: AssertionError\n1 failed in 0.1s", ["src/a.py"], (1, 0, 0)),
        ("pytest", "/home/dev/web/src/a.py:3: E\n1 failed in 0.1s", ["src/a.py"], (1, 0, 0)),
        ("pytest", "a.py:3: E\n1 failed in 0.1s", ["src/a.py"], (0, 0, 1)),
        ("pytest -q", "1 passed in 0.1s", ["src/a.py"], (0, 0, 1)),
        ("pytest tests/test_a.py", "1 passed in 0.1s", [], (0, 0, 0)),
    ],
)
def test_a_run_names_files_by_its_command_or_its_words(
    command: str, output: str, files: list[str], named: tuple[int, int, int]
) -> None:
    """Red, green and unnamed; the name alone of a file in a folder means any."""
    agent = Agent()
    agent.runs(command, output, int("failed" in output))
    moments = agent.story.moments

    assert count_named_files(files, find_ran_tests(moments), moments) == named
