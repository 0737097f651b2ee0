"""What `evaluate edits` prints."""

import json
import math
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.flows.edits.stored_edits import rename_everywhere, store_sessions

from twiceshy.records.edit_figures import AnswererFigures, EditEvaluation, ProgramRecord
from twiceshy.surfaces.cli.draw_edits import render_edit_evaluation
from twiceshy.surfaces.cli.main import main
from twiceshy.surfaces.cli.page import Page, Pen

PAGE = Page(120, Pen(on=False), datetime(2026, 11, 20, 12, tzinfo=UTC))
KEPT = AnswererFigures(
    name="keep",
    answered=0.0,
    exact=0.0,
    exact_new=0.0,
    near=0.0,
    similarity=0.433,
    lines=0.0,
    gain=None,
    lead=(-0.091, -0.126, -0.061),
    near_lead=(-0.182, -0.25, -0.1),
)
COPIED = AnswererFigures(
    name="copy-last",
    answered=0.498,
    exact=0.148,
    exact_new=0.065,
    near=0.182,
    similarity=0.523,
    lines=0.182,
    gain=(0.091, 0.061, 0.126),
    lead=None,
    near_lead=None,
)
FOUND = EditEvaluation(
    asked=500,
    sessions=121,
    projects=1,
    inserted=120,
    repeated=55,
    fit=2057,
    left_out={"more than 60 lines": 192},
    best_baseline="copy-last",
    answerers=(KEPT, COPIED),
    program=None,
)


def test_the_table_reads_as_promised() -> None:
    """A row a way, then the ground it stands on."""
    lines = render_edit_evaluation(FOUND, PAGE).splitlines()

    assert lines[0].split("  ")[0] == "way"
    assert lines[2].split() == (
        ["copy-last", "14.8", "6.5", "18.2", "52.3", "18.2", "49.8", "+9.1", "(+6.1", "to", "+12.6)"]
    )
    assert "500 of 2,057 edits in 121 sessions of 1 project, each asked before it was learned" in lines[3]
    assert lines[-1] == "Not asked: 192 (more than 60 lines)"


def test_a_narrow_page_loses_columns_not_rows() -> None:
    """What all were asked is not said where all were."""
    whole = replace(FOUND, fit=500, left_out={})
    narrow = render_edit_evaluation(whole, Page(80, Pen(on=False), PAGE.now))

    assert max(map(len, narrow.splitlines())) <= 80
    assert "500 edits in 121 sessions" in narrow
    assert "Not asked" not in narrow


def test_one_session_has_no_interval() -> None:
    """The value stands alone."""
    alone = replace(FOUND, answerers=(replace(KEPT, near_lead=(-0.182, math.nan, math.nan)), COPIED))

    assert render_edit_evaluation(alone, PAGE).splitlines()[1].split()[-1] == "-18.2"


def test_the_verb_reads_what_is_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a table, as JSON, and as an error where there is too little."""
    monkeypatch.chdir(tmp_path)
    config = store_sessions(tmp_path, [rename_everywhere(12)])
    home = ["--home", str(config.home)]

    assert main([*home, "evaluate", "edits"]) == 0
    assert "copy-last" in capsys.readouterr().out
    assert main([*home, "evaluate", "edits", "--json", "--project", "shop"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "twiceshy/evaluate-edits/1"
    assert [one["name"] for one in told["answerers"]] == ["keep", "copy-last", "n-gram"]
    assert main([*home, "evaluate", "edits", "--most", "4"]) == 2
    assert "too few" in capsys.readouterr().err


def test_a_program_is_asked_and_may_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table is printed all the same; the error is one of what was read."""
    monkeypatch.chdir(tmp_path)
    call = ["--home", str(store_sessions(tmp_path, [rename_everywhere(12)]).home), "evaluate", "edits"]

    assert main([*call, "--program", f"{sys.executable} -c 'raise SystemExit(4)'"]) == 20
    said = capsys.readouterr()
    assert "copy-last" in said.out
    assert "ended with 4 at question 1; its figures are left out" in said.err
    assert main([*call, "--program", "no-such-program"]) == 40


@pytest.mark.parametrize(
    "words",
    [
        ["files", "--most", "4"],
        ["messages", "--within", "3", "--program", "x"],
        ["risk", "--program", "x"],
        ["edits", "--endpoint", "http://127.0.0.1"],
        ["edits", "--within", "3"],
    ],
)
def test_options_of_another_kind_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """They would do nothing."""
    assert main(["evaluate", *words]) == 2
    assert "--" in capsys.readouterr().err


def test_what_became_of_a_program_is_said() -> None:
    """In a sentence below the table."""
    asked = ProgramRecord(stopped="", asked=500, late=1, garbage=2, wrong_id=3)

    def last(record: ProgramRecord) -> str:
        return render_edit_evaluation(replace(FOUND, program=record), PAGE).splitlines()[-1]

    assert last(asked) == (
        "program: 500 questions; counted as wrong: 1 too late, 2 no answer at all, 3 to another question"
    )
    assert last(replace(asked, stopped="it died")) == "program: no figures. It was asked 500 questions: it died"


def test_an_empty_store_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not a table of nothing."""
    assert main(["--home", str(tmp_path / "none"), "evaluate", "edits"]) != 0
    assert "twiceshy ingest" in capsys.readouterr().err
