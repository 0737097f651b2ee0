"""``contribute`` as people call it: asked first, said plainly."""

import json
from pathlib import Path

import pytest
from tests.surfaces.cli.conftest import put, shop_session

from twiceshy.store.db import Store
from twiceshy.surfaces.cli.main import main


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
        "Noted: figures of web-shop may be given away (tools, files). Nothing was written or sent.\n"
    )
    assert main(["contribute", "status", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["projects"]
    assert (found["project"], found["state"], found["kinds"]) == ("web-shop", "given", ["tools", "files"])
    assert main(["contribute", "disable", "--project", "web-shop"]) == 0
    assert capsys.readouterr().out == "Stopped: nothing of web-shop is given away any more.\n"
    assert main(["contribute"]) == 0
    assert "web-shop  taken back" in capsys.readouterr().out


def test_an_unknown_table_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With those that there are."""
    assert main(["contribute", "enable", "--yes", "--what", "prompts"]) == 2
    assert "--what knows tools, programs, commits, files, lessons" in capsys.readouterr().err
