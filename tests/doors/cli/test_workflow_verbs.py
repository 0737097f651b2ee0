"""``workflow`` as people and programs call it."""

import json
from pathlib import Path

import pytest
from tests.judgement.recipes.test_workflow_compliance import declare, project, stored

from twiceshy.doors.cli.commands import workflow
from twiceshy.doors.cli.main import main
from twiceshy.judgement.workflow import workflow_file

__all__ = ["project"]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


@pytest.fixture
def kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the careful preset and one stored session that edits blindly."""
    declare(project, 'preset = "careful"\n')
    stored(str(project))
    monkeypatch.chdir(project)
    return project


@pytest.mark.usefixtures("kept")
def test_a_list_says_what_was_broken_and_what_to_ask_next(capsys: pytest.CaptureFixture[str]) -> None:
    """A row a session with compliance, score and broken steps."""
    lines = said(capsys, "workflow", "check").splitlines()

    assert lines[1].split()[0] == "s-aa010000"
    assert "no" in lines[1].split()
    assert "0.00  read-before-edit 1, tests-after" in lines[1]
    assert lines[-1] == "Next: twiceshy workflow check s-aa010000"


@pytest.mark.usefixtures("kept")
def test_one_session_is_told_with_its_proof(capsys: pytest.CaptureFixture[str]) -> None:
    """Each step, each violation and the calls that prove it."""
    out = said(capsys, "workflow", "check", "s-aa01")

    assert "compliant: no   score: 0.00" in out
    assert "read-before-edit: src/cart.py without reading it before\n  aa010000  " in out
    assert "Edit src/cart.py" in out
    assert out.endswith("Next: twiceshy show s-aa010000\n")
    assert "passed / 4" not in out


def test_theauditors_own_score_stands_beside_ours(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    """Where its preset is used, and named as what it is."""
    declare(kept, 'preset = "theauditor"\n')

    assert "TheAuditor's own score (passed / 4): 0.50" in said(capsys, "workflow", "check", "s-aa01")


def test_nothing_declared_is_said(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    """Neither kept nor broken: empty, with the way to declare something."""
    stored("/gone/shop")

    out = said(capsys, "workflow", "check")
    assert "nothing declared: its folder /gone/shop is not there" in " ".join(out.split()) or "…" in out
    assert "1 session without a declared workflow." in out
    one = said(capsys, "workflow", "check", "s-aa01")
    assert "nothing declared: its folder /gone/shop is not there\nNext: twiceshy workflow init" in one
    assert "compliant" not in one


def test_a_file_that_cannot_be_read_is_no_missing_one(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    """A list goes on and says what is wrong; asked for alone, the session's check ends with it."""
    declare(kept, "steps = 1\n")

    out = said(capsys, "workflow", "check")
    assert f"{kept.name}: cannot be read: .twiceshy/workflow.toml, line 1: steps are tables" in out
    assert "without a workflow" not in out
    assert main(["workflow", "check", "s-aa01"]) == 2


def test_marked_lines_that_were_not_read_are_listed(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    """How many, and for one session which."""
    (kept / "AGENTS.md").write_text("Think hard (MANDATORY)\n")

    assert "(1 marked line not understood" in said(capsys, "workflow", "check")
    assert "not understood: AGENTS.md:1 Think hard (MANDATORY)" in said(capsys, "workflow", "check", "s-aa01")


@pytest.mark.usefixtures("kept")
def test_json_has_everything(capsys: pytest.CaptureFixture[str]) -> None:
    """Compliance, steps, violations with whole uids, and suggestions with their numbers."""
    (one,) = json.loads(said(capsys, "workflow", "check", "--json"))["sessions"]
    assert (one["compliance"]["compliant"], one["compliance"]["score"], one["passed_of_four"]) == (False, 0.0, None)
    assert [len(uid) for each in one["compliance"]["violations"] for uid in each["events"]] == [32, 32]

    found = json.loads(said(capsys, "workflow", "suggest", "--json"))
    assert (found["schema"], found["sessions"], found["judged"]) == ("twiceshy/workflow-suggest/1", 1, 0)
    assert {each["advice"] for each in found["suggestions"]} == {"open"}


@pytest.mark.usefixtures("kept")
def test_suggestions_say_how_much_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A row a step, why, and what to do when nothing is judged; a patch of nothing is empty."""
    out = said(capsys, "workflow", "suggest")

    assert "1 session, 0 judged" in out
    assert "read-before-edit: MANDATORY; alone too few here: 20 in 5 sessions of each are needed" in out
    assert out.endswith("Next: twiceshy judge\n")
    assert said(capsys, "workflow", "suggest", "--patch") == ""


def test_without_sessions_of_this_project_others_can_be_asked(
    capsys: pytest.CaptureFixture[str], kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The preset's steps can be weighed with everybody's sessions."""
    monkeypatch.chdir(kept.parent)

    assert said(capsys, "workflow", "suggest").endswith("Next: twiceshy workflow worth --everywhere\n")
    assert "1 session, 0 judged" in said(capsys, "workflow", "suggest", "--everywhere")


def test_init_writes_once(capsys: pytest.CaptureFixture[str], project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second call is an error that leaves the file alone."""
    monkeypatch.chdir(project)

    assert "with the preset theauditor" in said(capsys, "workflow", "init", "--preset", "theauditor")
    assert main(["workflow", "init"]) == 2
    assert "is there already" in capsys.readouterr().err


def test_an_unknown_project_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    """As with every verb that has filters."""
    assert main(["workflow", "check", "--project", "nothing"]) == 30
    assert "Projects: shop." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said_so"),
    [(["suggest", "s-aa01"], "takes no session"), (["check", "x"], "no session's id"), (["frob"], "invalid choice")],
)
def test_wrong_words_are_told(words: list[str], said_so: str, capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    """Exit code 2 and what is wrong."""
    assert main(["workflow", *words]) == 2
    assert said_so in capsys.readouterr().err


def test_the_presets_are_those_there_are() -> None:
    """The verb's own list, which spares `--help` an import, is not stale."""
    assert tuple(workflow_file.PRESETS) == workflow.PRESETS
