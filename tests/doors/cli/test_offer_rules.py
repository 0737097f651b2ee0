"""doors.cli.offer_rules: a yes or no at a terminal, one line elsewhere, nothing where no rule waits."""

import argparse
import io
import sys
from pathlib import Path

import pytest
from tests.lessons.recipes.test_lesson_reviews import NOW, RULE, say

from twiceshy.base.config import Config
from twiceshy.doors.cli.offer_rules import offer_rules
from twiceshy.lessons import recipes as lessons
from twiceshy.lessons.recipes.current_lessons import list_lessons

ARGS = argparse.Namespace(json=False, no_color=True)


class Typed(io.StringIO):
    """Words that somebody types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def config(scratch_home: Path) -> Config:
    """A store with one rule."""
    found = Config(home=scratch_home)
    say(found, 0, RULE)
    return found


def test_without_a_terminal_the_command_is_named(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing for a program, and nothing about other projects."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    offer_rules(ARGS, config, ["web-shop"])
    said = capsys.readouterr().out
    assert "1 rule of yours waits for a yes or no (twiceshy lessons review)." in said
    assert "do not run the slow suite" in said

    offer_rules(ARGS, config, ["api"])
    offer_rules(argparse.Namespace(json=True, no_color=True), config, ["web-shop"])
    assert capsys.readouterr().out == ""


ANSWERS = [("y\n", "1 of 1 rule", "promoted"), ("n\n", "1 of 1 rule", "muted"), ("\n", "0 of 1 rule", "shadow")]


def test_each_rule_is_asked_about_once(
    scratch_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A yes is told to agents from then on, a no holds, and no answer is one too."""
    for number, (typed, decided, state) in enumerate(ANSWERS):
        config = Config(home=scratch_home / str(number))
        say(config, 0, RULE)
        monkeypatch.setattr(sys, "stdin", Typed(typed))
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        offer_rules(ARGS, config, ["web-shop"])
        assert f"Decided about {decided}" in capsys.readouterr().out

        assert lessons.list_offers(config, ["web-shop"]) == []
        assert [one.state.value for one in list_lessons(config, NOW)] == [state]
