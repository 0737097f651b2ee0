"""What `forget` and `cleanup` say, and that nothing goes without a yes."""

import io
import json
import sys
from pathlib import Path

import pytest
from tests.archive.conftest import Log, stored

from twiceshy.archive.db import Store
from twiceshy.doors.cli.main import main


@pytest.fixture
def filled(scratch_home: Path) -> str:
    home = scratch_home / "data"
    with Store.open(home) as store:
        stored(store, Log().everything("rotate"))
        stored(store, Log("second", project="folder:/infra").everything("scale"))
    return str(home)


def sessions(home: str) -> int:
    with Store.open(Path(home)) as store:
        return int(store.connection.execute("SELECT count(*) FROM session").fetchone()[0])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        pytest.param("\n", 2, id="nothing said"),
        pytest.param("no\n", 2, id="no"),
        pytest.param("", 2, id="end of input"),
        pytest.param("Y\n", 1, id="yes"),
    ],
)
def test_only_a_yes_removes(
    filled: str, monkeypatch: pytest.MonkeyPatch, answer: str, left: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """At a terminal the person is shown what goes and asked."""
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert main(["--home", filled, "forget", "--project", "infra"]) == 0

    assert sessions(filled) == left
    out, err = capsys.readouterr()
    assert "Would forget 1 session of infra: 2 prompt, 1 reply, 1 call, 1 result, 1 edit, 1 usage, 1 mark." in err
    assert ("Forgot 1 session" in out) == (left == 1)
    assert ("  second.jsonl" in out) == (left == 1)


def test_without_a_terminal_nothing_goes_unless_said(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A script must say --yes."""
    assert main(["--home", filled, "forget", "--project", "infra"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert main(["--home", filled, "forget"]) == 2
    assert main(["--home", filled, "forget", "--project", "infra", "--dry-run"]) == 0
    assert "Would forget" in capsys.readouterr().out
    assert sessions(filled) == 2
    assert main(["--home", filled, "forget", "--project", "infra", "--yes", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["sessions"], found["events"]["prompt"]) == ("twiceshy/forget/1", 1, 2)
    assert sessions(filled) == 1
    assert main(["--home", filled, "forget", "--until", "2020-01-01", "--yes"]) == 0
    assert capsys.readouterr().out == "Nothing stored fits; nothing was removed.\n"


def test_cleanup_says_what_it_freed(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Also when there is nothing to do."""
    assert main(["--home", filled, "cleanup"]) == 0
    assert "Removed no session older than 730 days (memory.retention_days).\n" in capsys.readouterr().out
    assert main(["--home", filled, "cleanup", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["old"] is None


def test_a_dry_cleanup_names_what_would_go(filled: str, capsys: pytest.CaptureFixture[str]) -> None:
    """By kind, with ids where that is asked for; nothing goes."""
    assert main(["--home", filled, "cleanup", "--days", "1", "--dry-run", "--verbose"]) == 0
    out = capsys.readouterr().out

    assert out.startswith("Would remove 2 sessions and parts of 0 others older than 1 day")
    assert [line.split()[:2] for line in out.splitlines() if line.startswith("prompt")] == [["prompt", "4"]]
    assert out.count("  s-") == 2
    assert "Nothing was changed." in out
    assert sessions(filled) == 2
