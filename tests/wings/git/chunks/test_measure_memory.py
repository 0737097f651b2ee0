"""Counts and bytes are those of the records, each once."""

from datetime import timedelta
from pathlib import Path

from tests.wings.git.memory.memory_records import START, a_record

from twiceshy.wings.git.chunks.chunk_store import MemoryRepository
from twiceshy.wings.git.chunks.measure_memory import measure
from twiceshy.wings.git.chunks.memory_files import MemoryFiles
from twiceshy.wings.git.memory import envelope
from twiceshy.wings.git.memory_repository.bare_repository import NewMonth

WRITER, OTHER = "ab" * 8, "cd" * 8
RECORDS = [a_record(number, kind=("chat", "commit")[number % 2], days=number * 3) for number in range(20)]


def test_an_empty_memory_is_nothing(tmp_path: Path) -> None:
    """No division by it."""
    found = measure(MemoryFiles(tmp_path, WRITER))

    assert (found.records, found.disk_bytes, found.types, found.largest) == (0, 0, [], [])


def test_records_count_once(tmp_path: Path) -> None:
    """In git and in the tail, of two writers, without what was forgotten."""
    one, two = (MemoryRepository(MemoryFiles(tmp_path, writer)) for writer in (WRITER, OTHER))
    one.add(RECORDS[:15])
    one.flush()
    one.add(RECORDS[15:])
    two.add(RECORDS[:10])
    two.flush()
    one.forget([envelope.identify(RECORDS[0])], START + timedelta(days=9))
    two.files.bare.write_months(OTHER, [NewMonth("202601", {}, {"00" * 32: b"no segment"})])
    found = measure(one.files)
    raw = {
        kind: sum(len(envelope.encode_bare(one)) for one in RECORDS[1:] if one.type == kind)
        for kind in ("chat", "commit")
    }

    assert (found.records, found.forgotten, found.unread) == (19, 1, 1)
    assert [(one.name, one.records, one.raw_bytes) for one in found.types] == [
        ("chat", 9, raw["chat"]),
        ("commit", 10, raw["commit"]),
    ]
    assert [(one.name, one.records) for one in found.writers] == [(WRITER, 19), (OTHER, 9)]
    assert sum(one.records for one in found.months) == 19
    assert [one.name for one in found.months] == ["202611", "202612"]
    assert found.waiting == 5 + 1
    assert found.disk_bytes > found.stored_bytes > found.largest_file > 0
    assert len(found.largest) == 10
