"""SWE-agent's trajectories: the document contract, and what is particular to this agent."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.capture.contract import SALT, WHOLE
from tests.capture.document_contract import DocumentContract

from twiceshy.capture.readers import READERS
from twiceshy.records.events import Action, Failure, Mark, Prompt, PromptKind, RawEvent, Session, ToolCall, ToolResult
from twiceshy.records.ingest import Cursor

READER = READERS["swe-agent"]


def step(action: str, observation: str = "ok", **fields: Any) -> dict[str, Any]:
    told = {"action": action, "observation": observation, "response": "r", "thought": "I look.", "execution_time": 0.5}
    return told | fields


def trajectory(*steps: dict[str, Any]) -> bytes:
    history = [
        {"role": "system", "content": "You are helpful."},
        {"role": "user", "content": "a demonstration", "is_demo": True},
        {"role": "user", "content": [{"type": "text", "text": "Fix total."}]},
    ]
    info = {"exit_status": "submitted", "swe_agent_version": "1.1.0"}
    document = {"trajectory": list(steps), "history": history, "info": info, "environment": "swe_main"}
    return json.dumps(document, indent=2).encode()


def events_of(data: bytes, folder: Path) -> list[RawEvent]:
    path = folder / "a.traj"
    path.write_bytes(data)
    return READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events


class TestSweAgent(DocumentContract):
    reader = READER
    file_name = "a.traj"
    kinds = frozenset({"Session", "Prompt", "Reply", "ToolCall", "ToolResult"})

    def document(self, steps: int) -> bytes:
        return trajectory(*[step("ls")] * steps)


ACTS: list[Any] = [
    pytest.param("submit", (Action.OTHER, None, None, None), id="nothing of the kinds"),
    pytest.param("python -m pytest", (Action.RUN, None, "python -m pytest", None), id="command"),
    pytest.param("str_replace_editor view /t/a.py", (Action.READ, "/t/a.py", None, None), id="view"),
    pytest.param("str_replace_editor str_replace /t/a.py --old_str x", (Action.EDIT, "/t/a.py", None, None), id="edit"),
    pytest.param("open /t/a.py 10", (Action.READ, "/t/a.py", None, None), id="open"),
    pytest.param('search_dir "total"', (Action.SEARCH, None, None, "total"), id="search"),
]


@pytest.mark.parametrize(("action", "expected"), ACTS)
def test_an_action_is_told_by_its_first_word(action: str, expected: Any, tmp_path: Path) -> None:
    """Its own commands, else a command line."""
    [call] = [event for event in events_of(trajectory(step(action)), tmp_path) if isinstance(event, ToolCall)]

    assert expected == (call.action, call.path, call.command, call.query)


@pytest.mark.parametrize(
    ("observation", "failure"),
    [("ok", None), ("Your proposed edit has introduced new syntax error(s).", Failure.ERROR)],
    ids=["success", "refused edit"],
)
def test_a_refused_action_failed(observation: str, failure: Failure | None, tmp_path: Path) -> None:
    """There is no exit code; its own tools say so in words."""
    events = events_of(trajectory(step("edit 1:2", observation)), tmp_path)

    assert [(event.failure, event.duration_s) for event in events if isinstance(event, ToolResult)] == [(failure, 0.5)]


def test_the_task_and_the_end_are_kept(tmp_path: Path) -> None:
    """A program asked; a demonstration is no prompt."""
    events = events_of(trajectory(step("ls")), tmp_path)

    assert [(event.kind, event.text) for event in events if isinstance(event, Prompt)] == [
        (PromptKind.SDK, "Fix total.")
    ]
    assert [event.name for event in events if isinstance(event, Mark)] == ["submitted"]
    assert [event.version for event in events if isinstance(event, Session)] == ["1.1.0"]
