"""Gemini CLI's chats: the document contract, and what is particular to this agent."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.capture.contract import SALT, WHOLE
from tests.capture.document_contract import DocumentContract

from twiceshy.capture.readers import READERS
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

READER = READERS["gemini-cli"]
HEAD = {
    "sessionId": "18f475c0-690f-4bc9-b84e-88a0a1e9518f",
    "projectHash": "ab" * 32,
    "startTime": "2026-03-02T09:00:00Z",
    "lastUpdated": "2026-03-02T09:00:09Z",
}
TIME = "2026-03-02T09:00:01Z"


def user(text: str, number: int = 0) -> dict[str, Any]:
    return {"id": f"user {number}", "timestamp": TIME, "type": "user", "content": text}


def model(text: str, *calls: dict[str, Any], number: int = 0) -> dict[str, Any]:
    tokens = {"input": 50, "output": 4, "cached": 20, "thoughts": 3, "tool": 0}
    thoughts = [{"subject": "Look", "description": "I look."}]
    record = {"id": f"model {number}", "timestamp": TIME, "type": "gemini", "content": text, "tokens": tokens}
    return record | {"model": "gemini-2.5-flash", "thoughts": thoughts, "toolCalls": list(calls)}


def call(tool: str, output: str = "ok", status: str = "success", display: Any = None, **given: Any) -> dict[str, Any]:
    key = "output" if status == "success" else "error"
    result = [{"functionResponse": {"name": tool, "response": {key: output}}}]
    told = {"id": f"{tool}-1772442001000-{len(output)}abcdef", "name": tool, "args": given, "result": result}
    return told | {"status": status, "timestamp": TIME, "resultDisplay": display}


def chat(*messages: dict[str, Any]) -> bytes:
    return json.dumps(HEAD | {"messages": list(messages)}, indent=2).encode()


def events_of(data: bytes, folder: Path, name: str = "session-a.json") -> list[RawEvent]:
    path = folder / "chats" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events


class TestGeminiCli(DocumentContract):
    reader = READER
    file_name = "chats/session-a.json"

    def document(self, steps: int) -> bytes:
        messages = [
            message
            for number in range(steps)
            for message in (
                user("fix it", number),
                model("Done.", call("glob", "x" * number, pattern="*"), number=number),
            )
        ]
        return chat(*messages)


CALLS: list[Any] = [
    pytest.param(call("frobnicate"), (Action.OTHER, None, None, None), id="unknown"),
    pytest.param(call("read_file", file_path="/s/a.py"), (Action.READ, "/s/a.py", None, None), id="read"),
    pytest.param(call("run_shell_command", command="ls"), (Action.RUN, None, "ls", 0), id="run"),
    pytest.param(
        call("run_shell_command", "Output: x\nExit Code: 3", command="x"), (Action.RUN, None, "x", 3), id="fails"
    ),
]


@pytest.mark.parametrize(("told", "expected"), CALLS)
def test_a_tool_has_its_action(told: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    """What each tool does, on what, and with which status."""
    events = events_of(chat(model("", told)), tmp_path)
    [made] = [event for event in events if isinstance(event, ToolCall)]
    [result] = [event for event in events if isinstance(event, ToolResult)]

    assert expected == (made.action, made.path, made.command, result.exit_code)
    assert (result.failure is Failure.ERROR) is (expected[3] == 3)


@pytest.mark.parametrize(("status", "failure"), [("error", Failure.ERROR), ("cancelled", Failure.REJECTED)])
def test_a_failed_edit_is_no_edit(status: str, failure: Failure, tmp_path: Path) -> None:
    """Its input stays in the call."""
    events = events_of(
        chat(model("", call("replace", status=status, file_path="/a", old_string="1", new_string="2"))), tmp_path
    )

    assert [event.failure for event in events if isinstance(event, ToolResult)] == [failure]
    assert [event for event in events if isinstance(event, Edit)] == []


def test_an_edit_has_whole_texts_where_the_client_noted_them(tmp_path: Path) -> None:
    """Else the replaced part."""
    noted = {"originalContent": "a\nb\n", "newContent": "a\nc\n"}
    told = call("replace", "one", display=noted, file_path="/a", old_string="b", new_string="c")
    bare = call("replace", "three", file_path="/b", old_string="b", new_string="c")
    edits = [event for event in events_of(chat(model("", told, bare)), tmp_path) if isinstance(event, Edit)]

    assert [(edit.before, edit.after, edit.partial) for edit in edits] == [
        ("a\nb\n", "a\nc\n", False),
        ("b", "c", True),
    ]


def test_what_the_client_added_to_the_users_words_is_taken_off(tmp_path: Path) -> None:
    """Contents of files that were named; a command alone is no message."""
    messages = (user("fix @a\n--- Content from referenced files ---\nx"), user("/quit", 1))
    prompts = [event for event in events_of(chat(*messages), tmp_path) if isinstance(event, Prompt)]

    assert [(prompt.kind, prompt.text) for prompt in prompts] == [
        (PromptKind.TYPED, "fix @a"),
        (PromptKind.BARE_COMMAND, "/quit"),
    ]


def test_tokens_are_told_apart(tmp_path: Path) -> None:
    """Thoughts are output; what was cached is not input again."""
    [usage] = [event for event in events_of(chat(model("a")), tmp_path) if isinstance(event, Usage)]

    assert (usage.input, usage.cache_read, usage.output, usage.model) == (30, 20, 7, "gemini-2.5-flash")


@pytest.mark.parametrize(
    ("kind", "expected"), [("info", MarkKind.NOTICE), ("error", MarkKind.API_ERROR), ("dream", MarkKind.UNKNOWN)]
)
def test_other_messages_are_marks(kind: str, expected: MarkKind, tmp_path: Path) -> None:
    """What is not known is kept."""
    events = events_of(chat({"id": "1", "timestamp": TIME, "type": kind, "content": "x"}), tmp_path)

    assert [expected] == [event.kind for event in events if isinstance(event, Mark)]


def test_lines_of_later_versions_are_read(tmp_path: Path) -> None:
    """A message that stands twice counts once, as it was last; the project's folder is noted beside the chats."""
    lines = [HEAD | {"kind": "main"}, user("a"), model("b"), {"$set": {"summary": "Mine"}}, model("b", call("glob"))]
    (tmp_path / ".project_root").write_text("/home/dev/shop\n")
    events = events_of(b"\n".join(json.dumps(line).encode() for line in lines), tmp_path, "session-a.jsonl")
    [session] = [event for event in events if isinstance(event, Session)]

    assert [type(event).__name__ for event in events] == [
        "Session",
        "Prompt",
        "Reply",
        "Reply",
        "ToolCall",
        "ToolResult",
        "Usage",
    ]
    assert (session.title, session.cwd) == ("Mine", "/home/dev/shop")


def test_what_tools_gave_back_is_no_prompt(tmp_path: Path) -> None:
    """0.61 logs it again as a message of the user's, around which it puts a tag of its own for the model."""
    output = "<untrusted_context>\nOutput: boom\nExit Code: 2\nProcess Group PGID: 31\n</untrusted_context>"
    told = call("run_shell_command", output, command="make")
    messages = (user("build it"), model("", told), {**user("", 1), "content": told["result"]})
    events = events_of(chat(*messages), tmp_path)

    assert [event.text for event in events if isinstance(event, Prompt)] == ["build it"]
    assert [(event.text, event.exit_code) for event in events if isinstance(event, ToolResult)] == [
        ("Output: boom\nExit Code: 2\nProcess Group PGID: 31", 2)
    ]
