"""``lessons effect`` as people and programs call it."""

import json
import os
from pathlib import Path

import pytest
from tests.advice.recipes.test_advice_effects import given, judged, put, warned

from twiceshy.base.config import load
from twiceshy.doors.cli.main import main
from twiceshy.records.rules import RuleKind


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["lessons", "effect", *words]) == 0
    return capsys.readouterr().out


def test_what_advice_did_is_drawn(
    scratch_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By category, rule and session; nothing given is said too."""
    monkeypatch.setenv("COLUMNS", "120")
    config = load({}, os.environ, scratch_home)
    judged(config, "s0", cycles=0, at=0)
    assert said(capsys) == "No advice was given yet, and none was withheld for the holdout. Next: twiceshy init\n"
    for number in range(1, 6):
        judged(config, f"s{number}", cycles=number % 2, at=number)
    brief = [given(f"s{number}", shown=number > 2, outcome=None, kind=RuleKind.BRIEF) for number in range(1, 6)]
    put(config, *warned(held=20, shown=100), *brief)

    drawn = said(capsys)

    assert "A rule fitted a call, or a lesson a task, 120 times" in drawn
    assert "50 of 100" in drawn
    assert "10 of 20" in drawn
    assert "retired" in drawn
    assert "holdout" in drawn
    assert "earlier sessions" in drawn
    assert "1 of 1" not in said(capsys, "--limit", "0")


def test_briefs_alone_are_told_too(scratch_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No rule fitted a call, but sessions can be compared."""
    config = load({}, os.environ, scratch_home)
    for number in range(4):
        judged(config, f"s{number}", cycles=number % 2, at=number)
    put(
        config,
        *(given(f"s{number}", shown=number > 1, outcome=None, kind=RuleKind.BRIEF) for number in range(4)),
    )

    drawn = said(capsys)

    assert "A rule fitted a call, or a lesson a task, 0 times" in drawn
    assert "holdout" in drawn


def test_programs_get_the_record(scratch_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a schema, and null where nothing is known."""
    put(load({}, os.environ, scratch_home), given("a", shown=True, outcome=None))

    found = json.loads(said(capsys, "--json"))

    assert found["schema"] == "twiceshy/lessons-effect/1"
    assert (found["given"], found["unknown"]) == (1, 1)
    assert found["categories"][0]["difference"]["estimate"] is None
