"""Cursor's agent transcripts: what they say, and that a read in pieces gives what one read gives."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.logs.contract import SALT, WHOLE, read_all, settled

from twiceshy.logs.log_owner import agent_of
from twiceshy.logs.readers import READERS
from twiceshy.records.events import (
    Action,
    Edit,
    Mark,
    Prompt,
    PromptKind,
    RawEvent,
    Reply,
    Session,
    ToolCall,
    ToolResult,
)
from twiceshy.records.ingest import Cursor

READER = READERS["cursor"]
ID = "d703a1a9-1b7b-4fb1-b512-c9738b1fe617"


def said(role: str, *blocks: Any) -> dict[str, Any]:
    return {
        "role": role,
        "message": {"content": [{"type": "text", "text": b} if isinstance(b, str) else b for b in blocks]},
    }


def uses(tool: str, **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "name": tool, "input": given}


SESSION = [
    said("user", "<timestamp>Monday</timestamp>\n<user_query>\nround it up\n</user_query>"),
    said("assistant", "I look.", uses("Read", path="/home/dev/my-shop/a.py")),
    said("assistant", uses("Write", path="/home/dev/my-shop/a.py", contents="x = 1\n")),
    said("assistant", uses("StrReplace", path="/home/dev/my-shop/a.py", old_string="x = 1", new_string="x = 2")),
    said("assistant", uses("Shell", command="pytest -q", description="Test")),
    said("assistant", "Done."),
    {"type": "turn_ended", "status": "success"},
    said("user", "<user_query>\nand the docs\n</user_query>"),
]


def put(folder: Path, records: list[Any]) -> Path:
    path = folder / "home-dev-my-shop" / "agent-transcripts" / ID / f"{ID}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def of(kind: type, records: list[Any], folder: Path) -> list[Any]:
    batch = READER.read(put(folder, records), Cursor(), salt=SALT, limit_bytes=WHOLE)
    assert batch.skipped == []
    return [event for event in batch.events if isinstance(event, kind)]


def test_a_session_is_read(tmp_path: Path) -> None:
    """Words, calls and edits; no result and no time, as the transcript has none."""
    [session] = of(Session, SESSION, tmp_path)
    calls = of(ToolCall, SESSION, tmp_path)

    assert (session.native_id, session.cwd, session.real) == (ID, "/home/dev/my-shop", True)
    assert [(one.kind, one.text) for one in of(Prompt, SESSION, tmp_path)] == [
        (PromptKind.TYPED, "round it up"),
        (PromptKind.TYPED, "and the docs"),
    ]
    assert [call.action for call in calls] == [Action.READ, Action.WRITE, Action.EDIT, Action.RUN]
    assert (calls[0].path, calls[3].command) == ("a.py", "pytest -q")
    assert [one.text for one in of(Reply, SESSION, tmp_path)] == ["I look.", "Done."]
    assert of(ToolResult, SESSION, tmp_path) == []


def test_an_edit_is_rebuilt_from_what_was_written(tmp_path: Path) -> None:
    """The second one has the whole text before and after."""
    first, second = of(Edit, SESSION, tmp_path)

    assert (first.after, second.before, second.after, second.partial) == ("x = 1\n", "x = 1\n", "x = 2\n", False)


@pytest.mark.parametrize("limit", [1, 300])
def test_pieces_give_the_same(limit: int, tmp_path: Path) -> None:
    """A read that goes on knows the folder, the turn and the texts."""
    path = put(tmp_path, SESSION)

    pieces = read_all(READER, path, limit=limit)
    [session] = [event for event in pieces[-1].events if isinstance(event, Session)]

    assert settled(read_all(READER, path))[0] == settled(pieces)[0]
    assert session.cwd == "/home/dev/my-shop"


ODD: list[Any] = [
    pytest.param({"role": "assistant", "message": {"content": [{"type": "new"}]}}, "assistant/new", id="a new part"),
    pytest.param({"type": "later"}, "later", id="a new record"),
    pytest.param({"role": "robot", "message": {"content": []}}, "robot", id="a new role"),
]


@pytest.mark.parametrize(("record", "name"), ODD)
def test_the_unknown_is_kept(record: Any, name: str, tmp_path: Path) -> None:
    """As a mark, by its name."""
    assert [mark.name for mark in of(Mark, [*SESSION, record], tmp_path)] == [name]


OTHERS: list[Any] = [
    pytest.param({"type": "user", "message": {"content": []}, "sessionId": "s"}, id="another agent's record"),
    pytest.param({"role": "user", "content": "hi"}, id="a message without parts"),
    pytest.param({"role": "user", "message": {"content": []}, "id": 1}, id="more than a role"),
]


@pytest.mark.parametrize("record", OTHERS)
def test_another_log_is_not_taken(record: Any, tmp_path: Path) -> None:
    """Only a message with a role and its parts is one of these."""
    assert not READER.recognises(tmp_path / "a.jsonl", json.dumps(record).encode())


def test_it_is_known_by_its_content(tmp_path: Path) -> None:
    """No other reader takes it."""
    assert agent_of(put(tmp_path, SESSION), READERS) == "cursor"


def test_roots_and_sources(tmp_path: Path) -> None:
    """Transcripts only: the projects' folder holds other things too."""
    path = put(tmp_path / ".cursor" / "projects", SESSION)
    (path.parents[2] / "other.jsonl").write_text("{}\n")

    [root] = READER.roots({}, tmp_path)
    assert [source.path for source in READER.find(root)] == [path]


def test_a_subagents_transcript_is_a_run(tmp_path: Path) -> None:
    """Its prompt is no person's."""
    path = tmp_path / "p" / "agent-transcripts" / ID / "subagents" / "x.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(said("user", "look for it")) + "\n")
    [prompt] = [
        event for event in READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events if isinstance(event, Prompt)
    ]

    assert (prompt.kind, prompt.stamp.agent_run is not None) == (PromptKind.SUBAGENT, True)


def test_a_patch_and_a_deletion_are_edits(tmp_path: Path) -> None:
    """In the tools' own forms."""
    patch = "*** Begin Patch\n*** Update File: b.py\n@@\n-x\n+y\n*** End Patch"
    records = [said("assistant", uses("ApplyPatch", input=patch), uses("Delete", path="/w/c.py"))]
    edits: list[RawEvent] = of(Edit, records, tmp_path)

    assert [(edit.added, edit.removed, edit.deleted) for edit in edits if isinstance(edit, Edit)] == [
        (1, 1, False),
        (0, 0, True),
    ]
