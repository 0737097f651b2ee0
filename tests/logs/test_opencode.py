"""OpenCode's storage: the document contract on its parts, and what is particular to this agent."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.logs.contract import SALT, WHOLE

from twiceshy.base.errors import SourceChanged
from twiceshy.logs.readers import READERS
from twiceshy.records.events import (
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

READER = READERS["opencode"]
SESSION = "ses_4f1d2a6b7ffeAbCdEfGhIjKlMn"
USER, MODEL = "msg_b0e2d5941001AbCdEfGhIjKlMn", "msg_b0e2d5941002AbCdEfGhIjKlMn"


class Storage:
    """Files as the agent lays them."""

    def __init__(self, folder: Path, **info: Any) -> None:
        self.folder = folder / "storage"
        times = {"created": 1772442001000, "updated": 1772442009000}
        told = {"id": SESSION, "projectID": "p", "directory": "/home/dev/shop", "title": "Fix", "version": "1.1.0"}
        self.put(f"session/p/{SESSION}.json", told | {"time": times} | info)
        self.put(f"message/{SESSION}/{USER}.json", self.message(USER, "user"))
        tokens = {"input": 5, "output": 7, "reasoning": 1, "cache": {"read": 100, "write": 2}}
        self.put(f"message/{SESSION}/{MODEL}.json", self.message(MODEL, "assistant", modelID="a-model", tokens=tokens))

    def message(self, name: str, role: str, **fields: Any) -> dict[str, Any]:
        return {"id": name, "sessionID": SESSION, "role": role, "time": {"created": 1772442001000}} | fields

    def put(self, name: str, record: dict[str, Any]) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record, indent=2))
        return path

    def part(self, message: str, kind: str, **fields: Any) -> Path:
        part = {"id": "prt_1", "sessionID": SESSION, "messageID": message, "type": kind} | fields
        return self.put(f"part/{message}/prt_1.json", part)

    def tool(self, tool: str, status: str = "completed", **state: Any) -> Path:
        given = {"status": status, "input": {}, "output": "ok", "time": {"start": 1772442002000, "end": 1772442003500}}
        return self.part(MODEL, "tool", tool=tool, callID="call_0123456789abcdef0123", state=given | state)


def events_of(path: Path) -> list[RawEvent]:
    return READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events


def of(kind: type, path: Path) -> list[Any]:
    return [event for event in events_of(path) if isinstance(event, kind)]


def test_every_file_of_the_storage_is_found_and_recognised(tmp_path: Path) -> None:
    """Sessions, messages and parts; nothing else."""
    storage = Storage(tmp_path)
    storage.part(USER, "text", text="fix it")
    storage.put("todo/x.json", {"content": "x"})
    found = [source.path for source in READER.find(tmp_path)]

    assert len(found) == 4
    assert all(READER.recognises(path, path.read_bytes()) for path in found)
    assert not READER.recognises(tmp_path / "package.json", b'{"name": "shop", "type": "module"}')


def test_all_files_tell_of_one_session(tmp_path: Path) -> None:
    """With its folder, title and ends."""
    storage = Storage(tmp_path)
    storage.part(USER, "text", text="fix it")
    sessions = [event for source in READER.find(tmp_path) for event in of(Session, source.path)]

    assert len({session.uid for session in sessions}) == 1
    assert {(session.native_id, session.cwd, session.title, session.real) for session in sessions} == {
        (SESSION, "/home/dev/shop", "Fix", True)
    }


@pytest.mark.parametrize(
    ("message", "fields", "expected"),
    [
        pytest.param(USER, {}, (Prompt, PromptKind.TYPED), id="typed"),
        pytest.param(USER, {"synthetic": True}, (Prompt, PromptKind.META), id="the client's"),
        pytest.param(MODEL, {}, (Reply, None), id="the model's"),
    ],
)
def test_whose_words_a_part_holds_follows_from_its_message(
    message: str, fields: Any, expected: Any, tmp_path: Path
) -> None:
    """A part does not say it."""
    [event] = of(expected[0], Storage(tmp_path).part(message, "text", text="fix it", **fields))

    assert event.text == "fix it"
    assert getattr(event, "kind", None) is expected[1]


SUBTASKS: list[Any] = [
    pytest.param({}, [], id="nothing told"),
    pytest.param({"prompt": "Review it."}, [(PromptKind.META, "Review it.")], id="no command named"),
    pytest.param({"command": "review"}, [(PromptKind.BARE_COMMAND, "/review")], id="no template"),
    pytest.param(
        {"command": "review", "description": "review it", "prompt": "Review it.\n\nInput: a.py"},
        [(PromptKind.BARE_COMMAND, "/review"), (PromptKind.META, "Review it.\n\nInput: a.py")],
        id="a command",
    ),
]


@pytest.mark.parametrize(("fields", "expected"), SUBTASKS)
def test_a_commands_template_is_nobodys_words(fields: Any, expected: Any, tmp_path: Path) -> None:
    """The command itself is a person's act, and says nothing to the agent."""
    path = Storage(tmp_path).part(USER, "subtask", agent="build", **fields)

    assert [(prompt.kind, prompt.text) for prompt in of(Prompt, path)] == expected
    assert len({prompt.stamp.uid for prompt in of(Prompt, path)}) == len(expected)


def test_a_child_session_is_a_run_of_its_parent(tmp_path: Path) -> None:
    """Its prompt is an agent's."""
    path = Storage(tmp_path, parentID="ses_parent").part(USER, "text", text="look")
    [prompt], [session] = of(Prompt, path), of(Session, path)

    assert (prompt.kind, session.native_id) == (PromptKind.SUBAGENT, "ses_parent")
    assert prompt.stamp.agent_run


RESULTS: list[Any] = [
    pytest.param({"metadata": {"exit": 0}}, (None, 0), id="success"),
    pytest.param({"metadata": {"exit": 2}}, (Failure.ERROR, 2), id="exit code"),
    pytest.param({"status": "error", "error": "no such file"}, (Failure.ERROR, None), id="error"),
    pytest.param(
        {"status": "error", "error": "The user rejected permission to use it"}, (Failure.REJECTED, None), id="no"
    ),
    pytest.param({"status": "error", "error": "Tool execution aborted"}, (Failure.INTERRUPTED, None), id="aborted"),
]


@pytest.mark.parametrize(("state", "expected"), RESULTS)
def test_a_result_tells_its_status(state: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    """As the agent was told, with its seconds."""
    [result] = of(ToolResult, Storage(tmp_path).tool("bash", input={"command": "x"}, **state))

    assert expected == (result.failure, result.exit_code)
    assert result.duration_s == 1.5


def test_another_tool_tells_of_no_person(tmp_path: Path) -> None:
    """A server's error, and that of a tool from the project, is in the words of whoever wrote it."""
    said = "The user rejected permission to use this specific tool call with the following feedback: always push"
    [result] = of(ToolResult, Storage(tmp_path).tool("ops_deploy", input={}, status="error", error=said))

    assert (result.failure, result.words) == (Failure.ERROR, None)


def test_a_call_is_told_when_it_runs_and_its_result_when_it_ends(tmp_path: Path) -> None:
    """The file is written anew; the call keeps its uid."""
    storage = Storage(tmp_path)
    assert events_of(storage.tool("bash", status="pending")) == []
    path = storage.tool("bash", status="running", input={"command": "x"})
    first = READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE)
    storage.tool("bash", input={"command": "x"})

    with pytest.raises(SourceChanged):
        READER.read(path, first.cursor, salt=SALT, limit_bytes=WHOLE)
    [before] = [event for event in first.events if isinstance(event, ToolCall)]
    assert [before.stamp.uid] == [event.stamp.uid for event in of(ToolCall, path)]
    assert len(of(ToolResult, path)) == 1


EDITS: list[Any] = [
    pytest.param({"oldString": "a", "newString": "b"}, {}, ("a", "b", True), id="strings"),
    pytest.param(
        {"oldString": "a", "newString": "b"},
        {"filediff": {"before": "a\n", "after": "b\n"}},
        ("a\n", "b\n", False),
        id="noted texts",
    ),
    pytest.param({"content": "b\n"}, {"exists": False}, ("", "b\n", False), id="new file"),
    pytest.param({"oldString": "x", "newString": "b"}, {"diff": "@@ -1 +1 @@\n-a\n+b"}, ("a", "b", True), id="diff"),
]


@pytest.mark.parametrize(("given", "metadata", "expected"), EDITS)
def test_an_edit_is_told_as_well_as_the_part_does(given: Any, metadata: Any, expected: Any, tmp_path: Path) -> None:
    """Whole texts first, else the diff, else what was asked for."""
    given = given | {"filePath": "/home/dev/shop/a.py"}
    tool = "write" if "content" in given else "edit"
    [edit] = of(Edit, Storage(tmp_path).tool(tool, input=given, metadata=metadata))

    assert expected == (edit.before, edit.after, edit.partial)
    assert edit.path == "a.py"


@pytest.mark.parametrize(("stated", "cost"), [(0.5, 0.5), (0, None), (None, None)])
def test_a_cost_of_nothing_is_not_known(stated: float | None, cost: float | None, tmp_path: Path) -> None:
    """A plan, and a model without a price, cost 0 there."""
    storage = Storage(tmp_path)
    tokens = {"input": 5, "output": 7}
    path = storage.put(
        f"message/{SESSION}/{MODEL}.json", storage.message(MODEL, "assistant", tokens=tokens, cost=stated)
    )

    assert [usage.cost for usage in of(Usage, path)] == [cost]


def test_a_message_tells_tokens_and_errors(tmp_path: Path) -> None:
    """Once a message."""
    storage = Storage(tmp_path)
    [usage] = of(Usage, storage.folder / f"message/{SESSION}/{MODEL}.json")
    error = {"name": "MessageAbortedError", "data": {"message": ""}}
    path = storage.put(f"message/{SESSION}/{MODEL}.json", storage.message(MODEL, "assistant", error=error))

    assert (usage.input, usage.output, usage.cache_read, usage.cache_write, usage.model) == (5, 8, 100, 2, "a-model")
    assert [mark.kind for mark in of(Mark, path)] == [MarkKind.INTERRUPT]


def test_an_unknown_part_is_kept(tmp_path: Path) -> None:
    """As it is; and one whose files around it are gone is read all the same."""
    path = tmp_path / "part" / "msg_1" / "prt_1.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"id": "prt_1", "messageID": "msg_1", "type": "dream"}')

    assert [mark.kind for mark in of(Mark, path)] == [MarkKind.UNKNOWN]
    assert [session.real for session in of(Session, path)] == [False]
