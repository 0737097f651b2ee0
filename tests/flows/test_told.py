"""What a session was told is remembered, small, and not for ever."""

import os
from pathlib import Path

import pytest

from twiceshy.config import Config, load
from twiceshy.flows import told
from twiceshy.records.briefs import NOTHING_TAKEN, Taken


@pytest.fixture
def config(scratch_home: Path) -> Config:
    return load({}, os.environ, scratch_home)


def test_what_was_said_is_known_again(config: Config) -> None:
    """At its own event; the start's size and lessons count for the prompt."""
    assert told.before(config, "s1") == NOTHING_TAKEN

    told.said(config, "s1", "SessionStart", Taken(120, ("l-1",)))

    assert told.done(config, "s1", "SessionStart")
    assert not told.done(config, "s1", "UserPromptSubmit")
    assert not told.done(config, "s2", "SessionStart")
    assert told.before(config, "s1") == Taken(120, ("l-1",))


def test_even_nothing_that_was_said_is_done(config: Config) -> None:
    """The file is long enough whatever was said."""
    told.said(config, "s1", "UserPromptSubmit", NOTHING_TAKEN)

    assert told.done(config, "s1", "UserPromptSubmit")


def test_looking_in_vain_ends(config: Config) -> None:
    """After three prompts."""
    for _ in range(3):
        assert not told.done(config, "s1", "UserPromptSubmit")
        told.looked(config, "s1", "UserPromptSubmit")
    assert told.done(config, "s1", "UserPromptSubmit")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"size": "x", "lessons": []}', '{"size": 1, "lessons": 3}'])
def test_a_damaged_file_means_that_nothing_was_said(config: Config, content: str) -> None:
    """It is a help and no truth."""
    path = told.place(config, "s1", "SessionStart")
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")

    assert told.before(config, "s1") == NOTHING_TAKEN


def test_old_files_go(config: Config) -> None:
    """Those of sessions long over."""
    told.said(config, "old", "SessionStart", NOTHING_TAKEN)
    os.utime(told.place(config, "old", "SessionStart"), (0, 0))

    told.said(config, "new", "SessionStart", NOTHING_TAKEN)

    assert [path.name for path in told.place(config, "new", "SessionStart").parent.iterdir()] == ["new.SessionStart"]


def test_what_is_forgotten_is_not_named(config: Config) -> None:
    """No file has a session's id in its name any more."""
    told.clear(config)
    told.said(config, "s1", "SessionStart", NOTHING_TAKEN)

    told.clear(config)

    assert not told.done(config, "s1", "SessionStart")
    assert list(told.place(config, "s1", "SessionStart").parent.iterdir()) == []
