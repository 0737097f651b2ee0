"""``lessons``, ``mute`` and ``show l-…`` as people and programs call them."""

import io
import json
import os
import sys
from pathlib import Path

import pytest
from tests.archive.conftest import stored
from tests.lessons.recipes.test_learn_from_sessions import failed

from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.doors.cli.main import main
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons


@pytest.fixture
def id_(scratch_home: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A store with one lesson; its id."""
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        stored(store, failed("one", 2))
        stored(store, failed("two"))
    learn_lessons(config)
    assert main(["lessons", "--json", "--state", "all"]) == 0
    return str(json.loads(capsys.readouterr().out)["lessons"][0]["id"])


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def test_a_lesson_is_listed_and_shown(id_: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With its evidence; filters leave it out."""
    assert id_[:10] in said(capsys, "lessons", "--state", "all")
    assert "No lesson" in said(capsys, "lessons", "--state", "muted")
    assert "No lesson" in said(capsys, "lessons", "--state", "all", "--category", "async")
    for words in (("show", id_[:6]), ("lessons", "show", id_)):
        shown = said(capsys, *words)
        assert 'tsc TS2304: "Cannot find name' in shown
        assert "seen 3 times in 2 sessions of 1 project" in shown
        assert "nothing shows it before the call or edit" in shown
    assert json.loads(said(capsys, "show", id_, "--json"))["lesson"]["lesson"]["id"] == id_


def test_decisions(id_: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each says what holds now."""
    assert said(capsys, "mute", id_).endswith("is muted.\n")
    assert said(capsys, "lessons", "promote", id_).endswith("is promoted.\n")
    assert "my words" in said(capsys, "lessons", "edit", id_, "--description", "my words")
    assert "not due yet" in said(capsys, "lessons", "unmute", id_) + said(capsys, "lessons", "review")
    assert said(capsys, "lessons", "delete", id_, "--yes").endswith("is not learned again.\n")
    assert said(capsys, "lessons", "clear", "--yes") == "Removed 0 lessons.\n"


def test_nothing_is_removed_unasked(id_: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal an error, as is a verb without an id."""
    assert main(["lessons", "delete", id_]) == 2
    assert main(["lessons", "clear"]) == 2
    assert main(["lessons", "mute"]) == 2
    assert "--yes" in capsys.readouterr().err


class Terminal(io.StringIO):
    """Words that somebody types."""

    def isatty(self) -> bool:
        return True


def test_a_review_asks(id_: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One question a lesson, in the order of what is worth asking."""
    assert "is due" in said(capsys, "lessons", "review")
    assert json.loads(said(capsys, "lessons", "review", "--json"))["lessons"][0]["id"] == id_
    for typed, count in (("s\n", 0), ("q\n", 0), ("p\n", 1)):
        monkeypatch.setattr(sys, "stdin", Terminal(typed))
        assert f"Decided about {count} lesson" in said(capsys, "lessons", "review")
    assert "There is nothing to review" in said(capsys, "lessons", "review")


def test_what_a_text_is_about(id_: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The lesson it is about, and by what it was found; nothing where nothing is like it at all."""
    monkeypatch.delenv("TWICESHY_TOOLS_MINILM", raising=False)
    like = ("--like", "error TS2304: Cannot find name 'zebra'.", "--state", "all")
    listed = said(capsys, "lessons", "list", *like)
    assert id_[:10] in listed
    assert "by letters, not by meaning: the model is not here" in listed
    found = json.loads(said(capsys, "lessons", "--json", *like))
    assert (found["by"], found["nearest"][0]["lesson"]["id"]) == ("letters", id_)
    assert 'tsc TS2304: "Cannot find name' in said(capsys, "lessons", "show", *like)

    assert "No lesson is about that." in said(capsys, "lessons", "--like", "zzz 77", "--state", "all")
    assert "No lesson is about that." in said(capsys, "lessons", *like, "--tool", "git")
    assert main(["lessons", "show", "--like", "zzz 77"]) == 30
