"""``runs``, ``feedback`` and ``show r-…`` as people and programs call them."""

import io
import json
import os
from pathlib import Path
from random import Random

import pytest
from tests.run.recipes.test_run_history import FOLDER, history, put

from twiceshy.base.config import Config, load
from twiceshy.doors.cli.main import main
from twiceshy.records.runs import RunPlan
from twiceshy.run.recipes.limit_suggestions import find_limit


@pytest.fixture
def config() -> Config:
    """Settings with twelve runs of one command."""
    found = load({}, os.environ, Path.cwd())
    history(found, 12, Random(1))
    return found


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("config")
def test_lists_and_sums(capsys: pytest.CaptureFixture[str]) -> None:
    """A row a run, a row a command, a row a pattern."""
    listed = said(capsys, "runs").splitlines()
    assert (len(listed), listed[1].split()[0][:2]) == (13, "r-")
    assert said(capsys, "runs", "stats").splitlines()[1].split()[:3] == ["npm", "test", "12"]
    assert "FAIL" in said(capsys, "runs", "analyze", "patterns")
    assert "npm test" in said(capsys, "runs", "analyze", "timing")
    assert "No run is unusual" in said(capsys, "runs", "analyze", "anomalies")
    assert len(json.loads(said(capsys, "runs", "list", "--json"))["runs"]) == 12


@pytest.mark.usefixtures("config")
def test_a_suggestion_or_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    """A line to paste, or how much data there is."""
    assert said(capsys, "runs", "suggest", f"cd {FOLDER} && npm test").startswith("twiceshy run --timeout ")
    assert said(capsys, "runs", "suggest", "frobnicate") == "No run of `frobnicate` is known.\n"
    assert said(capsys, "runs", "limits", "frobnicate") == "No run of `frobnicate` is known.\n"
    assert said(capsys, "runs", "limits") == said(capsys, "runs", "analyze", "timing")


def test_starting_patterns_are_marked_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    """For a command that never ran here."""
    lines = said(capsys, "runs", "limits", "cargo", "build").splitlines()

    assert lines[0] == "twiceshy run --match auto -- cargo build"
    assert lines[2] == "  No run of `cargo build` is known."
    assert len([line for line in lines if line.startswith("  starting, not learned: ^error")]) >= 1


def test_an_anomaly_is_named(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """With what was usual."""
    put(config, 0, runtime_s=600.0, silence_s=6.0)

    assert "npm test: took 10m; usual 59.9s" in said(capsys, "runs", "analyze", "anomalies")


@pytest.mark.usefixtures("config")
def test_a_run_is_shown_by_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    """Any unique beginning does."""
    shown = said(capsys, "show", "r-0000000c")

    assert "npm test" in shown
    assert "status 123, ended by --match" in shown
    assert main(["show", "r-0000"]) != 0


def test_feedback_by_options_and_by_json(
    config: Config, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways say the same; a delay is learned."""
    assert "Stored for r-0000000c" in said(capsys, "feedback", "r-0000000c", "--delay-should-be", "10s")
    put(config, 0, words="make check", folder=str(Path.cwd()))
    for words in ([], ["last"]):
        assert said(capsys, "feedback", *words, "--rating", "2").startswith("Stored for r-00000000 (")
        assert "make check)" in said(capsys, "feedback", *words, "--rating", "2")
    monkeypatch.setattr("sys.stdin", io.StringIO('{"rating": 4, "false_positive": true}'))
    run = json.loads(said(capsys, "feedback", "r-0000000c", "--stdin", "--json"))["run"]
    assert (run["rating"], run["false_positive"]) == (4, True)
    plan = RunPlan()
    plan.command = ("npm", "test")
    plan.home = str(config.home)

    assert find_limit(plan, "delay_exit_s") == (10.0, "your feedback on 1 of its runs")


WRONG = [
    (["runs", "analyze"], "say what to analyze"),
    (["runs", "suggest"], "say which command"),
    (["runs", "clear"], "add --yes"),
    (["feedback", "r-0000000c"], "say something"),
    (["feedback", "r-0000000c", "--delay-should-be", "soon"], "no span of time"),
    (["feedback", "s-1234", "--false-positive"], "is about a run"),
]


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(("words", "message"), WRONG, ids=lambda value: str(value)[:40])
def test_what_makes_no_sense_is_told(capsys: pytest.CaptureFixture[str], words: list[str], message: str) -> None:
    """In one sentence, and nothing happens."""
    assert main(words) != 0
    assert message in capsys.readouterr().err


@pytest.mark.usefixtures("config")
def test_clear(capsys: pytest.CaptureFixture[str]) -> None:
    """All of it."""
    assert said(capsys, "runs", "clear", "--yes") == "Removed 12 runs.\n"
    assert "No run is stored" in said(capsys, "runs")
