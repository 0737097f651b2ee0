"""`twiceshy demo lessons`: short, as the page about it shows it, and for programs too."""

import json
import re
from pathlib import Path

import pytest

from twiceshy.doors.cli.main import main

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "lessons.md"
CHANGES = re.compile(r"w-[0-9a-f]{8}|\d{4}-\d\d-\d\d")
"""Ids that hang on an installation's salt, and days."""


def test_it_is_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    """But for ids and days; 40 lines at most."""
    assert main(["demo", "lessons"]) == 0

    said = capsys.readouterr().out
    shown = PAGE.read_text(encoding="utf-8").split("```\n")[1]
    assert CHANGES.sub("#", said) == CHANGES.sub("#", shown)
    assert len(said.splitlines()) <= 40


def test_programs_get_the_scenes(capsys: pytest.CaptureFixture[str]) -> None:
    """Under the answer's usual envelope."""
    assert main(["demo", "lessons", "--json"]) == 0

    text = capsys.readouterr().out
    assert [word in text for word in ("image_tag", "call_tool_first mcp__git__push", "not owned by you")] == [True] * 3
    json.loads(text)


def test_there_is_nothing_else_to_show() -> None:
    """A wrong word is a wrong call."""
    assert main(["demo", "everything"]) == 2
