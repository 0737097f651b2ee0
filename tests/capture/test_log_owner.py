"""Whose log a file is."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.capture.builders import a_session
from tests.capture.codex_builders import a_rollout

from twiceshy.capture.log_owner import HEAD, agent_of, find_logs
from twiceshy.capture.readers import READERS

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
    pytest.param("a.py", b'{"sessionId": "a", "projectHash": "b"}', None, id="code"),
    pytest.param("a.jsonl", b"\n".join(a_session().prompt("x").lines()), "claude-code", id="claude-code"),
    pytest.param("a.jsonl", b"\n".join(a_rollout().prompt("x").lines()), "codex", id="codex"),
    pytest.param("a.jsonl", b"\n".join(a_rollout(base="x" * HEAD).lines()), "codex", id="codex with a long first line"),
    pytest.param("a.jsonl", json.dumps(SPEECH).encode(), "copilot-cli", id="copilot-cli"),
    pytest.param("a.jsonl", json.dumps(ENTRY).encode(), "pi", id="pi"),
    pytest.param("a.json", json.dumps(CHAT).encode(), "gemini-cli", id="gemini-cli"),
    pytest.param("a.json", json.dumps(PART).encode(), "opencode", id="opencode"),
    pytest.param("a.json", json.dumps(RUN).encode(), "mini-swe-agent", id="mini-swe-agent"),
]


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
    found = [(source.path.name, source.agent) for source in find_logs(tmp_path, READERS, {}, tmp_path / "home")]

    assert found == [("a.jsonl", "claude-code"), ("b.jsonl", "codex")]


def test_in_an_agents_own_folder_the_place_decides(tmp_path: Path) -> None:
    """A log that has no record yet is found all the same."""
    folder = tmp_path / ".codex" / "sessions" / "2026"
    folder.mkdir(parents=True)
    (folder / "rollout-a.jsonl").write_bytes(b"")

    assert [source.agent for source in find_logs(folder, READERS, {}, tmp_path)] == ["codex"]
