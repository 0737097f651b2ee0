"""``export`` as people and programs call it: what is written where, and what is never replaced."""

import json
import os
from pathlib import Path

import pytest
from tests.run.recipes.test_run_history import put

from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.doors.cli.main import main

TOKEN = "ghp_" + "aB3dE5gH7jK9" * 3


@pytest.fixture(autouse=True)
def _runs() -> None:
    """Two stored runs."""
    for number in (1, 2):
        put(load({}, os.environ, Path.cwd()), number)


@pytest.mark.parametrize("words", [["export", "runs"], ["runs", "export"]])
def test_rows_go_to_standard_output(capfd: pytest.CaptureFixture[str], words: list[str]) -> None:
    """And nothing else does."""
    assert main(words) == 0
    out, err = capfd.readouterr()
    assert [json.loads(line)["command"] for line in out.splitlines()] == ["npm test"] * 2
    assert err == ""


def test_a_file_is_private_and_summed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON too."""
    path = tmp_path / "out" / "runs.csv"
    path.parent.mkdir()

    assert main(["export", "runs", "--format", "csv", "-o", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["rows"], found["path"]) == ("twiceshy/export/1", 2, str(path))
    assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, found["bytes"])
    assert [entry.name for entry in path.parent.iterdir()] == ["runs.csv"]


@pytest.mark.parametrize("dangling", [False, True])
def test_a_file_that_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str], *, dangling: bool) -> None:
    """Unless it is to be replaced; a link that leads nowhere counts."""
    path = tmp_path / "runs.jsonl"
    if dangling:
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.write_text("mine")

    assert main(["export", "runs", "-o", str(path)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert path.is_symlink() if dangling else path.read_text() == "mine"
    assert main(["export", "runs", "-o", str(path), "--force"]) == 0
    assert len(path.read_text().splitlines()) == 2


REFUSED = [
    (["export"], 2, "kind"),
    (["export", "weather"], 2, "weather"),
    (["export", "chats"], 30, "no chats are stored yet. Next: twiceshy ingest"),
    (["export", "runs", "--format", "parquet"], 2, "parquet"),
    (["export", "runs", "--json"], 2, "add --output FILE"),
    (["export", "runs", "--since", "soon"], 2, "--since cannot be"),
    (["export", "runs", "-o", "/no/such/folder/x"], 2, "there is no folder"),
    (["export", "runs", "--project", "shop"], 30, "folders are not kept"),
]


@pytest.mark.parametrize(("words", "code", "said"), REFUSED, ids=lambda one: " ".join(one) if type(one) is list else "")
def test_what_cannot_be_done_is_said(
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    """In one sentence, and nothing on standard output."""
    assert main(words) == code
    out, err = capsys.readouterr()
    assert (out, said in err) == ("", True)


def test_what_the_audit_replaced_is_said_aside(capfd: pytest.CaptureFixture[str]) -> None:
    """How many of which kind; never what."""
    config = load({}, os.environ, Path.cwd())
    with Store.open(config.home) as store:
        store.connection.execute("UPDATE executions SET user_feedback = ?", (TOKEN,))

    assert main(["export", "runs"]) == 0
    out, err = capfd.readouterr()
    assert TOKEN not in out
    assert err.startswith("twiceshy: the audit replaced 2 secrets (2 x github-token).")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["finetune"], "needs --form chat, dpo, sft"),
        (["runs", "--form", "dpo"], "is for `export finetune`"),
        (["finetune", "--form", "dpo"], "no pairs of texts are stored yet. Next: twiceshy learn"),
    ],
)
def test_rows_for_trainers_are_named_by_what_a_trainer_takes(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """And nothing is left to guess."""
    assert main(["export", *words]) != 0
    assert said in capsys.readouterr().err


def test_the_level_that_is_asked_for_holds(capfd: pytest.CaptureFixture[str]) -> None:
    """Hosts of one's own are taken out at the strict one only."""
    put(load({}, os.environ, Path.cwd()), 3, words="ping build7.internal")

    assert main(["export", "runs"]) == 0
    assert "build7" in capfd.readouterr().out
    assert main(["export", "runs", "--level", "strict"]) == 0
    out, err = capfd.readouterr()
    assert "build7" not in out
    assert "replaced 1 secret (1 x host)" in err
