"""A muted lesson is muted in programs too, in those that run already, and undone there."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twiceshy.config import Config, load
from twiceshy.flows.lessons import lesson_reviews, program_lessons
from twiceshy.flows.lessons.current_lessons import list_lessons
from twiceshy.flows.lessons.program_learning import Checked, ProgramLearner
from twiceshy.records.lessons import LessonState
from twiceshy.store import program_notes

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TOOL = "release_namespace"
PARAMS = {"namespace": "ephemeral-x1"}


@pytest.fixture
def known(scratch_home: Path) -> ProgramLearner:
    """A program in which one call failed ten times, and another tool once."""
    config = load({}, os.environ, scratch_home)
    program_notes.folder_of(config).mkdir(parents=True)
    known = ProgramLearner(config)
    for _ in range(10):
        known.note(TOOL, PARAMS, "Error: namespace 'ephemeral-x1' is not owned by you", Checked(TOOL))
    known.note("draw_map", {"size": "9"}, "Error: size '9' is too large", Checked("draw_map"))
    assert known.flush(20)
    program_lessons.fold(config)
    return known


def name_of(config: Config, tool: str) -> str:
    return next(one.id for one in list_lessons(config, NOW) if one.subject == tool)


def test_a_muted_lesson_is_silent_in_programs(known: ProgramLearner) -> None:
    """At the next call; other patterns stay, and a person can undo it."""
    assert known.check(TOOL, PARAMS).warnings
    lesson_reviews.decide(known.config, name_of(known.config, TOOL), LessonState.MUTED, NOW)

    assert known.check(TOOL, PARAMS).warnings == ()
    assert {one["tool"] for one in known.storage.load() if one.get("muted")} == {TOOL}
    lesson_reviews.decide(known.config, name_of(known.config, TOOL), None, NOW)
    assert known.check(TOOL, PARAMS).warnings


def test_a_muted_pattern_stays_muted_when_it_is_seen_again(known: ProgramLearner) -> None:
    """It is still counted."""
    lesson_reviews.decide(known.config, name_of(known.config, TOOL), LessonState.MUTED, NOW)
    known.note(TOOL, PARAMS, "Error: namespace 'ephemeral-x1' is not owned by you", Checked(TOOL))
    assert known.flush(20)

    assert known.check(TOOL, PARAMS).warnings == ()
    assert [one["observations"] for one in known.storage.load() if one.get("muted")] == [11]


def test_without_patterns_a_lesson_is_muted_all_the_same(known: ProgramLearner) -> None:
    """No file, and a damaged one, which stays as it is."""
    name = name_of(known.config, TOOL)
    known.storage.path.unlink()
    assert lesson_reviews.decide(known.config, name, LessonState.MUTED, NOW).state is LessonState.MUTED
    known.storage.path.write_text("usage_patterns: [\n")
    assert lesson_reviews.decide(known.config, name, LessonState.MUTED, NOW).state is LessonState.MUTED
    assert known.storage.path.read_text() == "usage_patterns: [\n"
