"""The truth beside a generated history is what a careful reader finds in it."""

import json
from collections import Counter
from pathlib import Path

from benchmarks.histories import write_history

from twiceshy.logs.claude_code.reader import ClaudeCode
from twiceshy.records.events import Edit, Prompt, RawEvent, ToolCall, ToolResult, Usage
from twiceshy.records.ingest import Cursor


def test_truth_is_what_the_reader_finds(tmp_path: Path) -> None:
    """Every kind of thing counted once, copies in resumed sessions included."""
    truth = write_history(tmp_path, megabytes=12, seed=3)
    reader = ClaudeCode()
    found: dict[tuple[type, bytes], RawEvent] = {}
    copies = 0
    for source in reader.find(tmp_path / "projects"):
        batch = reader.read(source.path, Cursor(), salt=b"s" * 32, limit_bytes=1 << 40)
        assert (batch.skipped, batch.tally.unknown) == ([], {})
        for event in batch.events:
            if isinstance(event, Prompt | ToolCall | ToolResult | Edit | Usage):
                key = event.call if isinstance(event, ToolResult | Edit) else event.stamp.uid
                copies += (type(event), key) in found
                found[type(event), key] = event
    counts = Counter(kind for kind, _ in found)
    usage = [event for event in found.values() if isinstance(event, Usage)]

    assert copies > 0
    assert {
        "prompts": counts[Prompt],
        "tool_uses": counts[ToolCall],
        "tool_errors": sum(e.failure is not None for e in found.values() if isinstance(e, ToolResult)),
        "edits": counts[Edit],
        "messages": counts[Usage],
        "usage": {
            name: sum(getattr(row, name) for row in usage) for name in ("input", "output", "cache_write", "cache_read")
        },
    } == {name: truth[name] for name in ("prompts", "tool_uses", "tool_errors", "edits", "messages", "usage")}
    assert json.loads((tmp_path / "truth.json").read_text()) == truth
