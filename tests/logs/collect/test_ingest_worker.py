"""An event that our code cannot encode is left out and named by its line; the others are kept."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.logs.builders import a_session

from twiceshy.archive.rows import RowBatch, pack_events
from twiceshy.base.errors import ToolMissing
from twiceshy.logs.base import Batch
from twiceshy.logs.claude_code.reader import ClaudeCode
from twiceshy.logs.collect.ingest_worker import encode_part, recount
from twiceshy.records.events import Prompt, RawEvent
from twiceshy.records.ingest import Cursor, LineTally, UnreadableLine


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    log = a_session("odd").prompt("one").says("fine").prompt("two").says("fine too")
    log.write(tmp_path / "a.jsonl")
    return ClaudeCode().read(tmp_path / "a.jsonl", Cursor(), salt=b"s" * 32, limit_bytes=1 << 30)


def break_at(text: str, error: Exception) -> "Encoder":
    return Encoder(text, error)


class Encoder:
    """Packs events; fails where a prompt says some words."""

    def __init__(self, text: str, error: Exception) -> None:
        self.text = text
        self.error = error
        self.calls = 0

    def __call__(self, events: Sequence[RawEvent]) -> RowBatch:
        self.calls += 1
        if any(isinstance(event, Prompt) and event.text == self.text for event in events):
            raise self.error
        return pack_events(events)  # type: ignore[arg-type]  # nothing to scrub in them


def test_where_nothing_fails_it_is_encoded_once(batch: Batch) -> None:
    """The usual case costs one call."""
    encode = break_at("nothing", ValueError())
    packed, faults = encode_part(encode, batch, 0)

    assert (encode.calls, list(faults)) == (1, [])
    assert packed == pack_events(batch.events)  # type: ignore[arg-type]  # as above


def test_the_one_that_fails_is_named_by_its_line(batch: Batch, tmp_path: Path) -> None:
    """Its offset is that of its line; what is kept is what a log without it gives."""
    packed, faults = encode_part(break_at("two", RecursionError("two")), batch, 0)
    lines = (tmp_path / "a.jsonl").read_bytes().splitlines(keepends=True)

    (found,) = faults
    assert found.offset == sum(map(len, lines[:2]))
    assert (found.reason, found.place.partition(" ")[0]) == ("fault", "RecursionError")
    assert "two" not in found.place
    assert len(packed.tables["prompt"]) == 1
    assert len(packed.tables["reply"]) == 2


def test_what_was_raised_on_purpose_goes_up(batch: Batch) -> None:
    """A missing program is no fault of one event."""
    with pytest.raises(ToolMissing):
        encode_part(break_at("two", ToolMissing("gone")), batch, 0)


def test_where_all_fail_together_the_whole_part_is_named(batch: Batch) -> None:
    """None fails alone: the part is empty, and begins where it began."""

    def encode(events: Sequence[RawEvent]) -> RowBatch:
        if len(events) > 1:
            raise MemoryError
        return pack_events(events)  # type: ignore[arg-type]  # as above

    packed, faults = encode_part(encode, batch, 7)

    assert [(one.offset, one.place) for one in faults] == [(7, faults[0].place)]
    assert not any(packed.tables.values())


def test_every_line_still_becomes_one_thing() -> None:
    """Lines of faults move from those with events to those that were skipped."""
    tally = LineTally(lines=5, with_events=3, non_events={"x": 2})
    fault = UnreadableLine(offset=0, length=1, reason="fault")

    assert recount(tally, []) == tally
    assert recount(tally, [fault]) == LineTally(lines=5, with_events=2, non_events={"x": 2})
    assert recount(LineTally(), [fault]).lines == 1
