"""``feedback`` of work, as people and programs call it; that of runs is tried in ``test_runs_verbs``."""

import io
import json
from pathlib import Path

import pytest
from tests.judgement.recipes.test_rate_work import NEW, OLD, config  # noqa: F401  # a fixture

from twiceshy.doors.cli.main import main
from twiceshy.records.outcomes import RatedBy

pytestmark = pytest.mark.usefixtures("config")


@pytest.fixture(autouse=True)
def _is_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twiceshy.judgement.recipes.rate_work.find_speaker", lambda _: RatedBy.USER)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(list(words)) == 0
    return capsys.readouterr().out


def test_a_chat_is_rated_in_words_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """By its id, with or without the letter where it can be only a chat's."""
    assert "is rated good (5 of 5): make it count" in said(capsys, "feedback", OLD, "--rating", "good")
    assert "It is evidence" in said(capsys, "feedback", "--chat-id", NEW[2:9], "--rating", "2")
    listed = said(capsys, "feedback", "--list")

    assert [line.split()[0] for line in listed.splitlines()[1:3]] == [NEW[:10], OLD[:10]]
    assert "good (5)" in listed
    assert "2 pieces of work rated, 0 not." in listed


def test_a_program_gets_and_gives_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The same words by a JSON object."""
    monkeypatch.setattr("sys.stdin", io.StringIO('{"rating": "bad", "comment": "too long"}'))
    rated = json.loads(said(capsys, "feedback", OLD, "--stdin", "--json"))["rated"]
    work = json.loads(said(capsys, "feedback", "--list", "--json"))

    assert (rated["rating"], rated["word"], rated["comment"], rated["rated_by"]) == (1, "bad", "too long", "user")
    assert (work["rated"], work["unrated"], work["work"][0]["id"]) == (1, 1, NEW[:10])


def test_a_bad_lesson_is_still_given(capsys: pytest.CaptureFixture[str]) -> None:
    """And the answer says how to end that."""
    assert "twiceshy mute l-00000000" in said(capsys, "feedback", "l-00000000000000aa", "--rating", "bad")


def test_an_agents_word_is_called_one(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nobody takes it for evidence."""
    monkeypatch.setattr("twiceshy.judgement.recipes.rate_work.find_speaker", lambda _: RatedBy.AGENT)
    assert "no evidence" in said(capsys, "feedback", OLD, "--rating", "good")


WRONG = [
    ([OLD], "say how good"),
    ([OLD, "--rating", "fine"], "from 1 to 5"),
    ([OLD, "--rating", "5", "--false-positive"], "is about a run"),
    (["c-ffff", "--rating", "5"], "nothing has an id"),
]


@pytest.mark.parametrize(("words", "message"), WRONG, ids=lambda value: str(value)[:40])
def test_what_makes_no_sense_is_told(capsys: pytest.CaptureFixture[str], words: list[str], message: str) -> None:
    """In one sentence, and nothing is stored."""
    assert main(["feedback", *words]) != 0
    assert message in capsys.readouterr().err


def test_a_data_folder_is_not_made(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Where there is none, there is nothing to rate."""
    assert main(["--home", str(tmp_path / "none"), "feedback", "--list"]) != 0
    assert "nothing is stored" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
