"""logs.call_ids: what stands where an id was, and which call a result belongs to then."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.logs.contract import SALT, WHOLE

from twiceshy.logs.call_ids import is_placeholder
from twiceshy.logs.claude_code.reader import ClaudeCode
from twiceshy.logs.journal import Journal
from twiceshy.records.events import PromptKind, Session, ToolCall, ToolResult, Usage
from twiceshy.records.ingest import Cursor

IDS = [
    "call-1",
    "toolu_01A8bFbZNGi5oD9wyo1m",
    "prt_0xf00",
    "7",
    "x",
    "0",
    "c9f1d0aa-0000-4000-8000-000000000001",
    "a[0]",
]
PLACEHOLDERS = ["REDACTED", "toolu_REDACTED", "[REDACTED_KEY]", "<id>", "***", "toolu_xxxxxxxxxxxx", "XXX", "", None]


@pytest.mark.parametrize("native", IDS)
def test_ids_are_ids(native: str) -> None:
    """However short."""
    assert not is_placeholder(native)


@pytest.mark.parametrize("native", PLACEHOLDERS)
def test_placeholders_are_none(native: str | None) -> None:
    """In the forms that tools leave."""
    assert is_placeholder(native)


def test_results_come_in_the_order_of_their_calls() -> None:
    """Also of calls at once; what comes before a result belongs to the oldest that waits."""
    ids = Journal("any", SALT, "s").call_ids
    first, second = ids.open("***"), ids.open("***")
    under_way = ids.find("***")
    closed = [ids.close("***"), ids.close("***")]
    third = ids.open("***")

    assert (under_way, closed) == (first, [first, second])
    assert ids.close("***") == third
    assert len({first, second, third}) == 3


def test_a_call_without_a_result_shifts_no_other() -> None:
    """After a person's next prompt nobody waits for it."""
    journal = Journal("any", SALT, "s")
    journal.call_ids.open("***")
    journal.prompt(b"1" * 16, PromptKind.TYPED, "stop that")
    later = journal.call_ids.open("***")

    assert journal.call_ids.close("***") == later


def test_agents_side_by_side_are_counted_apart() -> None:
    """A subagent's result is not its parent's."""
    journal = Journal("any", SALT, "s")
    parents = journal.call_ids.open("***")
    journal.run = b"subagent"
    inner = journal.call_ids.open("***")
    answered = journal.call_ids.close("***")
    journal.run = None

    assert (answered, journal.call_ids.close("***")) == (inner, parents)
    assert inner != parents


def test_a_result_that_names_its_record_is_that_ones() -> None:
    """In whatever order they come; one that names another is the oldest call's."""
    ids = Journal("any", SALT, "s").call_ids
    first, second, third = (ids.open("***", name) for name in ("one", "two", "three"))

    assert [ids.close("***", name) for name in ("two", "a hook", "three")] == [second, first, third]


def read(path: Path, records: list[dict[str, Any]]) -> list[Any]:
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in records))
    return ClaudeCode().read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events


def said(number: int, kind: str, **message: Any) -> dict[str, Any]:
    ids = dict.fromkeys(("uuid", "parentUuid", "sessionId", "requestId"), "REDACTED")
    at = f"2026-03-02T09:00:{number:02}Z"
    return {"type": kind, "timestamp": at, "version": "2.1.0", "cwd": "/invented", **ids, "message": message}


def test_a_log_without_any_id_is_whole(tmp_path: Path) -> None:
    """Records, messages and sessions are told apart by what they say, by their tokens and by their files."""
    records = []
    for number in range(3):
        call = {"type": "tool_use", "id": "REDACTED", "name": "Bash", "input": {"command": f"make {number}"}}
        usage = {"input_tokens": 3, "cache_read_input_tokens": 100 * number, "output_tokens": 7}
        result = {"type": "tool_result", "tool_use_id": "REDACTED", "content": f"made {number}"}
        for part, output in (({"type": "text", "text": f"now {number}"}, 1), (call, 7)):
            tokens = usage | {"output_tokens": output}
            records.append(said(2 * number, "assistant", id="REDACTED", model="m", content=[part], usage=tokens))
        records.append(said(2 * number + 1, "user", content=[result]))
    events = read(tmp_path / "a.jsonl", records)
    calls = {one.call: one.command for one in events if isinstance(one, ToolCall)}

    assert list(calls.values()) == ["make 0", "make 1", "make 2"]
    answers = [(calls[one.call], one.text) for one in events if isinstance(one, ToolResult)]
    assert answers == [(f"make {number}", f"made {number}") for number in range(3)]
    assert [one.output for one in events if isinstance(one, Usage)] == [7, 7, 7]
    assert len({one.stamp.uid for one in events if not isinstance(one, Session)}) == len(events) - 1
    others = read(tmp_path / "b.jsonl", records)
    assert {one.native_id for one in [*events, *others] if isinstance(one, Session)} == {"a", "b"}
