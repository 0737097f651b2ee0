"""The verbs redact and audit, as a shell sees them."""

import io
import json
from pathlib import Path

import pytest

from twiceshy.doors.cli.main import main

SECRET = "hunter2-Zx9"


@pytest.fixture
def note(tmp_path: Path) -> str:
    path = tmp_path / "note.txt"
    path.write_text(f"first line\npassword={SECRET}\n")
    return str(path)


def test_redact_prints_text_and_counts(note: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The text is the answer on stdout; counts by kind are talk on stderr."""
    assert main(["redact", note]) == 0

    out, err = capsys.readouterr()
    assert out.startswith("first line\npassword=[password:")
    assert err == "     1  password\n"


def test_redact_explains(note: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--explain names rule, place and source."""
    assert main(["redact", "--explain", note]) == 0

    assert "line 2, characters 20-31: rule password-assignment (" in capsys.readouterr().err


def test_redact_reads_stdin(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file it reads standard input; clean text comes back with a word on stderr."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"nothing here\n")))

    assert main(["redact"]) == 0

    assert capsys.readouterr() == ("nothing here\n", "nothing to replace\n")


def test_redact_as_json(note: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--json holds the text, the counts and each replacement, with a schema version."""
    assert main(["redact", "--json", "--level", "strict", note]) == 0

    answer = json.loads(capsys.readouterr().out)
    assert (answer["schema"], answer["counts"], answer["level"]) == ("twiceshy/redact/1", {"password": 1}, "strict")
    assert SECRET not in json.dumps(answer)


def test_audit_ends_with_0_or_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A clean folder ends with 0, a secret with 1 and its place; never with the secret."""
    home = tmp_path / "data"
    home.mkdir()
    assert main(["audit", "--home", str(home)]) == 0
    assert "nothing found." in capsys.readouterr().out

    for number in range(45):
        (home / f"note{number:02}").write_text(f"password={SECRET}")
    assert main(["audit", "--home", str(home)]) == 1

    out = capsys.readouterr().out
    assert "note00: bytes from 0: 1 x password (rule password-assignment)" in out
    assert "and 5 more" in out
    assert SECRET not in out


def test_audit_as_json_and_unread_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What could not be read is a finding too: the exit code is 1."""
    home = tmp_path / "data"
    home.mkdir()
    (home / "bad.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)

    assert main(["audit", "--json", "--home", str(home)]) == 1
    assert json.loads(capsys.readouterr().out)["unread"]
    assert main(["audit", "--home", str(home)]) == 1
    assert "not read: bad.db" in capsys.readouterr().out
