"""The benchmark of failing tests, with the outputs that need no tool: each kind is learned from six sessions."""

from pathlib import Path

import pytest
from benchmarks.failing_tests import SCENES, measure

TOOLS = ("jest", "vitest", "go test", "cargo test", "tsc")


@pytest.mark.parametrize("tool", TOOLS)
def test_six_sessions_of_a_mistake_are_a_lesson_with_its_example(tool: str, tmp_path: Path) -> None:
    """It is in use, and shows the line that was wrong beside the one that mended it, of the same session."""
    rows = list(measure([scene for scene in SCENES if scene.tool == tool], 7, tmp_path))

    assert [(row.scene.name, row.learned, row.fits) for row in rows] == [(row.scene.name, True, True) for row in rows]


def test_a_forgotten_await_is_learned_from_real_output(tmp_path: Path) -> None:
    """However the tests of the six sessions fail of it."""
    (row,) = measure(
        [scene for scene in SCENES if scene.name == "forgotten await" and scene.tool == "pytest"], 7, tmp_path
    )

    assert (row.learned, row.fits, row.found) == (True, True, True)
