"""ATIF trajectories: the document contract, and what is particular to this format."""

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

READER = READERS["atif"]
Json = dict[str, Any]


def calls(tool: str, output: str | None = "ok", number: int = 2, **given: Any) -> Json:
    """A step of the agent with one call and its result."""
    told = {"tool_call_id": f"c{number}", "function_name": tool, "arguments": given}
    step: Json = {"step_id": number, "source": "agent", "message": "I look.", "tool_calls": [told]}
    step |= {"timestamp": "2026-03-02T09:00:01Z", "metrics": {"prompt_tokens": 30, "completion_tokens": 4}}
    if output is not None:
        step["observation"] = {"results": [{"source_call_id": f"c{number}", "content": output}]}
    return step


def trajectory(*steps: Json, **fields: Any) -> bytes:
    head = [
        {"step_id": 0, "source": "system", "message": "You are."},
        {"step_id": 1, "source": "user", "message": "Fix."},
    ]
    agent = {"name": "some-agent", "version": "2.0", "model_name": "a/model"} | fields.pop("agent", {})
    document = {"schema_version": "ATIF-v1.5", "session_id": "s-1", "agent": agent, "steps": [*head, *steps]}
    return json.dumps(document | fields, indent=2).encode()


def events_of(data: bytes, folder: Path) -> list[RawEvent]:
    path = folder / "trajectory.json"
    path.write_bytes(data)
    return READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events


class TestAtif(DocumentContract):
    reader = READER
    file_name = "trajectory.json"

    def document(self, steps: int) -> bytes:
        return trajectory(*(calls("bash", number=number + 2, command="ls") for number in range(steps)))


TOOLS: list[Any] = [
    pytest.param("dream", {"path": "a.py"}, (Action.OTHER, "a.py", None, None), id="unknown"),
    pytest.param("mark_task_complete", {}, (Action.OTHER, None, None, None), id="no kind"),
    pytest.param("bash_command", {"keystrokes": "ls -la\n"}, (Action.RUN, None, "ls -la", None), id="keystrokes"),
    pytest.param("Bash", {"command": "ls"}, (Action.RUN, None, "ls", None), id="command"),
    pytest.param("Read", {"file_path": "a.py"}, (Action.READ, "a.py", None, None), id="read"),
    pytest.param("Grep", {"pattern": "x", "path": "src"}, (Action.SEARCH, "src", None, "x"), id="search"),
    pytest.param("str_replace_editor", {"command": "view", "path": "a"}, (Action.READ, "a", None, None), id="view"),
    pytest.param("str_replace_editor", {"command": "insert", "path": "a"}, (Action.EDIT, "a", None, None), id="insert"),
]


@pytest.mark.parametrize(("tool", "given", "expected"), TOOLS)
def test_a_tool_is_known_by_its_name(tool: str, given: Json, expected: Any, tmp_path: Path) -> None:
    """As the usual agents call theirs."""
    [call] = [event for event in events_of(trajectory(calls(tool, **given)), tmp_path) if isinstance(event, ToolCall)]

    assert (call.action, call.path, call.command, call.query) == expected


STATUS: list[Any] = [
    pytest.param({}, "fine", (None, None), id="nothing says"),
    pytest.param({}, "they left with exit code 3", (None, None), id="a sentence"),
    pytest.param({"extra": {"note": "x"}}, "fine", (None, None), id="other notes"),
    pytest.param({"extra": {"tool_metadata": {"exit_code": 0}}}, "fine", (None, 0), id="success"),
    pytest.param({"extra": {"tool_metadata": {"exit_code": 2}}}, "x", (Failure.ERROR, 2), id="exit code"),
    pytest.param({"extra": {"metadata": {"is_error": True}}}, "x", (Failure.ERROR, None), id="error"),
    pytest.param(
        {"extra": {"metadata": {"raw_tool_result": {"is_error": True}}}}, "x", (Failure.ERROR, None), id="deeper"
    ),
    pytest.param({}, "no\n[Command finished with exit code 2]", (Failure.ERROR, 2), id="in words"),
    pytest.param({}, "Exit code 1\nno", (Failure.ERROR, 1), id="in the first line"),
]


@pytest.mark.parametrize(("notes", "output", "expected"), STATUS)
def test_a_result_tells_its_status_where_something_says_it(
    notes: Json, output: str, expected: Any, tmp_path: Path
) -> None:
    """Beside the result, in the step, or in the agent's own words."""
    events = events_of(trajectory(calls("bash", output, command="x") | notes), tmp_path)
    [result] = [event for event in events if isinstance(event, ToolResult)]

    assert (result.failure, result.exit_code) == expected


def test_a_result_without_a_call_of_its_own_is_the_last_calls(tmp_path: Path) -> None:
    """A terminal has one screen for all keystrokes; a call that has no result may still run."""
    step = calls("bash", None, command="a")
    step["tool_calls"].append({"tool_call_id": "c9", "function_name": "bash", "arguments": {"command": "b"}})
    step["observation"] = {"results": [{"content": "both"}, {"subagent_trajectory_ref": []}]}
    events = events_of(trajectory(step), tmp_path)
    commands = {event.call: event.command for event in events if isinstance(event, ToolCall)}

    assert [(commands[event.call], event.text) for event in events if isinstance(event, ToolResult)] == [("b", "both")]


EDITS: list[Any] = [
    pytest.param("Write", {"content": "x = 1\n"}, (None, "x = 1\n"), id="written"),
    pytest.param("Edit", {"old_string": "a", "new_string": "b"}, ("a", "b"), id="replaced"),
    pytest.param("str_replace_editor", {"command": "create", "file_text": "x = 1\n"}, (None, "x = 1\n"), id="created"),
]


@pytest.mark.parametrize(("tool", "given", "expected"), EDITS)
def test_an_edit_is_what_the_call_states(tool: str, given: Json, expected: Any, tmp_path: Path) -> None:
    """If it did not fail."""
    step = calls(tool, path="/app/a.py", **given)
    [edit] = [event for event in events_of(trajectory(step), tmp_path) if isinstance(event, Edit)]
    failed = events_of(trajectory(step | {"extra": {"metadata": {"is_error": True}}}), tmp_path)

    assert (edit.before, edit.after) == expected
    assert not [event for event in failed if isinstance(event, Edit)]


def test_the_session_says_which_agent_ran(tmp_path: Path) -> None:
    """With its model and version; tokens that came from the cache count apart."""
    step = calls("bash", command="ls") | {"reasoning_content": "hm", "message": [{"type": "text", "text": "I look."}]}
    step["metrics"] = {"prompt_tokens": 30, "cached_tokens": 10, "completion_tokens": 4, "cost_usd": 0.5}
    events = events_of(trajectory(step), tmp_path)
    [session] = [event for event in events if isinstance(event, Session)]

    assert (session.native_id, session.entrypoint, session.version) == ("s-1", "some-agent", "2.0")
    assert [(event.text, event.thinking) for event in events if isinstance(event, Reply)] == [
        ("hm", True),
        ("I look.", False),
    ]
    assert [(u.model, u.input, u.cache_read, u.output, u.cost) for u in events if isinstance(u, Usage)] == [
        ("a/model", 20, 10, 4, 0.5)
    ]
    assert [event.kind for event in events if isinstance(event, Prompt)] == [PromptKind.SDK]


def test_a_run_that_goes_on_in_another_document_is_one_session(tmp_path: Path) -> None:
    """Copied steps are left out, and steps of the same number are different ones."""
    first = events_of(trajectory(calls("bash", command="a")), tmp_path)
    copied = {"step_id": 1, "source": "user", "message": "Fix.", "is_copied_context": True}
    goes_on = {
        "steps": [copied, calls("bash", command="b")],
        "agent": {"name": "x", "extra": {"continuation_index": 1}},
    }
    second = events_of(trajectory(**goes_on), tmp_path)

    assert not [event for event in second if isinstance(event, Prompt)]
    assert len({event.call for event in [*first, *second] if isinstance(event, ToolCall)}) == 2
    assert len({event.uid for event in [*first, *second] if isinstance(event, Session)}) == 1


def test_subagents_are_runs_of_the_session(tmp_path: Path) -> None:
    """Embedded, or in a document that names its parent."""
    inner = {"trajectory_id": "t", "steps": [{"step_id": 1, "source": "user", "message": "Look."}]}
    embedded = events_of(trajectory(subagent_trajectories=[inner]), tmp_path)
    apart = events_of(trajectory(agent={"extra": {"parent_session_id": "s-0"}}), tmp_path)

    assert [(event.kind, event.stamp.agent_run is not None) for event in embedded if isinstance(event, Prompt)] == [
        (PromptKind.SDK, False),
        (PromptKind.SUBAGENT, True),
    ]
    assert [event.native_id for event in apart if isinstance(event, Session)] == ["s-0"]
    assert [event.kind for event in apart if isinstance(event, Prompt)] == [PromptKind.SUBAGENT]


def test_an_agents_own_log_beside_it_is_read_instead(tmp_path: Path) -> None:
    """Harbor keeps both, and together they would count twice."""
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions" / "a.jsonl").write_text("")

    assert events_of(trajectory(calls("bash", command="ls")), tmp_path) == []


def test_a_run_belongs_to_the_repository_of_its_task(tmp_path: Path) -> None:
    """Its folder is named by it, with a random end."""
    folder = tmp_path / "shop__web-7__aB3dE5f" / "agent"
    folder.mkdir(parents=True)
    events = events_of(trajectory(), folder)

    assert [event.project for event in events if isinstance(event, Session)] == ["remote:github.com/shop/web"]


def test_what_an_action_in_words_gave_back_is_the_clients(tmp_path: Path) -> None:
    """Without a call there is nothing that it could be the result of."""
    step = {"step_id": 2, "source": "agent", "message": "ls", "observation": {"results": [{"content": "a.py"}]}}
    events = events_of(trajectory(step), tmp_path)

    assert [event.text for event in events if isinstance(event, Prompt) and event.kind is PromptKind.META] == ["a.py"]
