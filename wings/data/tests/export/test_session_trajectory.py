"""A session as a trajectory: the format's rules hold, and our own reader finds in it what was put in."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.logs.atif import Atif
from twiceshy.records.chats import DoneCall, SaidPrompt, SaidReply, SeenMark, SpentTokens, WholeSession
from twiceshy.records.events import Prompt, Reply, ToolCall, ToolResult, Usage
from twiceshy.records.ingest import Cursor
from twiceshy_data.export.session_trajectory import build_trajectory, list_faults

AT = datetime(2026, 11, 1, 10, tzinfo=UTC)
RUN = b"\x07" * 16


def text(said: str) -> Scrubbed:
    return Scrubbed(said)


def call(rank: int, done: int | None, run: bytes | None = None, **more: Any) -> DoneCall:
    return DoneCall(
        uid=bytes([rank]) * 16,
        rank=rank,
        at=AT + timedelta(seconds=rank),
        run=run,
        tool=text("Bash"),
        action="run",
        about=text("make"),
        given=text('{"command": "make"}'),
        text=text("it failed"),
        brief=text(""),
        done_rank=done,
        **more,
    )


def prompt(rank: int, said: str, run: bytes | None = None, kind: str = "typed") -> SaidPrompt:
    at, words = AT + timedelta(seconds=rank), text(said)
    return SaidPrompt(bytes([rank]) * 16, rank, at, run, kind, human=True, text=words, head=words)


def reply(rank: int, said: str, run: bytes | None = None, *, thinking: bool = False) -> SaidReply:
    return SaidReply(rank, AT + timedelta(seconds=rank), run, thinking, text("a-model"), text(said))


def session(**more: Any) -> WholeSession:
    parts: dict[str, Any] = {
        "prompts": (prompt(1, "mend it"), prompt(9, "look", RUN, "subagent"), prompt(2, "note", kind="meta")),
        "replies": (reply(3, "hm", thinking=True), reply(4, "I run it."), reply(10, "seen", RUN)),
        "calls": (call(5, 6, failure="error", exit_code=2), call(7, None)),
        "marks": (SeenMark(8, None, None, "compaction"), SeenMark(11, None, None, "mode")),
        "tokens": (SpentTokens(AT + timedelta(seconds=5), 10, 3, 1, 20), SpentTokens(None, 1, 1, 0, 0)),
    }
    return WholeSession(
        uid=b"\x01" * 16,
        agent="claude-code",
        project=text("remote:host/a/shop"),
        project_name="shop",
        cwd=None,
        branch=None,
        title=None,
        real=True,
        first_at=AT,
        last_at=None,
        **(parts | more),
    )


def build(**more: Any) -> dict[str, Any]:
    found = build_trajectory(session(**more), {"completed": "yes"})
    assert found is not None
    return found


def test_steps_stand_in_their_order() -> None:
    """Each result with its call; a call behind a result is a step of its own."""
    steps = build()["steps"]

    assert [(step["step_id"], step["source"], step["message"]) for step in steps] == [
        (1, "user", "mend it"),
        (2, "system", "note"),
        (3, "agent", ""),
        (4, "agent", "I run it."),
        (5, "agent", ""),
        (6, "system", "compaction"),
    ]
    assert steps[2]["reasoning_content"] == "hm"
    assert [one["arguments"] for one in steps[3]["tool_calls"]] == [{"command": "make"}]
    assert steps[3]["observation"]["results"][0]["extra"] == {"exit_code": 2, "is_error": True, "failure": "error"}
    assert "observation" not in steps[4]


def test_the_rules_of_the_format_hold() -> None:
    """Of a session with everything, and of one with next to nothing."""
    assert list_faults(build()) == []
    assert list_faults(build(replies=(), calls=(), marks=(), tokens=())) == []
    assert build_trajectory(session(prompts=(), replies=(), calls=(), marks=(), tokens=()), {}) is None


@pytest.mark.parametrize(
    ("place", "key", "value", "words"),
    [
        ("steps", "step_id", 9, "gap"),
        ("steps", "colour", 1, "unknown keys"),
        ("steps", "metrics", {}, "only an agent's step"),
        ("steps", "source", "me", "no source"),
        ("", "agent", {}, "no name"),
        ("", "steps", [], "no steps"),
        ("", "schema_version", "1", "no version"),
        ("steps", "observation", {"results": [{"source_call_id": "x"}]}, "a result of no call"),
    ],
)
def test_a_broken_rule_is_named(place: str, key: str, value: object, words: str) -> None:
    """So that nothing is written that others refuse."""
    trajectory = build()
    (trajectory[place][0] if place else trajectory)[key] = value

    assert words in " ".join(list_faults(trajectory))


def test_our_own_reader_finds_what_was_put_in(tmp_path: Path) -> None:
    """Prompts, replies, calls, results and the sum of tokens; a subagent's too."""
    path = tmp_path / "s-01.atif.json"
    path.write_text(json.dumps(build()))
    assert Atif().recognises(path, path.read_bytes()[:2_000])
    assert [source.path for source in Atif().find(tmp_path)] == [path]
    events = Atif().read(path, Cursor(), salt=bytes(32), limit_bytes=1 << 20).events

    assert [one.text for one in events if isinstance(one, Prompt)] == ["mend it", "look"]
    assert [one.text for one in events if isinstance(one, Reply)] == ["hm", "I run it.", "seen"]
    assert len([one for one in events if isinstance(one, ToolCall)]) == 2
    assert [(one.text, one.exit_code) for one in events if isinstance(one, ToolResult)] == [("it failed", 2)]
    used = [one for one in events if isinstance(one, Usage)]
    assert sum(one.input + one.cache_read + one.cache_write for one in used) == 32
    assert sum(one.output for one in used) == 4
