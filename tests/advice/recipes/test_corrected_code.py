"""The same mistake in code, corrected in three sessions: the next task's edit is warned of before it is made."""

from pathlib import Path

import pytest
from benchmarks.corrected_code import STORIES, Story, play

from twiceshy.records.lessons import LessonState


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_next_task_is_warned_of_the_corrected_mistake(scratch_home: Path, story: Story) -> None:
    """With its count, in another file and other words; the usual way and other projects hear nothing of it."""
    found = play(scratch_home, story, patterns="none")

    assert "corrected 3 times in this project (3 in all, 3 sessions" in found.at_mistake
    assert "placeholder" in found.at_mistake
    assert (found.at_remedy, found.elsewhere) == ("", "")
    assert any(one.state is LessonState.ACTIVE and one.category == "security" for one in found.lessons)


def test_before_any_lesson_a_sure_pattern_is_warned_of(scratch_home: Path) -> None:
    """In a project without a history, by default."""
    found = play(scratch_home, STORIES[0]._replace(slips=STORIES[0].slips[:1]))

    assert "sql-built-python" in found.at_mistake
    assert "sql-built-python" in found.elsewhere
    assert found.at_remedy == ""
