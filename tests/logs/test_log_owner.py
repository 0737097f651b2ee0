"""Whose log a file is."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from tests.logs.builders import a_session
from tests.logs.codex_builders import a_rollout

from twiceshy.logs.base import Source
from twiceshy.logs.log_owner import HEAD, agent_of, find_logs
from twiceshy.logs.readers import READERS
from twiceshy.records.ingest import UnclaimedFile

CHAT = {"sessionId": "a", "projectHash": "b", "messages": []}
PART = {"id": "prt_1", "messageID": "msg_1", "type": "text"}
RUN = {"info": {"mini_version": "1"}, "messages": [], "trajectory_format": "mini-swe-agent-1"}
SPEECH = {"type": "user.message", "data": {"content": "x"}, "id": "1"}
ENTRY = {"type": "message", "timestamp": "2026-03-02T09:00:00Z", "message": {"role": "user", "content": "x"}}
FILES: list[Any] = [
    pytest.param("package.json", b'{"name": "shop", "type": "module"}', None, id="settings"),
    pytest.param("data.jsonl", b'{"type": "message", "text": "hello"}\n', None, id="data"),
    pytest.param("openai.jsonl", b'{"messages": [{"role": "user", "content": "x"}]}\n', None, id="training data"),
    pytest.param("a.jsonl", b"", None, id="empty"),
    pytest.param("a.md", b"# Log\n" + b"\n".join(a_rollout().prompt("x").lines()), None, id="a page that quotes a log"),
    pytest.param("a.py", b'{"sessionId": "a", "projectHash": "b"}', None, id="code"),
    pytest.param("a.jsonl", b"\n".join(a_session().prompt("x").lines()), "claude-code", id="claude-code"),
    pytest.param("a.jsonl", b"\n".join(a_rollout().prompt("x").lines()), "codex", id="codex"),
    pytest.param("a.jsonl", b"\n".join(a_rollout(base="x" * HEAD).lines()), "codex", id="codex with a long first line"),
    pytest.param("a.jsonl", json.dumps(SPEECH).encode(), "copilot-cli", id="copilot-cli"),
    pytest.param("a.jsonl", json.dumps(ENTRY).encode(), "pi", id="pi"),
    pytest.param("a.json", json.dumps(CHAT).encode(), "gemini-cli", id="gemini-cli"),
    pytest.param("a.json", json.dumps(PART).encode(), "opencode", id="opencode"),
    pytest.param("a.json", json.dumps(RUN).encode(), "mini-swe-agent", id="mini-swe-agent"),
    pytest.param("a.json", b'{"schema_version": "1.4", "steps": []}', None, id="another schema"),
    pytest.param("a.json", b'{"schema_version": "ATIF-v1.5", "session_id": "s", "steps": []}', "atif", id="atif"),
    pytest.param("a.json", b'{"info": {"id": "ses_1", "title": "x"}, "messages": []}', "opencode", id="export"),
    pytest.param("a.jsonl", b'{"type":"thread.started","thread_id":"t"}\n', "codex", id="codex exec"),
    pytest.param("a.traj.json", b'[{"role": "system", "content": "x"}]', "mini-swe-agent", id="messages alone"),
    pytest.param("a.traj", b'{"history": [{"role": "system", "content": "x"}]}', "swe-agent", id="history alone"),
]


TALK = b"\n".join(a_session().prompt("x").lines())
LONG = b'{"type": "x", "k": "' + b"x" * 300_000 + b'"}\n'
BEHIND: list[Any] = [
    pytest.param("a.jsonl", b'{"a": 1}\n' + b'{"b": 2}\n' * 9, None, id="data"),
    pytest.param("a.jsonl", b'{"a": 1}\n' + b'{"type": "message"}', None, id="data that looks alike"),
    pytest.param("a.json", LONG + TALK, None, id="no lines"),
    pytest.param("a.jsonl", LONG[:-1], None, id="one long line"),
    pytest.param("a.jsonl", LONG, None, id="nothing behind it"),
    pytest.param("a.jsonl", LONG + TALK, "claude-code", id="a long line"),
    pytest.param("a.jsonl", b'{"type":' * 20_000 + b"\n" + TALK, "claude-code", id="a line that nobody can read"),
    pytest.param("a.jsonl", b'{"type": "us\n' + TALK, "claude-code", id="a torn line"),
]


@pytest.mark.parametrize(("name", "data", "agent"), BEHIND)
def test_an_odd_first_line_does_not_hide_whose_log_it_is(
    name: str, data: bytes, agent: str | None, tmp_path: Path
) -> None:
    """What stands behind it decides."""
    path = tmp_path / name
    path.write_bytes(data)

    assert agent_of(path, READERS) == agent


@pytest.mark.parametrize(("name", "data", "agent"), FILES)
def test_a_file_belongs_to_one_agent_or_none(name: str, data: bytes, agent: str | None, tmp_path: Path) -> None:
    """Its content decides; no two readers claim it."""
    path = tmp_path / name
    path.write_bytes(data)

    assert agent == agent_of(path, READERS)
    assert len([reader for reader in READERS.values() if reader.recognises(path, data[:HEAD])]) == (
        agent is not None
    ) or (path.suffix == ".py")


def test_a_folder_of_several_agents_logs_is_read_as_what_they_are(tmp_path: Path) -> None:
    """Each file by its own agent's reader; other files are left alone."""
    a_session().prompt("x").write(tmp_path / "a.jsonl")
    (tmp_path / "deep").mkdir()
    a_rollout().prompt("x").write(tmp_path / "deep" / "b.jsonl")
    (tmp_path / "package.json").write_text("{}")
    found = list(find_logs(tmp_path, READERS, {}, tmp_path / "home"))

    assert [(one.path.name, one.agent) for one in found if isinstance(one, Source)] == [
        ("a.jsonl", "claude-code"),
        ("b.jsonl", "codex"),
    ]
    assert len(found) == 2


def test_what_nobody_claims_is_told_if_it_was_named_or_looks_like_a_log(tmp_path: Path) -> None:
    """A project's own files are not, nor another kind of file."""
    (tmp_path / "chat.jsonl").write_text('{"session_id": "a", "role": "user", "content": "x"}')
    (tmp_path / "package.json").write_text('{"name": "shop"}')
    (tmp_path / "notes.txt").write_text('{"session_id": "a", "role": "user", "content": "x"}\n')
    (tmp_path / "code.py").write_text("x = 1")
    found = [
        (Path(one.path).name, one.named)
        for root in (tmp_path, tmp_path / "package.json", tmp_path / "code.py")
        for one in find_logs(root, READERS, {}, tmp_path / "home")
        if isinstance(one, UnclaimedFile)
    ]

    assert found == [("chat.jsonl", False), ("notes.txt", False), ("package.json", True), ("code.py", True)]


def test_a_named_file_is_known_whatever_its_name_ends_in(tmp_path: Path) -> None:
    """People save streams and copies under any name; in a folder only the usual names are looked at."""
    path = a_session("x").prompt("x").write(tmp_path / "copy.bak")
    log = a_session("y").prompt("x").write(tmp_path / "run.log")
    (tmp_path / "server.log").write_text("12:00 started\n" + log.read_text())
    found = [
        one.path.name
        for root in (path, tmp_path)
        for one in find_logs(root, READERS, {}, tmp_path / "home")
        if isinstance(one, Source)
    ]

    assert found == ["copy.bak", "run.log"]


def test_a_named_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """With the system's reason."""
    path = tmp_path / "a.jsonl"
    path.write_text("{}")
    with patch("twiceshy.logs.log_owner.stream_foreign", side_effect=PermissionError(13, "Permission denied")):
        [found] = find_logs(path, READERS, {}, tmp_path / "home")

    assert isinstance(found, UnclaimedFile)
    assert found.recognised == "unreadable: Permission denied"


def test_in_an_agents_own_folder_the_place_decides(tmp_path: Path) -> None:
    """A log that has no record yet is found all the same."""
    folder = tmp_path / ".codex" / "sessions" / "2026"
    folder.mkdir(parents=True)
    (folder / "rollout-a.jsonl").write_bytes(b"")

    found = find_logs(folder, READERS, {}, tmp_path)

    assert [source.agent for source in found if isinstance(source, Source)] == ["codex"]
