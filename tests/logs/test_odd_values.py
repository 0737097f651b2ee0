"""Whatever stands where in a record: it is read or skipped with its offset, and no event holds anything but text."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.logs.builders import Log, a_session

from twiceshy.logs.claude_code.reader import ClaudeCode
from twiceshy.privacy.scrub import TEXT_FIELDS
from twiceshy.records.ingest import Cursor

ODD: tuple[object, ...] = (5, None, True, -1.5, 10**30, "", "\ud800", [], {}, ["a"], [None], [[]], {"a": 1})


def a_session_of_everything() -> Log:
    log = a_session("odd").prompt("hi").reads("a.py", "x").edits("a.py", "x", "y", original="x").runs("ls", "a")
    log.fails("Bash", "Exit code 1\nerror: no", command="x").rejects("no").says("ok").thinks("so").queues("also")
    log.system("compact_boundary", content="c", compactMetadata={"trigger": "auto"}).attaches("file", filename="a")
    log.raw(type="summary", summary="s", leafUuid="x").raw(type="pr-link", prUrl="u", prNumber=1)
    log.calls("Task", prompt="p", description="d").result("done", {"content": [{"type": "text", "text": "x"}]})
    log.calls("MultiEdit", file_path="/a", edits=[{"old_string": "a", "new_string": "b"}])
    hunk = {"oldStart": 1, "oldLines": 1, "newStart": 1, "newLines": 1, "lines": ["-a", "+b"]}
    return log.result("ok", {"filePath": "/a", "structuredPatch": [hunk], "originalFile": "a"})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a record, at any depth."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from places(inner, (*path, key))


def with_odd(record: dict[str, Any], path: tuple[Any, ...], odd: Any) -> dict[str, Any]:
    changed = copy.deepcopy(record)
    inner: Any = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = odd
    return changed


def test_an_odd_value_anywhere_spoils_at_most_its_own_line(tmp_path: Path) -> None:
    """Every place of every record, each in turn with something that should not be there."""
    log = tmp_path / "odd.jsonl"
    records = a_session_of_everything().records
    lines = [with_odd(record, path, odd) for record in records for path in places(record) for odd in ODD]
    log.write_text("".join(json.dumps(line) + "\n" for line in lines))

    batch = ClaudeCode().read(log, Cursor(), salt=b"s" * 32, limit_bytes=1 << 40)

    assert batch.done
    assert batch.tally.lines == len(lines)
    wrong = [
        (type(event).__name__, field, value)
        for event in batch.events
        for field in TEXT_FIELDS[type(event)]
        if not isinstance(value := getattr(event, field), str | None)
    ]
    assert wrong == []
