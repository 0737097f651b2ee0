"""Starting the server: what is missing is said, and the verb becomes it."""

import subprocess
import sys
from pathlib import Path

import pytest

from twiceshy.doors.cli.main import main as verb
from twiceshy.doors.mcp import __main__ as start


def test_without_the_sdk_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a sentence, with the exit code of a missing tool."""
    monkeypatch.setitem(sys.modules, "mcp.server.lowlevel", None)
    monkeypatch.delitem(sys.modules, "twiceshy.doors.mcp.server", raising=False)

    assert start.main([]) == 40
    assert "pip install '.[mcp]'" in capsys.readouterr().err


def test_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Not at the first call."""
    monkeypatch.setenv("TWICESHY_PRIVACY_LEVEL", "odd")

    assert start.main([]) != 0
    assert "privacy.level" in capsys.readouterr().err


def test_the_verb_becomes_the_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the data folder that it was given, and its exit code."""
    seen: list[list[str]] = []

    def run_module(name: str, **_: object) -> None:
        seen.append([name, *sys.argv[1:]])
        raise SystemExit(9)

    monkeypatch.setattr("runpy.run_module", run_module)

    assert verb(["mcp", "--home", str(tmp_path)]) == 9
    assert verb(["mcp"]) == 9
    assert seen == [["twiceshy.doors.mcp", str(tmp_path)], ["twiceshy.doors.mcp"]]


def test_a_client_that_leaves_ends_the_program() -> None:
    """With status 0 and nothing on stderr."""
    words = [sys.executable, "-I", "-m", "twiceshy.doors.mcp"]

    done = subprocess.run(words, input=b"", capture_output=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
