"""``risk`` as people and programs call it, in repositories whose past says little."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_commit, make_repository, run_git
from wings.git.tests.predict.risk.test_risk_words import REASONS, an_answer

from twiceshy.doors.cli.main import main
from twiceshy.records.change_risk import FixLabel, HabitRisk, RiskAnswer, RiskList, RiskOutcomes
from twiceshy.records.figures import RiskiestWork, RiskyChange
from twiceshy.screens.terminal.draw_risk import draw_riskiest
from twiceshy.screens.terminal.page import Page, pen_for
from twiceshy_git import risk_recipes as risk


@pytest.fixture
def repo(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of two commits, the second of which fixes the first; nothing is staged."""
    top = make_repository(scratch_home / "web")
    bad = make_commit(top, "one\n")
    make_commit(top, "two\n", "-m", f"Fixes: {bad[:12]}")
    monkeypatch.chdir(top)
    return top


def test_too_little_is_said_with_what_is_missing(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The size is told, and no risk is made up."""
    (repo / "a.txt").write_text("three\n")
    run_git(repo, "add", "a.txt")
    assert main(["risk", "--staged"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert out.startswith("1 line added; no risk can be told: ")
    assert "200 and 30 are needed" in out
    assert "Next: `Fixes: <commit>` lines" in out


def test_before_the_first_commit_there_is_nothing_to_learn_from(
    scratch_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no error: what is staged has a size."""
    top = make_repository(scratch_home / "new")
    monkeypatch.chdir(top)
    assert main(["risk", "--staged"]) == 0
    assert "Nothing is staged" in capsys.readouterr().out
    (top / "a.txt").write_text("one\n")
    run_git(top, "add", "a.txt")
    assert main(["risk", "--staged"]) == 0
    assert "this repository has no commit yet" in " ".join(capsys.readouterr().out.split())
    assert main(["risk"]) != 0


def test_the_newest_changes_are_listed_with_what_became_of_them(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The newest first; who named the fix is told."""
    assert main(["risk"]) == 0
    out = capsys.readouterr().out
    assert out.index("two") < out.index("one\n")
    assert "it was named as fixed by" in out
    assert "2 of 2 changes, newest first" in out
    assert out.count("200 and 30 are needed") == 1, "what is missing for all is said once"
    assert main(["risk", "HEAD~1..HEAD", "--order", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["subject"] for one in found["answers"]] == ["two"]
    assert (found["order"], found["asked"], found["left_out"]) == ("line", 1, [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing-of-the-kind"], "there is no commit"),
        (["--", "--output=x"], "there is no commit"),
        (["HEAD", "--staged"], "say only one of"),
        (["--diff", "missing.diff"], "missing.diff cannot be read"),
        (["--fail-over", "7"], "is not a number from 0 to 1"),
    ],
)
def test_what_cannot_be_asked_is_said(
    repo: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """With an exit code above 1, so that no hook takes it for a risk."""
    del repo
    assert main(["risk", *words]) > 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("limit", "status"), [("0.3", 1), ("0.4", 0)])
def test_fail_over_is_an_exit_code(
    repo: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    status: int,
) -> None:
    """An invented answer stands for a trained model; its sentence is all that is drawn."""
    del repo
    answer = an_answer(reasons=REASONS, words="risk 0.31: 412 lines added")
    _answer_with(monkeypatch, answer)
    assert main(["risk", "--staged", "--fail-over", limit]) == status
    assert capsys.readouterr().out == "risk 0.31: 412 lines added\n"
    assert main(["risk", "--staged", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["risk"]
    assert (found["probability"], found["reasons"][0]["column"]) == (0.314, "la")


def _answer_with(monkeypatch: pytest.MonkeyPatch, answer: RiskAnswer | None) -> None:
    monkeypatch.setattr(risk, "tell_staged_risk", lambda *_: answer, raising=False)


def test_foreign_subjects_cannot_repaint_the_terminal(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do they take more than their line."""
    del repo
    label = FixLabel("c" * 40, "", 1.7e9, "corrected")
    answer = an_answer(id="c" * 40, subject="fix\x1b[2J " + "long " * 60, words="risk 0.31", became=label)
    found = RiskList(answers=(answer,), order="time", asked=1, left_out=("d" * 40,), notes=("weak",))
    monkeypatch.setattr(risk, "tell_commit_risks", lambda *_, **__: found, raising=False)
    assert main(["risk"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "\x1b[2J" not in lines[0]
    assert len(lines[0]) <= 80
    assert lines[1:3] == ["  risk 0.31", "  it was corrected on 14 Nov 2023"]
    assert "left out 1 commit (merges, commits without files, or not behind HEAD): dddddddddd" in " ".join(lines)
    assert lines[-1] == "note: weak"


def test_the_riskiest_changes_of_a_report_are_six_lines() -> None:
    """However long and hostile their messages are."""
    ones = tuple(
        RiskyChange(f"{n:040x}", "fix\x1b[2J " + "long " * 60, "risk 0.46", "", "changed by a fix by 0123456789")
        for n in range(3)
    )
    found = RiskiestWork(
        model="own",
        since=datetime(2025, 11, 14, tzinfo=UTC),
        changes=747,
        fixed=84,
        top=75,
        top_fixed=29,
        riskiest=ones,
    )
    lines = draw_riskiest(
        found, Page(80, pen_for(sys.stdout, no_color=True), found.since or datetime.now(UTC))
    ).splitlines()
    assert " ".join(lines[:2]) == (
        "Riskiest tenth of 747 changes here since 14 Nov 2025: 39 % of 75 fixed so far, of the others 8 % of 672"
    )
    assert len(lines) == 6
    assert max(map(len, lines)) <= 80
    assert lines[2].endswith("changed by a fix by 0123456789")
    assert "\x1b" not in "".join(lines)


def a_habit(low: float, high: float) -> HabitRisk:
    """Return a habit with such an interval."""
    return HabitRisk("a refused call", "refusals_per_prompt", 40, 10, 200, 30, ((low + high) / 2, low, high), 90)


@pytest.mark.parametrize(
    ("habits", "said"),
    [
        ((a_habit(-0.04, 0.1),), "No difference is shown: each interval holds 0."),
        (
            (a_habit(0.01, 0.1),),
            "Fixed more often with: a refused call. Of the others no difference is shown.",
        ),
        ((), "20 with a habit and 20 without it are needed"),
    ],
    ids=["none", "one", "too few"],
)
def test_what_habits_add_is_said_plainly(
    repo: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    habits: tuple[HabitRisk, ...],
    said: str,
) -> None:
    """A difference that is not shown is none that is claimed."""
    del repo
    found = RiskOutcomes(
        model="size",
        since=1.7e9,
        changes=9,
        fixed=1,
        bands=(),
        too_little="9",
        logged=254,
        logged_fixed=63,
        habits=habits,
    )
    monkeypatch.setattr(risk, "measure_risk_outcomes", lambda *_: found, raising=False)
    assert main(["effects", "risk"]) == 0
    assert said in " ".join(capsys.readouterr().out.split())
