"""The steps of SpecStory's first pages, told apart by their whole form."""

from typing import Any

import pytest

from twiceshy.logs.specstory_first_form import list_steps, split_turns, time_of_name

NAMES: list[Any] = [
    pytest.param("notes", None, id="no time"),
    pytest.param("2025-07-02-notes", None, id="a day alone"),
    pytest.param("2026-03-02_09-00Z-fix", None, id="a later form"),
    pytest.param("2025-07-02_08-34-fix", "2025-07-02 08:34Z", id="a time"),
]


@pytest.mark.parametrize(("stem", "time"), NAMES)
def test_a_files_name_tells_its_time(stem: str, time: str | None) -> None:
    """In one form only."""
    assert time_of_name(stem) == time


TURNS: list[Any] = [
    pytest.param("_**User**_\n\na\n_**Assistant**_\nb", [("User", "a\n_**Assistant**_\nb")], id="no rule before it"),
    pytest.param(
        "_**User**_\n\n```\nlog\n\n---\n\n_**Assistant**_\n\nb",
        [("User", "```\nlog\n\n---"), ("Assistant", "b")],
        id="a fence without an end",
    ),
]


@pytest.mark.parametrize(("text", "turns"), TURNS)
def test_a_turn_begins_behind_a_rule(text: str, turns: Any) -> None:
    """Nothing else in the page says where one does."""
    assert [(who, "\n".join(lines).strip()) for who, lines in split_turns(text)] == turns


def test_a_fence_without_an_end_hides_no_step() -> None:
    """Where one stays open, every rule splits."""
    lines = ["Look:", "```", "x", "", "---", "", "Read file: a.py"]

    assert [step.tool for step in list_steps(lines)] == ["", "read_file"]
