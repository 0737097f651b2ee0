"""Copilot CLI's event streams: the shared contract, and what is particular to this agent."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid5

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

READER = READERS["copilot-cli"]
NAMESPACE = UUID("6a0fbd61-6b37-4bfb-8c1f-6a2d7a1f0c77")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PATCH = "*** Begin Patch\n*** Update File: /home/dev/shop/a.py\n@@\n-x\n+y\n*** End Patch"


class Log:
    """A session's records."""

    def __init__(self, seed: str = "one", **start: Any) -> None:
        self.seed = seed
        self.at = START
        self.records: list[dict[str, Any]] = []
        self.id = str(uuid5(NAMESPACE, seed))
        told = {
            "sessionId": self.id,
            "copilotVersion": "1.0.64",
            "context": {"cwd": "/home/dev/shop", "branch": "main"},
        }
        self.add("session.start", **(told | start))

    def add(self, kind: str, **data: Any) -> Self:
        self.at += timedelta(seconds=1)
        time = self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        native = str(uuid5(NAMESPACE, f"{self.seed} {len(self.records)}"))
        self.records.append({"type": kind, "data": data, "id": native, "timestamp": time, "parentId": None})
        return self

    def prompt(self, text: str, **data: Any) -> Self:
        return self.add("user.message", content=text, transformedContent=f"<time/>{text}", **data)

    def says(self, text: str, **data: Any) -> Self:
        return self.add("assistant.message", content=text, model="a-model", reasoningText="hm", outputTokens=7, **data)

    def calls(self, tool: str, content: str = "ok", *, done: Any = None, more: Any = None, **given: Any) -> Self:
        native = f"toolu_01{self.seed}{len(self.records):019d}"
        more = more or {}
        self.add("tool.execution_start", toolCallId=native, toolName=tool, arguments=given, **more)
        told = {"success": True, "result": {"content": content}} | (done or {})
        return self.add("tool.execution_complete", toolCallId=native, **told, **more)

    def lines(self) -> list[bytes]:
        return [json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() for record in self.records]

    def write(self, path: Path) -> Path:
        path.write_bytes(b"".join(line + b"\n" for line in self.lines()))
        return path


def events_of(log: Log, folder: Path) -> list[RawEvent]:
    return READER.read(log.write(folder / "a.jsonl"), Cursor(), salt=SALT, limit_bytes=WHOLE).events


def of(kind: type, log: Log, folder: Path) -> list[Any]:
    return [event for event in events_of(log, folder) if isinstance(event, kind)]


class TestCopilotCli(ReaderContract):
    reader = READER

    def session(self) -> list[bytes]:
        log = Log().add("session.model_change", newModel="a-model").prompt("fix it").says("I look.")
        log.calls("create", "Created.", path="/home/dev/shop/a.py", file_text="x = 1\n")
        log.calls("edit", "Edited.", path="/home/dev/shop/a.py", old_str="x = 1", new_str="x = 2")
        log.calls("bash", "no\n<shellId: 0 completed with exit code 2>", command="make")
        return log.add("abort", reason="user_initiated").says("Done.").lines()

    def prompt_line(self, text: str, time: object) -> bytes:
        record = {
            "type": "user.message",
            "data": {"content": text},
            "id": str(uuid5(NAMESPACE, text[:20])),
            "timestamp": time,
        }
        if time is None:
            del record["timestamp"]
        return json.dumps(record, ensure_ascii=False).encode()

    def unknown_line(self) -> bytes:
        return b'{"type":"dream.started","data":{"of":1},"id":"x","timestamp":"2026-03-02T10:00:00Z"}'

    def copies(self, folder: Path) -> tuple[Path, Path]:
        log = Log().prompt("one").says("two").calls("bash", "a.py", command="ls")
        fork = Log("two")
        fork.records += log.records[1:]
        return log.write(folder / "first.jsonl"), fork.prompt("three").write(folder / "fork.jsonl")

    def subagents(self, folder: Path) -> list[Path]:
        inside = {"parentToolCallId": "toolu_01task"}
        log = Log().prompt("go").prompt("look", **inside).calls("bash", "a", more=inside, command="ls")
        return [log.write(folder / "a.jsonl")]


CALLS: list[Any] = [
    pytest.param("frobnicate", {"x": 1}, (Action.OTHER, None, None), id="unknown"),
    pytest.param("bash", {"command": "ls"}, (Action.RUN, None, "ls"), id="run"),
    pytest.param("view", {"path": "/home/dev/shop/a.py", "view_range": [3, 9]}, (Action.READ, "a.py", None), id="read"),
    pytest.param("read_file", {"filePath": "/etc/hosts"}, (Action.READ, "/etc/hosts", None), id="the editor's read"),
    pytest.param("apply_patch", {"input": PATCH}, (Action.EDIT, "a.py", None), id="patch"),
    pytest.param("str_replace_editor", {"command": "view", "path": "/a"}, (Action.READ, "/a", None), id="old editor"),
    pytest.param("task", {"prompt": "x"}, (Action.DELEGATE, None, None), id="delegate"),
]


@pytest.mark.parametrize(("tool", "given", "expected"), CALLS)
def test_a_tool_has_its_action(tool: str, given: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    """What each tool does, and on what."""
    [call] = of(ToolCall, Log().calls(tool, **given), tmp_path)

    assert expected == (call.action, call.path, call.command)


RESULTS: list[Any] = [
    pytest.param({}, (None, None), id="success"),
    pytest.param({"result": {"content": "x\n<shellId: 1 completed with exit code 0>"}}, (None, 0), id="exit 0"),
    pytest.param({"result": {"content": "<shellId: 1 completed with exit code 7>"}}, (Failure.ERROR, 7), id="exit 7"),
    pytest.param(
        {"success": False, "error": {"message": "Path does not exist", "code": "failure"}},
        (Failure.ERROR, None),
        id="error",
    ),
    pytest.param(
        {"success": False, "error": {"message": "no", "code": "denied"}}, (Failure.REJECTED, None), id="denied"
    ),
]


@pytest.mark.parametrize(("done", "expected"), RESULTS)
def test_a_result_tells_its_status(done: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    """As the agent was told; a command's exit code overrules success."""
    [result] = of(ToolResult, Log().calls("bash", done=done, command="x"), tmp_path)

    assert expected == (result.failure, result.exit_code)


EDITS: list[Any] = [
    pytest.param("create", {"path": "/a", "file_text": "x\n"}, ("", "x\n", False, True), id="create"),
    pytest.param("edit", {"path": "/a", "old_str": "x", "new_str": "y"}, ("x", "y", True, False), id="edit"),
    pytest.param(
        "replace_string_in_file",
        {"filePath": "/a", "oldString": "x", "newString": "y"},
        ("x", "y", True, False),
        id="the editor's edit",
    ),
    pytest.param("apply_patch", {"input": PATCH}, ("x", "y", True, False), id="patch"),
]


@pytest.mark.parametrize(("tool", "given", "expected"), EDITS)
def test_a_successful_call_is_an_edit(tool: str, given: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    """A failed one is none."""
    [edit] = of(Edit, Log().calls(tool, **given), tmp_path)

    assert expected == (edit.before, edit.after, edit.partial, edit.created)
    assert of(Edit, Log().calls(tool, done={"success": False}, **given), tmp_path) == []


MARKS: list[Any] = [
    pytest.param("assistant.turn_end", {}, [], id="says nothing"),
    pytest.param("hook.end", {"success": True}, [], id="hook"),
    pytest.param(
        "hook.end", {"success": False, "hookType": "preToolUse"}, [(MarkKind.HOOK, "preToolUse")], id="hook fails"
    ),
    pytest.param("abort", {"reason": "user"}, [(MarkKind.INTERRUPT, "user")], id="interrupt"),
    pytest.param("session.error", {"errorType": "quota", "message": "x"}, [(MarkKind.API_ERROR, "quota")], id="error"),
    pytest.param("session.compaction_complete", {}, [(MarkKind.COMPACTION, "compaction")], id="compaction"),
    pytest.param("session.dream", {}, [(MarkKind.UNKNOWN, "session.dream")], id="unknown"),
]


@pytest.mark.parametrize(("kind", "data", "expected"), MARKS)
def test_records_are_sorted(kind: str, data: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    """What says something is a mark; what does not is counted."""
    assert expected == [(mark.kind, mark.name) for mark in of(Mark, Log().add(kind, **data), tmp_path)]


def test_words_are_taken_as_typed(tmp_path: Path) -> None:
    """Not as the client wrapped them; what it tells the model is not a person's."""
    log = Log().prompt("fix it").add("system.notification", content="<system_notification>done</system_notification>")

    assert [(prompt.kind, prompt.text[:6]) for prompt in of(Prompt, log, tmp_path)] == [
        (PromptKind.TYPED, "fix it"),
        (PromptKind.NOTIFICATION, "<syste"),
    ]


def test_tokens_add_up_to_what_the_end_tells(tmp_path: Path) -> None:
    """Output with each message, input with the end."""
    metrics = {
        "a-model": {"usage": {"inputTokens": 50, "outputTokens": 14, "cacheReadTokens": 20, "cacheWriteTokens": 3}}
    }
    usages = of(Usage, Log().says("a").says("b").add("session.shutdown", modelMetrics=metrics), tmp_path)

    assert tuple(sum(getattr(usage, name) for usage in usages) for name in ("input", "output", "cache_read")) == (
        30,
        14,
        20,
    )


def test_its_own_units_are_the_cost(tmp_path: Path) -> None:
    """Each checkpoint says how many the session used so far; a unit is a cent. None used is nothing said."""
    log = Log().says("a").add("session.usage_checkpoint", totalNanoAiu=0)
    log.add("session.usage_checkpoint", totalNanoAiu=250_000_000_000).says("b")
    log.add("session.shutdown", totalNanoAiu=400_000_000_000, modelMetrics={})

    assert [one.cost for one in of(Usage, log, tmp_path) if not one.output] == [2.5, 4.0]


def test_a_session_knows_where_it_ran(tmp_path: Path) -> None:
    """Its first record."""
    [session] = of(Session, Log(vscodeVersion="1.1").prompt("a"), tmp_path)

    assert (session.cwd, session.branch, session.version) == ("/home/dev/shop", "main", "1.0.64")
    assert (session.entrypoint, session.real) == ("vscode", True)


def test_roots_follow_the_settings(tmp_path: Path) -> None:
    """Where the agent keeps its logs."""
    assert [tmp_path / ".copilot/session-state"] == READER.roots({}, tmp_path)
    assert [Path("/x/session-state")] == READER.roots({"COPILOT_HOME": "/x"}, tmp_path)
