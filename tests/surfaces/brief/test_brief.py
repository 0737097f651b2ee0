"""The brief is silent until there is something worth an agent's attention."""

import os
from pathlib import Path

import pytest

from twiceshy.config import load
from twiceshy.surfaces.brief import brief


@pytest.mark.parametrize("word", ["", "0", "1"])
def test_nothing_is_said_yet(scratch_home: Path, word: str) -> None:
    """Whether collecting is on or off."""
    assert brief.brief(load({}, os.environ | {"TWICESHY_ENABLED": word}, scratch_home)) == ""


def test_switched_off_means_silence(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``TWICESHY_ENABLED=0`` is stronger than anything there is to say."""
    monkeypatch.setattr(brief, "WORDS", ("a word",))

    assert brief.brief(load({}, os.environ, scratch_home)) == "a word"
    assert brief.brief(load({}, os.environ | {"TWICESHY_ENABLED": "0"}, scratch_home)) == ""
