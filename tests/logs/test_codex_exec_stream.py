"""What ``codex exec --json`` printed: three forms of one stream."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.logs.codex_builders import a_rollout
from tests.logs.contract import adds_up, read_all, settled

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

READER = READERS["codex"]
THREAD = "019a2d7a-6455-7170-a661-c6d8b94c630a"
Json = dict[str, Any]


def item(kind: str, number: int = 0, event: str = "completed", key: str = "type", **fields: Any) -> Json:
    return {"type": f"item.{event}", "item": {"id": f"item_{number}", key: kind} | fields}


def runs(command: str, number: int, output: str = "", code: int = 0) -> list[Json]:
    told = {"command": f"/bin/bash -lc '{command}'"}
    begun = item("command_execution", number, "started", aggregated_output="", status="in_progress", **told)
    status = "failed" if code else "completed"
    ended = item("command_execution", number, aggregated_output=output, exit_code=code, status=status, **told)
    return [begun, ended]


def turn(taken: int, cached: int, output: int) -> Json:
    usage = {"input_tokens": taken, "cached_input_tokens": cached, "output_tokens": output}
    return {"type": "turn.completed", "usage": usage}


def a_stream() -> list[Json]:
    """A run with something of everything, in the present form."""
    return [
        {"type": "thread.started", "thread_id": THREAD},
        {"type": "turn.started"},
        item("reasoning", 0, text="hm"),
        *runs("ls -la", 1, "a.py\n"),
        *runs("make", 2, "boom", 2),
        item("file_change", 3, changes=[{"path": "/srv/shop/a.py", "kind": "add"}], status="completed"),
        item("todo_list", 4, items=[{"text": "x", "completed": True}]),
        item("agent_message", 5, text="Done."),
        turn(40, 10, 20),
    ]


def events_of(records: list[Json], folder: Path) -> list[RawEvent]:
    path = put(records, folder)
    return [event for batch in read_all(READER, path) for event in batch.events]


def put(records: list[Json], folder: Path) -> Path:
    path = folder / "run.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_a_stream_gives_what_it_says(tmp_path: Path) -> None:
    """Thinking, calls with their results, files, words and tokens; a call that begins and ends is one."""
    events = events_of(a_stream(), tmp_path)
    calls = [(event.tool, event.action, event.command) for event in events if isinstance(event, ToolCall)]
    results = [(event.text, event.exit_code, event.failure) for event in events if isinstance(event, ToolResult)]

    assert calls == [
        ("exec_command", Action.RUN, "ls -la"),
        ("exec_command", Action.RUN, "make"),
        ("apply_patch", Action.EDIT, None),
        ("update_plan", Action.PLAN, None),
    ]
    assert results == [("a.py\n", 0, None), ("boom", 2, Failure.ERROR), ("", None, None), ("", None, None)]
    assert [(event.text, event.thinking) for event in events if isinstance(event, Reply)] == [
        ("hm", True),
        ("Done.", False),
    ]
    assert [(event.path, event.created, event.partial) for event in events if isinstance(event, Edit)] == [
        ("/srv/shop/a.py", True, True)
    ]
    assert [(u.input, u.cache_read, u.output) for u in events if isinstance(u, Usage)] == [(30, 10, 20)]


def test_a_streams_session_is_its_own_and_dated_by_its_thread(tmp_path: Path) -> None:
    """Its items cannot be told from those of the thread's rollout."""
    [session] = [event for event in events_of(a_stream(), tmp_path) if isinstance(event, Session)]

    assert (session.native_id, session.real, session.entrypoint) == (f"exec {THREAD}", True, "codex_exec")
    assert session.first_at == datetime(2025, 10, 29, 0, 59, 47, 157000, tzinfo=UTC)


ITEMS: list[Any] = [
    pytest.param(item("agent_message", text="x", event="started"), [], id="words that began"),
    pytest.param(item("web_search", query="x", event="started"), [], id="a search that began"),
    pytest.param(item("todo_list", items=[], event="updated"), [], id="a list in between"),
    pytest.param(item("web_search", query="q"), [(Action.WEB, "web_search", None)], id="search"),
    pytest.param(
        item("mcp_tool_call", server="s", tool="t", arguments={"a": 1}, status="failed", error={"message": "no"}),
        [(Action.OTHER, "s.t", Failure.ERROR)],
        id="a server's tool",
    ),
    pytest.param(
        item("collab_tool_call", tool="spawn_agent", prompt="look", status="completed"),
        [(Action.DELEGATE, "spawn_agent", None)],
        id="another agent",
    ),
    pytest.param(
        item("command_execution", command="rm x", aggregated_output="", exit_code=None, status="declined"),
        [(Action.RUN, "exec_command", Failure.REJECTED)],
        id="a command that was refused",
    ),
    pytest.param(
        item("file_change", changes=[{"path": "a", "kind": "update"}], status="failed"),
        [(Action.EDIT, "apply_patch", Failure.ERROR)],
        id="a patch that failed",
    ),
]


@pytest.mark.parametrize(("record", "expected"), ITEMS)
def test_an_item_becomes_a_call_with_its_result(record: Json, expected: Any, tmp_path: Path) -> None:
    """Once it ended; a patch that failed changed nothing."""
    events = events_of([*a_stream()[:2], record], tmp_path)
    failures = [event.failure for event in events if isinstance(event, ToolResult)]
    calls = [(event.action, event.tool) for event in events if isinstance(event, ToolCall)]

    assert [(*call, failure) for call, failure in zip(calls, failures, strict=True)] == expected
    assert not [event for event in events if isinstance(event, Edit)]


MARKS: list[Any] = [
    pytest.param(item("error", message="m"), MarkKind.NOTICE, id="a warning"),
    pytest.param({"type": "error", "message": "m"}, MarkKind.API_ERROR, id="error"),
    pytest.param({"type": "turn.failed", "error": {"message": "m"}}, MarkKind.API_ERROR, id="failed turn"),
    pytest.param(item("dream", of=1), MarkKind.UNKNOWN, id="unknown item"),
    pytest.param({"type": "dream"}, MarkKind.UNKNOWN, id="unknown record"),
]


@pytest.mark.parametrize(("record", "kind"), MARKS)
def test_errors_and_what_is_unknown_are_kept(record: Json, kind: MarkKind, tmp_path: Path) -> None:
    """A warning is no error of the API."""
    assert [kind] == [event.kind for event in events_of([*a_stream()[:2], record], tmp_path) if isinstance(event, Mark)]


def test_tokens_of_a_later_turn_are_what_it_added(tmp_path: Path) -> None:
    """A turn states them from the thread's start; a run that goes on in the same file counts its items anew."""
    again = [*a_stream()[:2], *runs("ls", 1, "b.py"), turn(70, 10, 25)]
    events = events_of([*a_stream(), *again], tmp_path)

    assert [(u.input, u.output) for u in events if isinstance(u, Usage)] == [(30, 20), (30, 5)]
    assert [event.text for event in events if isinstance(event, ToolResult)][-1] == "b.py"
    assert len({event.call for event in events if isinstance(event, ToolCall)}) == 5


def of_summer() -> list[Json]:
    """The first form: settings, the prompt, and the client's own messages."""
    change = {"/srv/shop/a.py": {"add": {"content": "x = 1\n"}}}
    messages: list[Json] = [
        {"type": "session_configured", "session_id": THREAD, "model": "a-model"},
        {"type": "task_started"},
        {"type": "agent_reasoning", "text": "hm"},
        {"type": "exec_command_begin", "call_id": "c1", "command": ["bash", "-lc", "make"], "cwd": "/srv/shop"},
        {"type": "exec_command_end", "call_id": "c1", "stdout": "", "stderr": "boom", "exit_code": 2}
        | {"duration": {"secs": 1, "nanos": 500_000_000}},
        {"type": "patch_apply_begin", "call_id": "c2", "auto_approved": True, "changes": change},
        {"type": "patch_apply_end", "call_id": "c2", "success": True, "stdout": "ok", "stderr": ""},
        {"type": "mcp_tool_call_begin", "call_id": "c3", "invocation": {"server": "s", "tool": "t", "arguments": {}}},
        {"type": "mcp_tool_call_end", "call_id": "c3", "result": {"Ok": {"content": [], "isError": False}}},
        {"type": "mcp_tool_call_begin", "call_id": "c4", "invocation": {"server": "s", "tool": "t", "arguments": {}}},
        {"type": "mcp_tool_call_end", "call_id": "c4", "result": {"Err": "no"}},
        {"type": "agent_message", "message": "Done."},
        {"type": "token_count", "input_tokens": 40, "cached_input_tokens": 10, "output_tokens": 20},
        {"type": "error", "message": "lost"},
        {"type": "dream"},
    ]
    head: list[Json] = [{"workdir": "/srv/shop", "model": "a-model", "provider": "p"}, {"prompt": "fix total"}]
    return [*head, *({"id": "0", "msg": message} for message in messages)]


def test_the_form_of_summer_2025_is_read(tmp_path: Path) -> None:
    """It has the prompt, the folder, and what a patch changed."""
    events = events_of(of_summer(), tmp_path)

    assert [(event.kind, event.text) for event in events if isinstance(event, Prompt)] == [
        (PromptKind.SDK, "fix total")
    ]
    assert [(e.text, e.exit_code, e.failure, e.duration_s) for e in events if isinstance(e, ToolResult)] == [
        ("boom", 2, Failure.ERROR, 1.5),
        ("ok", None, None, None),
        ("", None, None, None),
        ("no", None, Failure.ERROR, None),
    ]
    assert [(event.path, event.after, event.created) for event in events if isinstance(event, Edit)] == [
        ("a.py", "x = 1\n", True)
    ]
    assert [event.name for event in events if isinstance(event, Mark)] == ["error", "msg/dream"]
    assert [(u.model, u.input, u.output) for u in events if isinstance(u, Usage)] == [("a-model", 30, 20)]
    assert [event.cwd for event in events if isinstance(event, Session)] == ["/srv/shop"]


CHANGES: list[Any] = [
    pytest.param({"delete": {"content": "x = 1\n"}}, ("x = 1\n", "", True), id="deleted"),
    pytest.param(
        {"update": {"unified_diff": "@@ -1 +1 @@\n-x\n+y", "move_path": None}}, ("x", "y", False), id="updated"
    ),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_a_patch_of_that_form_states_its_edits(change: Json, expected: Any, tmp_path: Path) -> None:
    """As its end says that it was applied."""
    records = of_summer()
    next(one for one in records if one.get("msg", {}).get("type") == "patch_apply_begin")["msg"]["changes"] = {
        "a": change
    }
    [edit] = [event for event in events_of(records, tmp_path) if isinstance(event, Edit)]

    assert (edit.before, edit.after, edit.deleted) == expected


def test_the_form_of_autumn_2025_is_read(tmp_path: Path) -> None:
    """Other names for the same."""
    records = [
        {"type": "session.created", "session_id": THREAD},
        item("assistant_message", 0, key="item_type", text="Done."),
        item("command_execution", 1, key="item_type", command="ls", aggregated_output="a", exit_code=0),
    ]
    events = events_of(records, tmp_path)

    assert [event.text for event in events if isinstance(event, Reply | ToolResult)] == ["Done.", "a"]


COMMANDS = [
    ("ls", "ls"),
    ("bash -lc ls", "ls"),
    ("zsh -c 'a b'", "a b"),
    ("bash -lc 'open", "bash -lc 'open"),
    ("grep -c x y", "grep -c x y"),
]


@pytest.mark.parametrize(("logged", "command"), COMMANDS)
def test_a_command_is_told_without_the_shell_around_it(logged: str, command: str, tmp_path: Path) -> None:
    """As a rollout has it."""
    record = item("command_execution", command=logged, aggregated_output="", exit_code=0)
    [call] = [event for event in events_of([record], tmp_path) if isinstance(event, ToolCall)]

    assert call.command == command


@pytest.mark.parametrize(
    "records", [a_stream(), [*a_stream(), *a_stream()[:4]], of_summer()], ids=["one", "two", "old"]
)
def test_resuming_at_every_byte_gives_the_same(records: list[Json], tmp_path: Path) -> None:
    """Whatever part of the file was there at the first read."""
    path = put(records, tmp_path)
    data = path.read_bytes()
    whole = settled(read_all(READER, path))
    differing = []
    before: object = None
    begin = data.find(b"session_configured")  # before it, which is written at once, nothing says what the file is
    for cut in range(data.find(b"\n", begin) if begin >= 0 else 0, len(data) + 1):
        path.write_bytes(data[:cut])
        first = read_all(READER, path)
        path.write_bytes(data)
        if first != before and settled([*first, *read_all(READER, path, first[-1].cursor)]) != whole:
            differing.append(cut)
        before = first  # within a line the first read is the same, and so is what follows from it

    assert differing == []
    assert settled(read_all(READER, path, limit=300)) == whole


HEADS: list[Any] = [
    pytest.param({"type": "thread.started", "id": "x"}, False, id="another thread"),
    pytest.param({"type": "item.completed"}, False, id="no item"),
    pytest.param({"type": "item.completed", "item": {"id": 5, "type": "x"}}, False, id="a shop's item"),
    pytest.param({"id": "0", "msg": "hello"}, False, id="a message"),
    pytest.param({"id": "0", "msg": {"type": "x"}, "user": 1}, False, id="a chat"),
    pytest.param({"prompt": "x"}, False, id="a prompt"),
    pytest.param(a_stream()[0], True, id="thread"),
    pytest.param(item("agent_message", text="x"), True, id="item"),
    pytest.param(of_summer()[2], True, id="message"),
]


@pytest.mark.parametrize(("record", "known"), HEADS)
def test_a_stream_is_recognised_by_its_records(record: Json, known: bool, tmp_path: Path) -> None:
    """Not by a name that others use too."""
    assert READER.recognises(tmp_path / "a.jsonl", json.dumps(record).encode() + b"\n") is known


def test_every_line_becomes_one_thing(tmp_path: Path) -> None:
    """And words of the client between them are counted."""
    path = put(a_stream(), tmp_path)
    path.write_bytes(b"Reading additional input from stdin...\n" + path.read_bytes())
    [batch] = read_all(READER, path)

    assert adds_up(batch.tally, 1)
    assert [line.reason for line in batch.skipped] == ["bad-json"]


def test_a_rollout_that_quotes_a_stream_is_a_rollout(tmp_path: Path) -> None:
    """Its first line says so."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(a_rollout().prompt(json.dumps(a_stream()[0])).lines()) + b"\n")

    assert [session.native_id[:5] for session in events_of_path(path)] != ["exec "]


def events_of_path(path: Path) -> list[Session[str]]:
    return [event for batch in read_all(READER, path) for event in batch.events if isinstance(event, Session)]
