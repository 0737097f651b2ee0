"""`sync` from outside: what a person reads of sending, of what would leave, and of a server that is away."""

import json
import os
from pathlib import Path

import pytest
from wings.team.tests.remote.fake_server import FakeServer, FakeTeam, Request, http, serving
from wings.team.tests.sync.test_send_outbox import put, row

from twiceshy.base.config import load
from twiceshy.doors.cli.main import main


@pytest.fixture
def hybrid(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A member of a team, with three runs that wait."""
    monkeypatch.setenv("TWICESHY_TELEMETRY_BACKEND", "hybrid")
    monkeypatch.setenv("TWICESHY_SYNC_TOKEN", "tws_" + "A" * 43)
    put(load({}, os.environ, scratch_home), [row(number) for number in range(3)])
    return scratch_home


def at(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name the server."""
    monkeypatch.setenv("TWICESHY_SYNC_URL", server.url)
    return server.url


def answer(request: Request) -> bytes:
    """A server without knowledge."""
    return http(404) if request.method == "GET" else FakeTeam()(request)


def test_a_person_alone_reads_that_nothing_is_sent(scratch_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """However it is asked."""
    assert scratch_home.is_dir()
    for words, code in ((["sync"], 0), (["sync", "--test"], 1), (["sync", "--status"], 0), (["sync", "--dry-run"], 0)):
        assert main(words) == code
        out, err = capsys.readouterr()
        assert "telemetry.backend is local" in out + err
    assert main(["sync", "--from", "x.jsonl.zst"]) == 2
    assert "nothing is sent here: set sync.url" in capsys.readouterr().err


def test_what_would_leave_is_printed_and_what_left_is_told(
    hybrid: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines of a dry run are those that arrive."""
    assert hybrid.is_dir()
    with serving(answer) as server:
        url = at(server, monkeypatch)
        assert main(["sync", "--dry-run"]) == 0
        out, err = capsys.readouterr()
        assert [json.loads(line)["kind"] for line in out.splitlines()] == ["execution"] * 3
        assert err.startswith("twiceshy: 3 lines, ")
        assert f"would leave at the level counts to {url}." in err
        assert server.connections == 0

        assert main(["sync", "--test"]) == 0
        assert "version 9.9.9" in capsys.readouterr().out
        assert main(["sync"]) == 0
        assert capsys.readouterr().out == f"Sent 3 rows to {url}: 3 stored.\n"
        assert server.asked[1].body.decode() == out
        assert main(["sync"]) == 0
        assert capsys.readouterr().out == "Nothing waits to be sent.\n"
        assert main(["sync", "--status"]) == 0
        assert "last answer  200: 3 stored (" in capsys.readouterr().out


def test_a_server_that_is_away_is_told_with_what_waits(
    hybrid: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As words and as JSON."""
    assert hybrid.is_dir()
    with serving(answer) as server:
        at(server, monkeypatch)
    assert main(["sync"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["Nothing was sent.", "3 rows still waiting."]
    assert lines[2].startswith("Stopped: the server, 127.0.0.1:")
    assert main(["sync", "--status"]) == 0
    out = capsys.readouterr().out
    assert "waiting      3 rows" in out
    assert "cannot be reached" in out
    assert main(["sync", "--status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["schema"], status["rows"]) == ("twiceshy/sync-status/1", {"execution": 3})


def test_files_are_written_to_be_carried_and_taken(
    hybrid: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From one machine to another."""
    folder = hybrid / "carried"
    monkeypatch.setenv("TWICESHY_TELEMETRY_BACKEND", "file")
    monkeypatch.setenv("TWICESHY_SYNC_FOLDER", str(folder))
    assert main(["sync"]) == 0
    assert capsys.readouterr().out.endswith(".jsonl.zst. 3 rows to be carried.\n")

    monkeypatch.setenv("TWICESHY_TELEMETRY_BACKEND", "hybrid")
    with serving(answer) as server:
        at(server, monkeypatch)
        assert main(["sync", "--from", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Took 3 rows from 1 file.",
        f"Sent 3 rows to {server.url}: 3 stored.",
    ]


def test_rows_that_are_refused_are_told(
    hybrid: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the reason, and how many."""
    assert hybrid.is_dir()
    with serving(lambda request: http(413) if request.method == "POST" else http(404)) as server:
        at(server, monkeypatch)
        assert main(["sync"]) == 1
    assert "Refused and kept: 3 rows: too large for the server (413)." in capsys.readouterr().out
    assert main(["sync", "--status"]) == 0
    assert "refused      3 rows: too large for the server (413)" in capsys.readouterr().out


def test_learning_sends_and_says_so(
    hybrid: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was sent is nothing new; a server that is away is no failure of learning."""
    assert hybrid.is_dir()
    with serving(answer) as server:
        at(server, monkeypatch)
        assert main(["learn"]) == 0
    out = capsys.readouterr().out
    assert "Exchanged 3 rows with your team's server." in out
    assert "from sync" not in out
    put(load({}, os.environ, hybrid), [row(9)])
    assert main(["learn"]) == 0
    assert "Exchanged" not in capsys.readouterr().out
