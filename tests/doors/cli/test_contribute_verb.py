"""``contribute`` as people call it: asked first, said plainly."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.doors.cli.conftest import Log, put, shop_session

from twiceshy.archive.db import Store
from twiceshy.base.values import Scrubbed
from twiceshy.doors.cli.main import main
from twiceshy.records.events import Action


@pytest.fixture(autouse=True)
def _shop(scratch_home: Path) -> None:
    """One stored session."""
    put(scratch_home / ".twiceshy", [shop_session()])
    with Store.open(scratch_home / ".twiceshy") as store:
        assert store.salt


def test_nothing_is_agreed_to_unasked(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal it takes `--yes`; the words are shown all the same."""
    assert main(["contribute", "enable", "--project", "web-shop"]) == 2
    out, err = capsys.readouterr()
    assert (out, "twiceshy sends nothing" in err, "add --yes" in err) == ("", True, True)
    assert main(["contribute"]) == 0
    assert "You agreed to nothing" in capsys.readouterr().out


def test_yes_and_no_are_said_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """With the tables that were named."""
    assert main(["contribute", "enable", "--project", "web-shop", "--yes", "--what", "files,tools"]) == 0
    assert capsys.readouterr().out == (
        "Noted: figures of web-shop may be given away (tools, files).\nTo see every byte: twiceshy contribute preview\n"
    )
    assert main(["contribute", "status", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["projects"]
    assert (found["project"], found["state"], found["kinds"]) == ("web-shop", "given", ["tools", "files"])
    assert main(["contribute", "disable", "--project", "web-shop"]) == 0
    assert capsys.readouterr().out == "Stopped: nothing of web-shop is given away any more.\n"
    assert main(["contribute"]) == 0
    assert "web-shop  taken back" in capsys.readouterr().out


def put_week() -> None:
    """Seven sessions of one project, each on its own day, three weeks ago."""
    logs = []
    for day in range(7):
        log = Log(f"5{day}", "api")
        log.start = log.start.replace(year=datetime.now(UTC).year - 1, month=12, day=1) + timedelta(days=day)
        log.result(log.call("Bash", Action.RUN, command=Scrubbed("git status")), "clean")
        logs.append(log)
    put(Path(os.environ["TWICESHY_HOME"]), logs)


def test_the_bytes_that_are_shown_are_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Into a private file, once; standard output has nothing else."""
    put_week()
    assert main(["contribute", "enable", "--project", "api", "--yes"]) == 0
    capfd.readouterr()
    assert main(["contribute", "preview"]) == 0
    shown, said = capfd.readouterr()
    assert "2 figures of " in said
    path = tmp_path / "given.json"

    assert main(["contribute", "export"]) == 2
    assert main(["contribute", "export", "-o", str(tmp_path / "no" / "x")]) == 2
    assert main(["contribute", "export", "-o", str(path), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["path"] == str(path)
    assert path.read_text() == shown
    assert path.stat().st_mode & 0o777 == 0o600
    assert main(["contribute", "export", "-o", str(path)]) == 2
    assert main(["contribute", "export", "-o", str(path), "--force"]) == 30
    assert path.read_text() == shown
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["given.json", "home"]
    assert main(["contribute", "disable", "--project", "api"]) == 0
    assert "send 1 file to whom you gave it" in capfd.readouterr().out


def test_a_preview_before_agreeing_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    """Its figures are those that would be given away."""
    put_week()

    assert main(["contribute", "preview", "--project", "api"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["contribution"] == "c-none"
    assert "You agreed to nothing yet" in err
    assert main(["contribute", "preview", "--project", "api", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["agreed"] is False


def test_an_unknown_table_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With those that there are."""
    assert main(["contribute", "enable", "--yes", "--what", "prompts"]) == 2
    assert "--what knows tools, programs, commits, files, lessons" in capsys.readouterr().err
