"""mini-swe-agent's trajectories: the document contract, and what is particular to this agent."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.capture.contract import SALT, WHOLE
from tests.capture.document_contract import DocumentContract

from twiceshy.capture.readers import READERS
from twiceshy.records.events import (
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

READER = READERS["mini-swe-agent"]


def says(text: str, **inner: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 30, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 10}}
    response = {"model": "a/model", "created": 1772442001, "usage": usage, "choices": [{"message": inner}]}
    return {"role": "assistant", "content": text, "extra": {"response": response}}


def returns(code: int, text: str) -> dict[str, Any]:
    return {"role": "user", "content": f"<returncode>{code}</returncode>\n<output>\n{text}\n</output>"}


def trajectory(*messages: dict[str, Any], instance: str | None = "shop__shop-1") -> bytes:
    head = [{"role": "system", "content": "You are helpful."}, {"role": "user", "content": "Fix total."}]
    info = {"exit_status": "Submitted", "mini_version": "1.15.0", "config": {"environment": {"cwd": "/testbed"}}}
    document: dict[str, Any] = {"info": info, "messages": [*head, *messages], "trajectory_format": "mini-swe-agent-1"}
    if instance:
        document["instance_id"] = instance
    return json.dumps(document, indent=2).encode()


def events_of(data: bytes, folder: Path) -> list[RawEvent]:
    path = folder / "a.traj.json"
    path.write_bytes(data)
    return READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events


class TestMiniSweAgent(DocumentContract):
    reader = READER
    file_name = "a.traj.json"

    def document(self, steps: int) -> bytes:
        step = [says("THOUGHT: look.\n\n```bash\nls\n```"), returns(0, "a.py")]
        return trajectory(*(step * steps))


OUTPUTS: list[Any] = [
    pytest.param(returns(0, "ok"), ("ok", None, 0), id="success"),
    pytest.param(returns(2, "no"), ("no", Failure.ERROR, 2), id="exit code"),
    pytest.param({"role": "user", "content": "The last command timed out"}, (..., Failure.ERROR, None), id="timed out"),
    pytest.param({"role": "user", "content": "diff --git a b"}, ("diff --git a b", None, None), id="handed in"),
]


@pytest.mark.parametrize(("answer", "expected"), OUTPUTS)
def test_an_output_tells_its_status(answer: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    """The return code, as the agent was told."""
    events = events_of(trajectory(says("```bash\nx\n```"), answer), tmp_path)
    [result] = [event for event in events if isinstance(event, ToolResult)]

    assert expected[1:] == (result.failure, result.exit_code)
    assert expected[0] in (..., result.text)


def test_a_malformed_answer_runs_nothing(tmp_path: Path) -> None:
    """Two blocks are refused; the complaint is the client's."""
    complaint = {"role": "user", "content": "Please always provide EXACTLY ONE action in triple backticks"}
    events = events_of(trajectory(says("```bash\na\n```\n```bash\nb\n```"), complaint), tmp_path)

    assert [event for event in events if isinstance(event, ToolCall)] == []
    assert [event.kind for event in events if isinstance(event, Prompt)] == [PromptKind.SDK, PromptKind.META]


def test_calls_of_later_versions_are_read(tmp_path: Path) -> None:
    """They state their actions and answer in messages of the role tool."""
    message = says("Look.") | {"tool_calls": []}
    message["extra"]["actions"] = [{"command": "ls", "tool_call_id": "t1"}]
    answer = {
        "role": "tool",
        "tool_call_id": "t1",
        "content": "a.py",
        "extra": {"returncode": 1, "timestamp": 1772442003.5},
    }
    events = events_of(trajectory(message, answer), tmp_path)

    assert [event.command for event in events if isinstance(event, ToolCall)] == ["ls"]
    assert [(event.exit_code, event.failure) for event in events if isinstance(event, ToolResult)] == [
        (1, Failure.ERROR)
    ]


@pytest.mark.parametrize(("instance", "kind"), [("x-1", PromptKind.SDK), (None, PromptKind.TYPED)])
def test_a_benchmarks_task_is_not_a_persons(instance: str | None, kind: PromptKind, tmp_path: Path) -> None:
    """Runs of a batch name their instance."""
    assert [kind] == [
        event.kind for event in events_of(trajectory(instance=instance), tmp_path) if isinstance(event, Prompt)
    ]


def test_thinking_tokens_and_ending_are_kept(tmp_path: Path) -> None:
    """What the API told, and how the run ended."""
    events = events_of(trajectory(says("```bash\nls\n```", reasoning="hm"), returns(0, "")), tmp_path)

    assert [event.text for event in events if isinstance(event, Reply) and event.thinking] == ["hm"]
    assert [(u.model, u.input, u.cache_read, u.output) for u in events if isinstance(u, Usage)] == [
        ("a/model", 20, 10, 4)
    ]
    assert [(event.kind, event.text) for event in events if isinstance(event, Mark)] == [(MarkKind.NOTICE, "")]
    assert [event.cwd for event in events if isinstance(event, Session)] == ["/testbed"]
