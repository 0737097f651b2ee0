"""What is said of a file that nobody claims, and which such files are worth a word."""

import json
from pathlib import Path
from typing import Any

import pytest

from twiceshy.logs.unclaimed_files import describe, looks_like_log

TURN = {"role": "user", "content": "x"}
PAGE = b"# Chat\n\n## User\n\nfix it\n\n## Assistant\n\nDone.\n\n## User\n\nthanks\n"
QUIET: list[Any] = [
    pytest.param("package.json", b'{"name": "shop", "type": "module"}', id="settings"),
    pytest.param("data.jsonl", b'{"type": "message", "text": "hello"}\n', id="data"),
    pytest.param("chats.jsonl", json.dumps({"messages": [TURN]}).encode(), id="training data"),
    pytest.param("tasks.json", b'{"command": "ls", "args": []}', id="an editor's tasks"),
    pytest.param("users.json", b'{"role": "user", "session_timeout": 3}', id="roles"),
    pytest.param("README.md", b"# Shop\n\n## User guide\n\nRead on.\n", id="documentation"),
    pytest.param("agents.md", b"## Agent one\n\n## Agent two\n", id="two headings"),
    pytest.param("a.traj", b"3 12.5 0.1\n4 12.6 0.2\n", id="a simulation"),
    pytest.param("empty.jsonl", b"", id="empty"),
]


@pytest.mark.parametrize(("name", "head"), QUIET)
def test_a_projects_own_files_are_not_worth_a_word(name: str, head: bytes) -> None:
    """Most JSON and Markdown is nobody's log."""
    assert not looks_like_log(Path(name), head)


LIKELY: list[Any] = [
    pytest.param("a.jsonl", json.dumps({"session_id": "a"} | TURN).encode(), id="speech in a session"),
    pytest.param("a.json", json.dumps({"messages": [TURN, {"role": "tool", "tool_calls": []}]}).encode(), id="tools"),
    pytest.param("a.json", json.dumps([{"source": "agent", "action": "run"}]).encode(), id="a list of actions"),
    pytest.param("a.traj", json.dumps({"trajectory": [{"action": "ls"}]}).encode(), id="a trajectory"),
    pytest.param("a.traj.json", b'{"info": {"submission": "', id="a trajectory by its name"),
    pytest.param("a.md", PAGE, id="a talk"),
    pytest.param("a.md", b"_**User**_\n\nx\n\n_**Agent (y)**_\n\nz\n\n_**User**_\n", id="a talk in bold"),
]


@pytest.mark.parametrize(("name", "head"), LIKELY)
def test_what_looks_like_a_log_is(name: str, head: bytes) -> None:
    """Two of speech, a session and tools; of a page three turns."""
    assert looks_like_log(Path(name), head)


SAID: list[Any] = [
    pytest.param(b"", "an empty file", id="empty"),
    pytest.param(b" \n", "an empty file", id="blank"),
    pytest.param(b"hello\n", "text that is no JSON", id="text"),
    pytest.param(b"{hello}\n", "text that is no JSON", id="text in braces"),
    pytest.param(b"\x7fELF\0\0", "binary data", id="binary"),
    pytest.param(b"\x1f\x8b\x08", "a file compressed by gzip (unpack it first)", id="gzip"),
    pytest.param(b"SQLite format 3\0...", "an SQLite database", id="database"),
    pytest.param(b"{}", "a JSON object with no keys", id="no keys"),
    pytest.param(b'{"a": 1}', "a JSON object with the key a", id="one key"),
    pytest.param(b'{\n  "a": {"x": 1},\n  "b": 2\n}', "a JSON object with the keys a, b", id="object"),
    pytest.param(
        json.dumps(dict.fromkeys("abcdefgh", 1)).encode(),
        "a JSON object with the keys a, b, c, d, e, f and 2 more",
        id="many keys",
    ),
    pytest.param(b'{"a": {"x": [1]}, "b": "y}", "c": [', "a JSON object with the keys a, b, c", id="cut off"),
    pytest.param(b'{"ann@example.org": 1, "b": 2}', "a JSON object with the keys \u2026, b", id="a key that is data"),
    pytest.param(b'{"a": 1}\n{"b": 2}\n', "JSON lines, the first with the key a", id="lines"),
    pytest.param(b'[{"a": 1, "b": 2}]', "a JSON list of objects with the keys a, b", id="list of objects"),
    pytest.param(b"[1, 2]", "a JSON list", id="list"),
    pytest.param(b'[{"a": 1}, {"a', "a JSON list", id="list cut off"),
    pytest.param(b"[section]\nkey = 1\n", "text that is no JSON", id="settings"),
]


@pytest.mark.parametrize(("head", "words"), SAID)
def test_a_file_is_told_by_its_first_keys(head: bytes, words: str) -> None:
    """Nothing else of it is shown."""
    assert describe(Path("/x/a"), head, named=True).recognised == f"{words}, of no known agent"
