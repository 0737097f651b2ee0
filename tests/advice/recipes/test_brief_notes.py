"""What a session was told is remembered, small, and not for ever."""

import os
from pathlib import Path

import pytest

from twiceshy.advice.recipes import brief_notes
from twiceshy.base.config import Config, load
from twiceshy.records.lessons import NOTHING_SPENT, SpentBudget


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def test_what_was_said_is_known_again(config: Config) -> None:
    """At its own event; the start's size and lessons count for the prompt."""
    assert brief_notes.read_brief(config, "s1") == NOTHING_SPENT

    brief_notes.note_brief(config, "s1", "SessionStart", SpentBudget(120, ("l-1",)))

    assert brief_notes.is_done(config, "s1", "SessionStart")
    assert not brief_notes.is_done(config, "s1", "UserPromptSubmit")
    assert not brief_notes.is_done(config, "s2", "SessionStart")
    assert brief_notes.read_brief(config, "s1") == SpentBudget(120, ("l-1",))


def test_even_nothing_that_was_said_is_done(config: Config) -> None:
    """The file is long enough whatever was said."""
    brief_notes.note_brief(config, "s1", "UserPromptSubmit", NOTHING_SPENT)

    assert brief_notes.is_done(config, "s1", "UserPromptSubmit")


def test_looking_in_vain_ends(config: Config) -> None:
    """After three prompts."""
    for _ in range(3):
        assert not brief_notes.is_done(config, "s1", "UserPromptSubmit")
        brief_notes.note_look(config, "s1", "UserPromptSubmit")
    assert brief_notes.is_done(config, "s1", "UserPromptSubmit")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"size": "x", "lessons": []}', '{"size": 1, "lessons": 3}'])
def test_a_damaged_file_means_that_nothing_was_said(config: Config, content: str) -> None:
    """It is a help and no truth."""
    path = brief_notes.path_of(config, "s1", "SessionStart")
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")

    assert brief_notes.read_brief(config, "s1") == NOTHING_SPENT


def test_old_files_go(config: Config) -> None:
    """Those of sessions long over."""
    brief_notes.note_brief(config, "old", "SessionStart", NOTHING_SPENT)
    os.utime(brief_notes.path_of(config, "old", "SessionStart"), (0, 0))

    brief_notes.note_brief(config, "new", "SessionStart", NOTHING_SPENT)

    assert [path.name for path in brief_notes.path_of(config, "new", "SessionStart").parent.iterdir()] == [
        "new.SessionStart"
    ]


def test_what_is_forgotten_is_not_named(config: Config) -> None:
    """No file has a session's id in its name any more."""
    brief_notes.clear(config)
    brief_notes.note_brief(config, "s1", "SessionStart", NOTHING_SPENT)

    brief_notes.clear(config)

    assert not brief_notes.is_done(config, "s1", "SessionStart")
    assert list(brief_notes.path_of(config, "s1", "SessionStart").parent.iterdir()) == []
