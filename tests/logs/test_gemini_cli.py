"""Gemini CLI's chats: the document contract, and what is particular to this agent."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.logs.contract import SALT, WHOLE
from tests.logs.document_contract import DocumentContract

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
    Reply,
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


CONTEXT = "<session_context>\nThis is the Gemini CLI.\n- **Workspace Directories:**\n  - /srv/shop\n</session_context>"


def as_lines(*records: Any) -> bytes:
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in records) + b"\n"


def test_messages_that_a_line_sets_are_added_and_none_is_lost(tmp_path: Path) -> None:
    """A chat begins with the client's own words, and a compression leaves out what happened."""
    begun = {"$set": {"messages": [user(CONTEXT, 9)], "lastUpdated": TIME}}
    compressed = {"$set": {"messages": [user("so far: a", 7)]}}
    data = as_lines(HEAD, begun, user("fix it", 1), model("b"), compressed, user("go on", 2))
    events = events_of(data, tmp_path, "session-a.jsonl")
    prompts = [(event.kind, event.text) for event in events if isinstance(event, Prompt)]

    assert prompts == [
        (PromptKind.META, CONTEXT),
        (PromptKind.TYPED, "fix it"),
        (PromptKind.TYPED, "so far: a"),
        (PromptKind.TYPED, "go on"),
    ]
    assert [event.cwd for event in events if isinstance(event, Session)] == ["/srv/shop"]


def test_what_was_taken_back_stays_and_is_marked(tmp_path: Path) -> None:
    """The user went back before a message."""
    data = as_lines(HEAD, user("a", 1), model("b"), {"$rewindTo": "user 1"}, user("c", 2))
    events = events_of(data, tmp_path, "session-a.jsonl")

    assert [event.text for event in events if isinstance(event, Prompt)] == ["a", "c"]
    assert [event.kind for event in events if isinstance(event, Mark)] == [MarkKind.REWIND]


def test_a_line_that_cannot_be_read_is_counted(tmp_path: Path) -> None:
    """It costs itself only."""
    path = tmp_path / "chats" / "session-a.jsonl"
    path.parent.mkdir()
    path.write_bytes(as_lines(HEAD, user("a", 1), b'{"id": "torn', user("c", 2)))
    batch = READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE)

    assert [line.reason for line in batch.skipped] == ["not-an-object"]
    assert len([event for event in batch.events if isinstance(event, Prompt)]) == 2


def test_parts_of_a_newer_message_are_told_apart(tmp_path: Path) -> None:
    """Thoughts and calls stand among its words; what was typed stands beside what was sent."""
    parts = [{"text": "hm", "thought": True}, {"text": "I look."}, {"functionCall": {"name": "glob"}}]
    answer = model("") | {"content": parts, "thoughts": []}
    asked = user("a file's whole text", 1) | {"displayContent": [{"text": "look at @a.py"}]}
    events = events_of(chat(asked, answer), tmp_path)

    assert [event.text for event in events if isinstance(event, Prompt)] == ["look at @a.py"]
    assert [(event.text, event.thinking) for event in events if isinstance(event, Reply)] == [
        ("hm", True),
        ("I look.", False),
    ]


def test_a_subagents_chat_below_its_parents_is_a_run_of_it(tmp_path: Path) -> None:
    """The folder has the parent's id; the project's folder is noted above."""
    parent = "28f475c0-690f-4bc9-b84e-88a0a1e9518f"
    (tmp_path / ".project_root").write_text("/srv/shop")
    path = tmp_path / "chats" / parent / "one.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(as_lines(HEAD | {"kind": "subagent"}, user("look", 1)))
    events = READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events
    [session] = [event for event in events if isinstance(event, Session)]
    [prompt] = [event for event in events if isinstance(event, Prompt)]

    assert (session.native_id, session.cwd, session.real) == (parent, "/srv/shop", True)
    assert (prompt.kind, prompt.stamp.agent_run is not None) == (PromptKind.SUBAGENT, True)


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
