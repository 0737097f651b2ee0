"""pi's sessions: the shared contract, and what is particular to this agent."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest
from tests.logs.contract import SALT, WHOLE, ReaderContract

from twiceshy.logs.readers import READERS
from twiceshy.records.events import (
    Action,
    Edit,
    Failure,
    Mark,
    MarkKind,
    Prompt,
    PromptKind,
    RawEvent,
    Session,
    ToolCall,
    ToolResult,
    Usage,
)
from twiceshy.records.ingest import Cursor

READER = READERS["pi"]
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Log:
    """A session's entries."""

    def __init__(self, native: str = "d703a1a9-1b7b-4fb1-b512-c9738b1fe617") -> None:
        self.at = START
        head = {
            "type": "session",
            "version": 3,
            "id": native,
            "timestamp": "2026-03-02T09:00:00.000Z",
            "cwd": "/home/dev/shop",
        }
        self.records: list[dict[str, Any]] = [head]

    def add(self, kind: str, **fields: Any) -> Self:
        self.at += timedelta(seconds=1)
        time = self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.records.append({"type": kind, "id": f"{len(self.records):08x}", "timestamp": time} | fields)
        return self

    def message(self, role: str, content: Any, **fields: Any) -> Self:
        return self.add("message", message={"role": role, "content": content} | fields)

    def prompt(self, text: str) -> Self:
        return self.message("user", [{"type": "text", "text": text}])

    def says(self, text: str, **fields: Any) -> Self:
        usage = {"input": 3, "output": 9, "cacheRead": 20, "cacheWrite": 4, "cost": {"total": 0.5}}
        blocks = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": text}]
        return self.message("assistant", blocks, model="a-model", usage=usage, **fields)

    def calls(self, tool: str, text: str, *, failed: bool = False, **given: Any) -> Self:
        native = f"toolu_01{len(self.records):022d}"
        self.message(
            "assistant", [{"type": "toolCall", "id": native, "name": tool, "arguments": given}], model="a-model"
        )
        content = [{"type": "text", "text": text}]
        return self.message("toolResult", content, toolCallId=native, toolName=tool, isError=failed)

    def lines(self) -> list[bytes]:
        return [json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() for record in self.records]

    def write(self, path: Path) -> Path:
        path.write_bytes(b"".join(line + b"\n" for line in self.lines()))
        return path


def events_of(log: Log, folder: Path) -> list[RawEvent]:
    return READER.read(log.write(folder / "a.jsonl"), Cursor(), salt=SALT, limit_bytes=WHOLE).events


def of(kind: type, log: Log, folder: Path) -> list[Any]:
    return [event for event in events_of(log, folder) if isinstance(event, kind)]


class TestPi(ReaderContract):
    reader = READER

    def session(self) -> list[bytes]:
        log = Log().prompt("fix it").says("I look.").calls("read", "x = 1\n", path="a.py")
        log.calls("edit", "Replaced.", path="a.py", oldText="x = 1", newText="x = 2").add(
            "model_change", modelId="b-model"
        )
        return log.calls("bash", "no\n\nCommand exited with code 2", failed=True, command="make").says("Done.").lines()

    def prompt_line(self, text: str, time: object) -> bytes:
        record: dict[str, Any] = {"type": "message", "timestamp": time, "message": {"role": "user", "content": text}}
        if time is None:
            del record["timestamp"]
        return json.dumps(record, ensure_ascii=False).encode()

    def unknown_line(self) -> bytes:
        return b'{"type":"dream","timestamp":"2026-03-02T10:00:00Z","of":1}'

    def copies(self, folder: Path) -> tuple[Path, Path]:
        log = Log().prompt("one").says("two").calls("bash", "a.py", command="ls")
        fork = Log("e703a1a9-1b7b-4fb1-b512-c9738b1fe617")
        fork.records += log.records[1:]
        return log.write(folder / "first.jsonl"), fork.prompt("three").write(folder / "fork.jsonl")

    def subagents(self, folder: Path) -> list[Path]:
        del folder
        return []  # this agent has none


CALLS: list[Any] = [
    pytest.param("frobnicate", {"x": 1}, (Action.OTHER, None, None), id="unknown"),
    pytest.param("bash", {"command": "ls", "timeout": 5}, (Action.RUN, None, "ls"), id="run"),
    pytest.param("read", {"path": "src/a.py"}, (Action.READ, "src/a.py", None), id="read"),
    pytest.param("ls", {"path": "/etc"}, (Action.SEARCH, "/etc", None), id="list"),
]


@pytest.mark.parametrize(("tool", "given", "expected"), CALLS)
def test_a_tool_has_its_action(tool: str, given: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    """What each tool does, and on what."""
    [call] = of(ToolCall, Log().calls(tool, "ok", **given), tmp_path)

    assert expected == (call.action, call.path, call.command)


RESULTS: list[Any] = [
    pytest.param("ok", False, (None, 0), id="success"),
    pytest.param("no\nCommand exited with code 3", True, (Failure.ERROR, 3), id="exit code"),
    pytest.param("Command aborted", True, (Failure.INTERRUPTED, None), id="aborted"),
    pytest.param("no bash", True, (Failure.ERROR, None), id="error"),
]


@pytest.mark.parametrize(("text", "failed", "expected"), RESULTS)
def test_a_result_tells_its_status(text: str, failed: bool, expected: Any, tmp_path: Path) -> None:
    """The text ends with it."""
    [result] = of(ToolResult, Log().calls("bash", text, failed=failed, command="x"), tmp_path)

    assert expected == (result.failure, result.exit_code)


def test_an_edit_is_whole_where_the_file_was_read_or_written(tmp_path: Path) -> None:
    """Else it is partial."""
    log = Log().calls("write", "ok", path="a.py", content="x = 1\ny = 2\n")
    log.calls("edit", "ok", path="a.py", edits=[{"oldText": "x = 1", "newText": "x = 3"}])
    log.calls("edit", "ok", path="b.py", oldText="p", newText="q").calls(
        "edit", "no", failed=True, path="a.py", oldText="z"
    )
    edits = of(Edit, log, tmp_path)

    assert [(edit.path, edit.partial, edit.after) for edit in edits] == [
        ("a.py", True, "x = 1\ny = 2\n"),
        ("a.py", False, "x = 3\ny = 2\n"),
        ("b.py", True, "q"),
    ]


def test_what_the_user_ran_and_commands_are_told_from_words(tmp_path: Path) -> None:
    """Only words are a person's."""
    log = Log().message("bashExecution", None, command="ls", exitCode=0).prompt("/mode").prompt("fix /etc")

    assert [prompt.kind for prompt in of(Prompt, log, tmp_path)] == [
        PromptKind.SHELL,
        PromptKind.BARE_COMMAND,
        PromptKind.TYPED,
    ]


MARKS: list[Any] = [
    pytest.param("thinking_level_change", {}, [], id="says nothing"),
    pytest.param("compaction", {"summary": "s"}, [MarkKind.COMPACTION], id="compaction"),
    pytest.param("branch_summary", {"summary": "s"}, [MarkKind.REWIND], id="branch"),
    pytest.param(
        "message",
        {"message": {"role": "assistant", "content": [], "stopReason": "aborted"}},
        [MarkKind.INTERRUPT],
        id="aborted",
    ),
    pytest.param(
        "message",
        {"message": {"role": "assistant", "content": [], "stopReason": "error"}},
        [MarkKind.API_ERROR],
        id="error",
    ),
]


@pytest.mark.parametrize(("kind", "fields", "expected"), MARKS)
def test_entries_are_sorted(kind: str, fields: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    """What says something is a mark."""
    assert expected == [mark.kind for mark in of(Mark, Log().add(kind, **fields), tmp_path)]


def test_a_session_knows_where_it_ran_and_what_it_cost(tmp_path: Path) -> None:
    """Its head, and the tokens of each message."""
    log = Log().says("a")
    [session], [usage] = of(Session, log, tmp_path), of(Usage, log, tmp_path)

    assert (session.cwd, session.real) == ("/home/dev/shop", True)
    assert (usage.input, usage.output, usage.cache_read, usage.cache_write, usage.model) == (3, 9, 20, 4, "a-model")
    assert usage.cost == 0.5


def test_roots_follow_the_settings(tmp_path: Path) -> None:
    """Where the agent keeps its logs."""
    assert [tmp_path / ".pi/agent/sessions"] == READER.roots({}, tmp_path)
