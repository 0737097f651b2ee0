"""SWE-agent's trajectories: the document contract, and what is particular to this agent."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.logs.contract import SALT, WHOLE
from tests.logs.document_contract import DocumentContract

from twiceshy.logs.readers import READERS
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


def history(*entries: dict[str, Any]) -> bytes:
    """A demonstration: what the model was sent, and nothing else."""
    told = {"agent": "main", "message_type": "system_prompt"}
    head = [{"role": "system", "content": "You are helpful."} | told, {"role": "user", "content": "Fix total."}]
    return json.dumps({"history": [*head, *entries]}, indent=2).encode()


def test_a_history_alone_gives_its_steps(tmp_path: Path) -> None:
    """An answer of the model is an action, the message behind it what was observed; the last has none."""
    acted = {"role": "assistant", "content": "I look.", "thought": "I look.", "action": "ls", "agent": "main"}
    observed = {"role": "tool", "content": [{"type": "text", "text": "a.py"}], "tool_call_ids": ["c1"]}
    shown = acted | {"is_demo": True, "action": "shown to the model"}
    data = history(shown, observed | {"is_demo": True}, acted, observed, acted | {"action": "submit"})
    events = events_of(data, tmp_path)

    assert [event.text for event in events if isinstance(event, Prompt)] == ["Fix total."]
    assert [event.tool for event in events if isinstance(event, ToolCall)] == ["bash", "submit"]
    assert [event.text for event in events if isinstance(event, ToolResult)] == ["a.py", ""]


UNRECOGNISED: list[Any] = [
    pytest.param("a.traj", b'{"history": []}', id="no entry"),
    pytest.param("a.traj", b'{"history": [{"price": 1}]}', id="another history"),
    pytest.param("a.traj", b"3 12.5 0.1\n", id="a simulation's"),
    pytest.param("a.json", b'{"history": [{"role": "user", "content": "x"}]}', id="a chat under another name"),
]


@pytest.mark.parametrize(("name", "data"), UNRECOGNISED)
def test_other_histories_are_nobodys(name: str, data: bytes, tmp_path: Path) -> None:
    """Many programs write trajectories and histories."""
    assert not READER.recognises(tmp_path / name, data)


def test_a_history_alone_is_recognised(tmp_path: Path) -> None:
    """By its first entry, under the agent's own file name."""
    assert READER.recognises(tmp_path / "a.traj", history()[:4096])


def test_a_run_belongs_to_the_repository_of_its_instance(tmp_path: Path) -> None:
    """The file is named by it; a name of another form says nothing."""
    projects = []
    for name in ("shop__web-shop-12.traj", "6e44b9__shop-1c2844.traj"):
        path = tmp_path / name
        path.write_bytes(trajectory(step("ls")))
        events = READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events
        projects += [(event.project, event.title) for event in events if isinstance(event, Session)]

    assert projects == [("remote:github.com/shop/web-shop", "shop__web-shop-12"), ("unknown", "swe_main")]
