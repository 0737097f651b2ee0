"""lessons.pattern_storage: the file shows what patterns are worth now, and is written once for many changes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from twiceshy.lessons.patterns import PatternBatch, UsagePatternStorage, read


def a_pattern(name: str, days: int) -> dict[str, Any]:
    seen = f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%M:%S}"
    return {"id": name, "tool": "t", "error_category": "X", "confidence": 0.9, "last_seen": seen, "observations": 9}


def test_the_file_shows_what_confidence_has_decayed_to(tmp_path: Path) -> None:
    """From the next write on, and once."""
    storage = UsagePatternStorage(tmp_path / "p.yaml")
    storage.add_pattern(a_pattern("old", 61))
    storage.add_pattern(a_pattern("new", 1))

    (old,) = (one for one in read(storage.path) if one["id"] == "old")

    assert old["confidence"] == 0.8123
    assert [one["confidence"] for one in storage.get_patterns_for_tool("t")] == [0.9, 0.8123]


def test_a_batch_is_written_once(tmp_path: Path) -> None:
    """When it is finished; nothing is written where nothing changed."""
    path = tmp_path / "p.yaml"
    PatternBatch(path).finish()
    assert not path.exists()

    batch = PatternBatch(path)
    batch.add_pattern(a_pattern("a", 0))
    batch.add_pattern(a_pattern("b", 0))
    batch.delete_pattern("a")
    assert not path.exists()
    batch.finish()

    assert [one["id"] for one in UsagePatternStorage(path).load()] == ["b"]
