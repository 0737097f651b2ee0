"""doors.cli.offer_suggestions: a number on a terminal, an id elsewhere, nothing where no remedy is open."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.doors.cli.test_draw_overview import PUSHES

from twiceshy.base.config import Config
from twiceshy.doors.cli import offer_suggestions as offers
from twiceshy.insights import suggest
from twiceshy.insights.suggest.suggestions import name_shown


@pytest.mark.parametrize(("terminal", "word"), [(True, "2"), (False, "i-2")])
def test_an_open_remedy_is_offered_in_words_that_can_be_typed_here(
    scratch_home: Path, monkeypatch: pytest.MonkeyPatch, *, terminal: bool, word: str
) -> None:
    """By number only where the number is remembered; an insight without an open remedy has no command."""
    config = Config(home=scratch_home)
    opened = SimpleNamespace(
        HostEnvironment=suggest.HostEnvironment,
        find_open=lambda *_: frozenset({"i-2"}),
        remember_shown=suggest.remember_shown,
    )
    monkeypatch.setattr(offers, "suggest", opened)
    monkeypatch.setattr(offers, "identify_terminal", lambda: "pts/1 7 1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    found = offers.offer_suggestions(config, [replace(PUSHES, id=id_) for id_ in ("i-1", "i-2")])

    assert found == {"i-2": word}
    assert name_shown(config, "pts/1 7 1", word, datetime.now(UTC)) == "i-2"
